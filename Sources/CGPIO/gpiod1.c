/* libgpiod 1.x. There is no version macro: only its header knows bulks of lines. */
#include <gpiod.h>

#if defined(GPIOD_LINE_BULK_MAX_LINES)

#include "common.h"

#include <poll.h>

struct cgpio_line {
    struct gpiod_chip *chip;
    struct gpiod_line *line;
};

static cgpio_line *find(const char *chip_name, const char *line_name, cgpio_problem *problem) {
    cgpio_line *found = calloc(1, sizeof *found);
    if (!found) {
        cgpio_fail(problem, CGPIO_REFUSED, ENOMEM, NULL);
        return NULL;
    }
    found->chip = gpiod_chip_open_lookup(chip_name);
    if (!found->chip) {
        cgpio_fail(problem, CGPIO_NO_CHIP, errno, NULL);
        free(found);
        return NULL;
    }
    /* A name first: a line may be called "17". */
    found->line = gpiod_chip_find_line(found->chip, line_name);
    unsigned offset;
    if (!found->line && cgpio_offset(line_name, &offset)) found->line = gpiod_chip_get_line(found->chip, offset);
    if (!found->line) {
        cgpio_fail(problem, CGPIO_NO_LINE, errno, NULL);
        gpiod_chip_close(found->chip);
        free(found);
        return NULL;
    }
    return found;
}

static cgpio_line *request(cgpio_line *found, int type, int flags, int value, const char *consumer, cgpio_problem *problem) {
    struct gpiod_line_request_config config = {.consumer = consumer, .request_type = type, .flags = flags};
    if (gpiod_line_request(found->line, &config, value) == 0) return found;
    int code = errno;
    gpiod_line_update(found->line);
    cgpio_fail(problem, cgpio_refusal(code, type == GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES), code,
               gpiod_line_consumer(found->line));
    cgpio_release(found);
    return NULL;
}

static int bias(cgpio_pull pull) {
    switch (pull) {
    case CGPIO_PULL_NONE: return GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
    case CGPIO_PULL_UP: return GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
    case CGPIO_PULL_DOWN: return GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
    case CGPIO_PULL_AS_IS: break;
    }
    return 0;
}

static int polarity(bool active_low) { return active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0; }

cgpio_line *cgpio_input(const char *chip, const char *line, bool active_low, cgpio_pull pull, const char *consumer,
                        cgpio_problem *problem) {
    cgpio_line *found = find(chip, line, problem);
    if (!found) return NULL;
    return request(found, GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES, polarity(active_low) | bias(pull), 0, consumer, problem);
}

cgpio_line *cgpio_output(const char *chip, const char *line, bool active_low, bool initially_active, const char *consumer,
                         cgpio_problem *problem) {
    cgpio_line *found = find(chip, line, problem);
    if (!found) return NULL;
    return request(found, GPIOD_LINE_REQUEST_DIRECTION_OUTPUT, polarity(active_low), initially_active, consumer, problem);
}

void cgpio_release(cgpio_line *line) {
    /* Closing the chip releases its line too. */
    gpiod_chip_close(line->chip);
    free(line);
}

int cgpio_descriptor(const cgpio_line *line) { return gpiod_line_event_get_fd(line->line); }

int cgpio_drain(cgpio_line *line) {
    struct gpiod_line_event events[16];
    struct pollfd waiting = {.fd = cgpio_descriptor(line), .events = POLLIN};
    int count = 0;
    /* The read itself would wait. A line that never rests does not keep us here. */
    for (int round = 0; round < 8; round++) {
        int ready = poll(&waiting, 1, 0);
        if (ready < 0) return errno == EINTR ? count : -1;
        if (ready == 0) return count;
        if (!(waiting.revents & POLLIN)) {
            errno = EIO;
            return -1;
        }
        int read = gpiod_line_event_read_multiple(line->line, events, 16);
        if (read < 0) return -1;
        count += read;
    }
    return count;
}

int cgpio_get(cgpio_line *line) { return gpiod_line_get_value(line->line); }

int cgpio_set(cgpio_line *line, bool active) { return gpiod_line_set_value(line->line, active); }

int cgpio_list(void (*line)(const cgpio_info *info, void *context), void *context) {
    struct gpiod_chip_iter *chips = gpiod_chip_iter_new();
    if (!chips) return 1;
    struct gpiod_chip *chip;
    gpiod_foreach_chip(chips, chip) {
        for (unsigned offset = 0; offset < gpiod_chip_num_lines(chip); offset++) {
            struct gpiod_line *one = gpiod_chip_get_line(chip, offset);
            if (!one) continue;
            cgpio_info info = {
                .offset = offset,
                .is_used = gpiod_line_is_used(one),
                .is_output = gpiod_line_direction(one) == GPIOD_LINE_DIRECTION_OUTPUT,
                .is_active_low = gpiod_line_active_state(one) == GPIOD_LINE_ACTIVE_STATE_LOW,
            };
            cgpio_copy(info.chip, gpiod_chip_name(chip));
            cgpio_copy(info.label, gpiod_chip_label(chip));
            cgpio_copy(info.name, gpiod_line_name(one));
            cgpio_copy(info.consumer, gpiod_line_consumer(one));
            line(&info, context);
        }
    }
    gpiod_chip_iter_free(chips);
    return 0;
}

const char *cgpio_version(void) { return gpiod_version_string(); }

#endif
