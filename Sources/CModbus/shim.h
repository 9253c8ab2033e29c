#include <modbus.h>

// libmodbus' own error numbers, which Swift does not see as macros of macros.
static inline int cmodbus_bad_crc(void) { return EMBBADCRC; }
static inline int cmodbus_bad_data(void) { return EMBBADDATA; }
static inline int cmodbus_bad_exception(void) { return EMBBADEXC; }
static inline int cmodbus_unknown_exception(void) { return EMBUNKEXC; }
static inline int cmodbus_too_many_data(void) { return EMBMDATA; }
static inline int cmodbus_bad_unit(void) { return EMBBADSLAVE; }
/// The first of the exception codes: subtracting it gives the code that the device sent.
static inline int cmodbus_exception_base(void) { return MODBUS_ENOBASE; }
