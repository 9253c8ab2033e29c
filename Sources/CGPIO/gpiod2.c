/* libgpiod 2.x. There is no version macro: only the header of 1.x knows bulks of lines. */
#include <gpiod.h>

#if !defined(GPIOD_LINE_BULK_MAX_LINES)

#include "common.h"

#include <dirent.h>

struct cgpio_line {
    struct gpiod_line_request *request;
    unsigned offset;
    struct gpiod_edge_event_buffer *events; /* of inputs */
};

static bool is_called(struct gpiod_chip *chip, const char *name) {
    struct gpiod_chip_info *info = gpiod_chip_get_info(chip);
    if (!info) return false;
    bool same = !strcmp(gpiod_chip_info_get_name(info), name) || !strcmp(gpiod_chip_info_get_label(info), name);
    gpiod_chip_info_free(info);
    return same;
}

/* Calls `take` with every chip until it keeps one. Returns how many could not be opened; errno is that of the last of them. */
static int each_chip(bool (*take)(struct gpiod_chip *chip, void *context), void *context) {
    DIR *devices = opendir("/dev");
    if (!devices) return 1;
    int closed = 0, code = 0;
    bool taken = false;
    for (struct dirent *entry; !taken && (entry = readdir(devices));) {
        if (strncmp(entry->d_name, "gpiochip", 8)) continue;
        char path[sizeof "/dev/" + sizeof entry->d_name];
        snprintf(path, sizeof path, "/dev/%s", entry->d_name);
        if (!gpiod_is_gpiochip_device(path)) continue;
        struct gpiod_chip *chip = gpiod_chip_open(path);
        if (!chip) {
            closed++;
            code = errno;
            continue;
        }
        taken = take(chip, context);
        if (!taken) gpiod_chip_close(chip);
    }
    closedir(devices);
    errno = code ? code : ENOENT;
    return closed;
}

struct search {
    const char *name;
    struct gpiod_chip *found;
};

static bool is_wanted(struct gpiod_chip *chip, void *context) {
    struct search *search = context;
    if (!is_called(chip, search->name)) return false;
    search->found = chip;
    return true;
}

static struct gpiod_chip *open_chip(const char *name) {
    if (*name == '/') return gpiod_chip_open(name);
    struct search search = {.name = name};
    each_chip(is_wanted, &search);
    return search.found;
}

/* The line's offset on the chip, or -1. A name first: a line may be called "17". */
static int find_line(struct gpiod_chip *chip, const char *name) {
    int found = gpiod_chip_get_line_offset_from_name(chip, name);
    unsigned offset;
    if (found >= 0 || !cgpio_offset(name, &offset)) return found;
    struct gpiod_line_info *info = gpiod_chip_get_line_info(chip, offset);
    if (!info) return -1;
    gpiod_line_info_free(info);
    return (int)offset;
}

static void refuse(struct gpiod_chip *chip, unsigned offset, bool wants_edges, int code, cgpio_problem *problem) {
    struct gpiod_line_info *info = gpiod_chip_get_line_info(chip, offset);
    cgpio_fail(problem, cgpio_refusal(code, wants_edges), code, info ? gpiod_line_info_get_consumer(info) : NULL);
    if (info) gpiod_line_info_free(info);
}

static struct gpiod_line_request *request_line(struct gpiod_chip *chip, unsigned offset, struct gpiod_line_settings *settings,
                                               const char *consumer) {
    struct gpiod_line_request *request = NULL;
    struct gpiod_request_config *config = gpiod_request_config_new();
    struct gpiod_line_config *lines = gpiod_line_config_new();
    if (config && lines && gpiod_line_config_add_line_settings(lines, &offset, 1, settings) == 0) {
        gpiod_request_config_set_consumer(config, consumer);
        request = gpiod_chip_request_lines(chip, config, lines);
    }
    int code = errno;
    if (lines) gpiod_line_config_free(lines);
    if (config) gpiod_request_config_free(config);
    errno = code;
    return request;
}

static cgpio_line *request(const char *chip_name, const char *line_name, struct gpiod_line_settings *settings, bool is_input,
                           const char *consumer, cgpio_problem *problem) {
    cgpio_line *line = settings ? calloc(1, sizeof *line) : NULL;
    if (line && is_input) line->events = gpiod_edge_event_buffer_new(16);
    if (!line || (is_input && !line->events)) {
        cgpio_fail(problem, CGPIO_REFUSED, ENOMEM, NULL);
    } else {
        struct gpiod_chip *chip = open_chip(chip_name);
        if (!chip) {
            cgpio_fail(problem, CGPIO_NO_CHIP, errno, NULL);
        } else {
            int offset = find_line(chip, line_name);
            if (offset < 0) {
                cgpio_fail(problem, CGPIO_NO_LINE, errno, NULL);
            } else {
                line->offset = (unsigned)offset;
                line->request = request_line(chip, line->offset, settings, consumer);
                if (!line->request) refuse(chip, line->offset, is_input, errno, problem);
            }
            /* A request outlives its chip. */
            gpiod_chip_close(chip);
        }
    }
    if (settings) gpiod_line_settings_free(settings);
    if (line && line->request) return line;
    if (line && line->events) gpiod_edge_event_buffer_free(line->events);
    free(line);
    return NULL;
}

