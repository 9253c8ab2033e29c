#pragma once

#include "CGPIO.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void cgpio_copy(char *to, const char *from) { snprintf(to, CGPIO_NAME_SIZE, "%s", from ? from : ""); }

/* The offset that decimal digits say; false: it is a name. */
static inline bool cgpio_offset(const char *text, unsigned *offset) {
    if (!*text || strspn(text, "0123456789") != strlen(text) || strlen(text) > 6) return false;
    *offset = (unsigned)strtoul(text, NULL, 10);
    return true;
}

static inline void cgpio_fail(cgpio_problem *problem, cgpio_reason reason, int code, const char *holder) {
    problem->reason = reason;
    problem->code = code;
    cgpio_copy(problem->holder, holder);
}

/* Why a request was refused, from its errno. */
static inline cgpio_reason cgpio_refusal(int code, bool wants_edges) {
    if (code == EBUSY) return CGPIO_HELD;
    if (wants_edges && (code == ENXIO || code == EOPNOTSUPP)) return CGPIO_NO_EDGES;
    return CGPIO_REFUSED;
}
