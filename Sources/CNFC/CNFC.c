#define _GNU_SOURCE
#include "CNFC.h"

#include <nfc/nfc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

_Static_assert(CNFC_LINE_GONE == NFC_EIO && CNFC_NO_ANSWER == NFC_ETIMEOUT, "libnfc numbers its errors otherwise");

struct cnfc_reader {
    nfc_device *device;
};

static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;
// One for the process, never ended: nfc_exit would take the drivers away from every reader.
static nfc_context *context;

// libnfc writes what it notices to standard error, where a daemon's log is. Each failure is reported through its return value; whoever
// wants libnfc's own words sets the variable. Once for the process, when the library is first used, and never from a constructor: Swift's
// statically linked runtime finds the command line beside the environment that the kernel laid out, and setenv moves that. The kernel's own
// table is not freed, so a thread that reads the environment meanwhile reads the old one.
static void quieten(void) { setenv("LIBNFC_LOG_LEVEL", "0", 0); }

// For the same reason, in place of libnfc's own: it would write a line at every attempt to open a dead reader, at any log level.
void nfc_perror(const nfc_device *device, const char *text) {
    (void)device;
    (void)text;
}

static bool lock_opening(int timeout_ms) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += (timeout_ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec += 1;
        until.tv_nsec -= 1000000000L;
    }
    return pthread_mutex_clocklock(&opening, CLOCK_MONOTONIC, &until) == 0;
}

// A device that does not know a property works without it; a line or a chip that fails does not.
static int set(nfc_device *device, nfc_property property, bool value) {
    int result = nfc_device_set_property_bool(device, property, value);
    return result == NFC_EIO || result == NFC_ETIMEOUT ? result : 0;
}

static int prepare(nfc_device *device) {
    int result = nfc_initiator_init(device);
    if (result < 0) return result;
    // A select that waits for ever never returns from a dead chip.
    if ((result = set(device, NP_INFINITE_SELECT, false)) < 0) return result;
    // A number is all that is wanted: no ISO 14443-4 session with the card.
    return set(device, NP_AUTO_ISO14443_4, false);
}

int cnfc_open(const char *device, int busy_timeout_ms, cnfc_reader **reader) {
    *reader = NULL;
    if (strlen(device) >= NFC_BUFSIZE_CONNSTRING) return NFC_EINVARG;
    cnfc_reader *opened = calloc(1, sizeof *opened);
    if (!opened) return NFC_ESOFT;
    if (!lock_opening(busy_timeout_ms)) {
        free(opened);
        return CNFC_BUSY;
    }
    int result = NFC_ESOFT;
    if (!context) {
        quieten();
        nfc_init(&context);
    }
    if (context) {
        // nfc_open copies a whole nfc_connstring.
        nfc_connstring name;
        memset(name, 0, sizeof name);
        memcpy(name, device, strlen(device));
        opened->device = nfc_open(context, name);
        result = NFC_ETIMEOUT;
    }
    pthread_mutex_unlock(&opening);
    if (opened->device) {
        result = prepare(opened->device);
        if (result < 0) nfc_close(opened->device);
    }
    if (result < 0) {
        free(opened);
        return result;
    }
    *reader = opened;
    return 0;
}

void cnfc_close(cnfc_reader *reader) {
    nfc_close(reader->device);
    free(reader);
}

const char *cnfc_name(cnfc_reader *reader) { return nfc_device_get_name(reader->device); }

static bool modulation_of(int technology, nfc_modulation *modulation) {
    switch (technology) {
    case CNFC_ISO14443A: *modulation = (nfc_modulation){.nmt = NMT_ISO14443A, .nbr = NBR_106}; return true;
    case CNFC_ISO14443B: *modulation = (nfc_modulation){.nmt = NMT_ISO14443B, .nbr = NBR_106}; return true;
    // Every FeliCa card answers at 212 kbit/s.
    case CNFC_FELICA: *modulation = (nfc_modulation){.nmt = NMT_FELICA, .nbr = NBR_212}; return true;
    default: return false;
    }
}

int cnfc_technologies(cnfc_reader *reader) {
    const nfc_modulation_type *types = NULL;
    if (nfc_device_get_supported_modulation(reader->device, N_INITIATOR, &types) < 0 || !types) return CNFC_ISO14443A;
    int technologies = 0;
    for (; *types; types++) {
        if (*types == NMT_ISO14443A) technologies |= CNFC_ISO14443A;
        if (*types == NMT_ISO14443B) technologies |= CNFC_ISO14443B;
        if (*types == NMT_FELICA) technologies |= CNFC_FELICA;
    }
    return technologies;
}

int cnfc_poll(cnfc_reader *reader, int technology, cnfc_card *card) {
    memset(card, 0, sizeof *card);
    nfc_modulation modulation;
    if (!modulation_of(technology, &modulation)) return NFC_EINVARG;
    nfc_target target;
    memset(&target, 0, sizeof target);
    int result = nfc_initiator_select_passive_target(reader->device, modulation, NULL, 0, &target);
    if (result <= 0) return result;
    const uint8_t *uid = NULL;
    size_t length = 0;
    switch (technology) {
    case CNFC_ISO14443A:
        uid = target.nti.nai.abtUid;
        length = target.nti.nai.szUidLen;
        break;
    case CNFC_ISO14443B:
        uid = target.nti.nbi.abtPupi;
        length = sizeof target.nti.nbi.abtPupi;
        break;
    case CNFC_FELICA:
        uid = target.nti.nfi.abtId;
        length = sizeof target.nti.nfi.abtId;
        break;
    }
    // The standards know 4, 7, 8 and 10 bytes; anything else was misread.
    if (length != 4 && length != 7 && length != 8 && length != 10) return CNFC_NO_CARD;
    memcpy(card->uid, uid, length);
    card->length = (uint8_t)length;
    return CNFC_CARD;
}

int cnfc_field_off(cnfc_reader *reader) { return set(reader->device, NP_ACTIVATE_FIELD, false); }