static enum gpiod_line_bias bias(cgpio_pull pull) {
    switch (pull) {
    case CGPIO_PULL_NONE: return GPIOD_LINE_BIAS_DISABLED;
    case CGPIO_PULL_UP: return GPIOD_LINE_BIAS_PULL_UP;
    case CGPIO_PULL_DOWN: return GPIOD_LINE_BIAS_PULL_DOWN;
    case CGPIO_PULL_AS_IS: break;
    }
    return GPIOD_LINE_BIAS_AS_IS;
}

cgpio_line *cgpio_input(const char *chip, const char *line, bool active_low, cgpio_pull pull, const char *consumer,
                        cgpio_problem *problem) {
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (settings) {
        gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT);
        gpiod_line_settings_set_edge_detection(settings, GPIOD_LINE_EDGE_BOTH);
        gpiod_line_settings_set_bias(settings, bias(pull));
        gpiod_line_settings_set_active_low(settings, active_low);
    }
    return request(chip, line, settings, true, consumer, problem);
}

cgpio_line *cgpio_output(const char *chip, const char *line, bool active_low, bool initially_active, const char *consumer,
                         cgpio_problem *problem) {
    struct gpiod_line_settings *settings = gpiod_line_settings_new();
    if (settings) {
        gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_OUTPUT);
        gpiod_line_settings_set_active_low(settings, active_low);
        gpiod_line_settings_set_output_value(settings, initially_active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
    }
    return request(chip, line, settings, false, consumer, problem);
}

void cgpio_release(cgpio_line *line) {
    gpiod_line_request_release(line->request);
    if (line->events) gpiod_edge_event_buffer_free(line->events);
    free(line);
}

int cgpio_descriptor(const cgpio_line *line) { return gpiod_line_request_get_fd(line->request); }

int cgpio_drain(cgpio_line *line) {
    int count = 0;
    /* The read itself would wait. A line that never rests does not keep us here. */
    for (int round = 0; round < 8; round++) {
        int ready = gpiod_line_request_wait_edge_events(line->request, 0);
        if (ready < 0) return errno == EINTR ? count : -1;
        if (ready == 0) return count;
        int read = gpiod_line_request_read_edge_events(line->request, line->events, 16);
        if (read < 0) return -1;
        count += read;
    }
    return count;
}

int cgpio_get(cgpio_line *line) {
    switch (gpiod_line_request_get_value(line->request, line->offset)) {
    case GPIOD_LINE_VALUE_ACTIVE: return 1;
    case GPIOD_LINE_VALUE_INACTIVE: return 0;
    case GPIOD_LINE_VALUE_ERROR: break;
    }
    return -1;
}

int cgpio_set(cgpio_line *line, bool active) {
    return gpiod_line_request_set_value(line->request, line->offset, active ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
}

struct listing {
    void (*line)(const cgpio_info *info, void *context);
    void *context;
};

static bool list_chip(struct gpiod_chip *chip, void *context) {
    struct listing *listing = context;
    struct gpiod_chip_info *about = gpiod_chip_get_info(chip);
    if (!about) return false;
    for (unsigned offset = 0; offset < gpiod_chip_info_get_num_lines(about); offset++) {
        struct gpiod_line_info *one = gpiod_chip_get_line_info(chip, offset);
        if (!one) continue;
        cgpio_info info = {
            .offset = offset,
            .is_used = gpiod_line_info_is_used(one),
            .is_output = gpiod_line_info_get_direction(one) == GPIOD_LINE_DIRECTION_OUTPUT,
            .is_active_low = gpiod_line_info_is_active_low(one),
        };
        cgpio_copy(info.chip, gpiod_chip_info_get_name(about));
        cgpio_copy(info.label, gpiod_chip_info_get_label(about));
        cgpio_copy(info.name, gpiod_line_info_get_name(one));
        cgpio_copy(info.consumer, gpiod_line_info_get_consumer(one));
        listing->line(&info, listing->context);
        gpiod_line_info_free(one);
    }
    gpiod_chip_info_free(about);
    return false;
}

int cgpio_list(void (*line)(const cgpio_info *info, void *context), void *context) {
    struct listing listing = {line, context};
    return each_chip(list_chip, &listing);
}

const char *cgpio_version(void) { return gpiod_api_version(); }

#endif
