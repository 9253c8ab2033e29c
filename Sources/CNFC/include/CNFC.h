#ifndef CNFC_H
#define CNFC_H

#include <stdint.h>

// libnfc without its structures, which are packed and which Swift cannot lay out, and without its traps. One reader belongs to one thread;
// different readers may be used by different threads at the same time.

typedef struct cnfc_reader cnfc_reader;

/// What a card answers to; also used as a set.
enum {
    CNFC_ISO14443A = 1,
    CNFC_ISO14443B = 2,
    CNFC_FELICA = 4,
};

enum { CNFC_UID_CAPACITY = 10 };

/// ISO 14443A: the UID without cascade tags. ISO 14443B: the PUPI. FeliCa: the IDm. Bytes as the reader gives them.
typedef struct {
    uint8_t uid[CNFC_UID_CAPACITY];
    uint8_t length;
} cnfc_card;

/// Results of `cnfc_poll`, beside libnfc's own error codes, which are negative.
enum { CNFC_NO_CARD = 0, CNFC_CARD = 1 };

/// What failures of readers are mostly: the line is gone; the chip does not answer.
enum { CNFC_LINE_GONE = -1, CNFC_NO_ANSWER = -6 };

/// Beside libnfc's codes: another thread has been opening a reader for so long.
enum { CNFC_BUSY = -1000 };

/// Opens the reader with this connection string, such as `pn532_uart:/dev/ttyS1`, as an initiator that never waits for a card.
///
/// Only one reader is opened at a time in a process: libnfc keeps its drivers and USB devices in unguarded globals.
/// Returns 0 and the reader, `CNFC_NO_ANSWER` when libnfc does not open it, whatever the reason, or another error.
int cnfc_open(const char *device, int busy_timeout_ms, cnfc_reader **reader);

/// Ends the reader; the field is switched off if it still answers.
void cnfc_close(cnfc_reader *reader);

/// The device's name, which lives as long as the reader.
const char *cnfc_name(cnfc_reader *reader);

/// The technologies that the device can look for.
int cnfc_technologies(cnfc_reader *reader);

/// Looks once for a card of one technology; with a PN532 some 25 ms without one.
int cnfc_poll(cnfc_reader *reader, int technology, cnfc_card *card);

/// Switches the field off until the next poll, so that every card begins anew. 0, or an error of the line or the chip.
int cnfc_field_off(cnfc_reader *reader);

#endif
