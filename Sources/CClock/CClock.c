#include "CClock.h"

#include <sys/timex.h>

int cclock_is_synchronised(void) {
    struct timex state = {0};
    return adjtimex(&state) >= 0 && (state.status & STA_UNSYNC) == 0;
}
