#pragma once

/* One GPIO line at a time, over libgpiod 1.6 (Debian 12) or 2.x (Debian 13): their interfaces differ in everything, and what a charge
 * point needs of them is little. A chip is named by device path ("/dev/gpiochip0"), name ("gpiochip0") or label ("pinctrl-bcm2711"),
 * a line by its name on that chip or by its offset in decimal digits. All values are logical: active-low is applied by the kernel. */

#include <stdbool.h>
#include <stddef.h>

enum { CGPIO_NAME_SIZE = 64 };

typedef struct cgpio_line cgpio_line;

typedef enum { CGPIO_PULL_AS_IS, CGPIO_PULL_NONE, CGPIO_PULL_UP, CGPIO_PULL_DOWN } cgpio_pull;

typedef enum {
    CGPIO_NO_CHIP,    /* no chip of this name, or it may not be opened */
    CGPIO_NO_LINE,    /* the chip has no such line */
    CGPIO_HELD,       /* somebody uses the line: holder says who */
    CGPIO_NO_EDGES,   /* the line cannot signal its changes */
    CGPIO_REFUSED     /* anything else: code says what */
} cgpio_reason;

typedef struct {
    cgpio_reason reason;
    int code; /* errno */
    char holder[CGPIO_NAME_SIZE];
} cgpio_problem;

/* NULL on failure, with *problem filled. */
cgpio_line *cgpio_input(const char *chip, const char *line, bool active_low, cgpio_pull pull, const char *consumer,
                        cgpio_problem *problem);
cgpio_line *cgpio_output(const char *chip, const char *line, bool active_low, bool initially_active, const char *consumer,
                         cgpio_problem *problem);
/* Gives the line back to the kernel. What an output does then is the chip's affair: many hold the last level, some drop it. */
void cgpio_release(cgpio_line *line);

/* Readable when an input has changed. */
int cgpio_descriptor(const cgpio_line *line);
/* Takes all changes that wait, without waiting for one: how many there were, or -1 (errno). */
int cgpio_drain(cgpio_line *line);
/* 1 active, 0 not, -1 failed (errno). */
int cgpio_get(cgpio_line *line);
/* 0, or -1 (errno). From any thread. */
int cgpio_set(cgpio_line *line, bool active);

typedef struct {
    char chip[CGPIO_NAME_SIZE], label[CGPIO_NAME_SIZE];
    unsigned offset;
    char name[CGPIO_NAME_SIZE];     /* empty: none */
    char consumer[CGPIO_NAME_SIZE]; /* empty: free, or held by a driver that gives no name */
    bool is_used, is_output, is_active_low;
} cgpio_info;

/* Every line of every chip. Chips that may not be opened are left out; their number is the result. */
int cgpio_list(void (*line)(const cgpio_info *info, void *context), void *context);

/* The version of the library that is running. */
const char *cgpio_version(void);
