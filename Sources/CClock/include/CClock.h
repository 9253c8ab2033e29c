#pragma once

/* Whether the kernel says that a time service disciplines the system clock (adjtimex without STA_UNSYNC). */
int cclock_is_synchronised(void);
