/* SPDX-License-Identifier: Apache-2.0
 *
 * moat-events.h: prints what a driver, a hypervisor or an emulator does to an IOMMU, as text that "moat audit" judges.
 * C99, one file, nothing else is needed: no allocation, no library, no floating point. The text is in docs/reference/events.md.
 *
 *     static void print(void *context, const char *text, unsigned long length) { fwrite(text, 1, length, context); }
 *     struct moat_events events = {print, stdout};
 *     moat_begin(&events);
 *     moat_store(&events, cpu, address, 8, value, MOAT_HERE);
 *
 * Each event is one line, and one call of print; only moat_page needs several. Two CPUs must not print at once: take a lock
 * around the call and what it reports, so that the lines stand in the order of the events.
 * All addresses are physical. "here" is MOAT_HERE, or a null pointer.
 */
#ifndef MOAT_EVENTS_H
#define MOAT_EVENTS_H

#include <stdint.h>

/* Where one line of the text goes; its length counts no terminating zero. */
struct moat_events {
    void (*print)(void *context, const char *text, unsigned long length);
    void *context;
};

#define MOAT_STRING_OF(line) #line
#define MOAT_STRING(line) MOAT_STRING_OF(line)
#define MOAT_HERE (__FILE__ ":" MOAT_STRING(__LINE__))

/* A line that is being written: room for all its words. A word of more than 128 characters is malformed, and nothing is called held then. */
struct moat_line {
    char text[1024];
    unsigned long length;
};

static inline void moat_put(struct moat_line *line, const char *text) {
    while (*text != 0 && line->length + 1 < sizeof line->text)
        line->text[line->length++] = *text++;
}

static inline void moat_word(struct moat_line *line, const char *word) {
    moat_put(line, " ");
    moat_put(line, word);
}

static inline void moat_hex(struct moat_line *line, uint64_t value) {
    char digits[17];
    int at = 16;
    digits[at] = 0;
    do {
        digits[--at] = "0123456789abcdef"[value & 15];
        value >>= 4;
    } while (value != 0);
    moat_put(line, "0x");
    moat_put(line, digits + at);
}

static inline void moat_number(struct moat_line *line, uint64_t value) {
    moat_put(line, " ");
    moat_hex(line, value);
}

static inline void moat_end(struct moat_events *events, struct moat_line *line, const char *here) {
    if (here != 0) {
        const char *name = here;
        for (const char *c = here; *c != 0; c++)
            if (*c == '/' || *c == '\\')
                name = c + 1;
        moat_put(line, " at=");
        moat_put(line, name);
    }
    line->text[line->length++] = '\n';
    events->print(events->context, line->text, line->length);
}

static inline void moat_values(struct moat_events *events, const char *event, const uint64_t *values, int count,
                               const char *last, const char *here) {
    struct moat_line line = {{0}, 0};
    moat_put(&line, event);
    for (int n = 0; n < count; n++)
        moat_number(&line, values[n]);
    if (last != 0)
        moat_word(&line, last);
    moat_end(events, &line, here);
}

/* The first line. */
static inline void moat_begin(struct moat_events *events) {
    moat_values(events, "moat-events 1", 0, 0, 0, 0);
}

/* A VT-d unit: its capability registers and the bits of a host address. */
static inline void moat_unit_vtd(struct moat_events *events, int unit, uint64_t cap, uint64_t ecap, int address_bits) {
    struct moat_line line = {{0}, 0};
    moat_put(&line, "unit");
    moat_number(&line, (uint64_t)unit);
    moat_put(&line, " vtd cap=");
    moat_hex(&line, cap);
    moat_put(&line, " ecap=");
    moat_hex(&line, ecap);
    moat_put(&line, " haw=");
    moat_hex(&line, (uint64_t)address_bits);
    moat_end(events, &line, 0);
}

/* An AMD-Vi unit: its extended feature register. */
static inline void moat_unit_amdvi(struct moat_events *events, int unit, uint64_t efr) {
    struct moat_line line = {{0}, 0};
    moat_put(&line, "unit");
    moat_number(&line, (uint64_t)unit);
    moat_put(&line, " amd-vi efr=");
    moat_hex(&line, efr);
    moat_end(events, &line, 0);
}

/* A device (bus << 8 | device << 3 | function) behind a unit, and whether it keeps translations itself (ATS). */
static inline void moat_device(struct moat_events *events, int unit, int requester, int ats) {
    uint64_t values[] = {(uint64_t)unit, (uint64_t)requester};
    moat_values(events, "device", values, 2, ats ? "ats=on" : "ats=off", 0);
}

/* Whose tables are cached under a domain id: a word, or "*" for tables that may lead to any frame. */
static inline void moat_domain(struct moat_events *events, int unit, uint64_t domain, const char *owner) {
    uint64_t values[] = {(uint64_t)unit, domain};
    moat_values(events, "domain", values, 2, owner, 0);
}

/* What else is recorded: some of "waits loads alloc". */
static inline void moat_records(struct moat_events *events, const char *what) {
    moat_values(events, "records", 0, 0, what, 0);
}

/* What a function promises: "unmap", "map", "wait", or "flush" with the numbers of its arguments, as "flush domain=1 iova=2 pages=3". */
static inline void moat_function(struct moat_events *events, const char *name, const char *role) {
    struct moat_line line = {{0}, 0};
    moat_put(&line, "function");
    moat_word(&line, name);
    moat_word(&line, role);
    moat_end(events, &line, 0);
}

/* What a page of tables or of a queue holds when it is first used as one: 512 words. */
static inline void moat_page(struct moat_events *events, uint64_t address, const uint64_t *words) {
    struct moat_line line = {{0}, 0};
    moat_put(&line, "page");
    moat_number(&line, address);
    for (unsigned n = 0; n < 512; n++) {
        if (words[n] != 0) {
            moat_number(&line, 8 * n);
            moat_put(&line, ":");
            moat_hex(&line, words[n]);
        }
        if (line.length > sizeof line.text - 64) {
            events->print(events->context, line.text, line.length);
            line.length = 0;
        }
    }
    moat_end(events, &line, 0);
}

/* A CPU stores 1, 2, 4 or 8 bytes into a table or a queue: print it before the store, or in one lock with it. */
static inline void moat_store(struct moat_events *events, int cpu, uint64_t address, int size, uint64_t value,
                              const char *here) {
    uint64_t values[] = {(uint64_t)cpu, address, (uint64_t)size, value};
    moat_values(events, "store", values, 4, 0, here);
}

/* A CPU has loaded the status of a wait. */
static inline void moat_load(struct moat_events *events, int cpu, uint64_t address, int size, uint64_t value,
                             const char *here) {
    uint64_t values[] = {(uint64_t)cpu, address, (uint64_t)size, value};
    moat_values(events, "load", values, 4, 0, here);
}

/* A CPU writes a register of a unit, 4 or 8 bytes. */
static inline void moat_write(struct moat_events *events, int cpu, int unit, int offset, int size, uint64_t value,
                              const char *here) {
    uint64_t values[] = {(uint64_t)cpu, (uint64_t)unit, (uint64_t)offset, (uint64_t)size, value};
    moat_values(events, "write", values, 5, 0, here);
}

/* A CPU has read a register of a unit. */
static inline void moat_read(struct moat_events *events, int cpu, int unit, int offset, int size, uint64_t value,
                             const char *here) {
    uint64_t values[] = {(uint64_t)cpu, (uint64_t)unit, (uint64_t)offset, (uint64_t)size, value};
    moat_values(events, "read", values, 5, 0, here);
}

/* A function begins, with at most 16 arguments that are numbers. */
static inline void moat_call(struct moat_events *events, int cpu, const char *name, const uint64_t *arguments, int count,
                             const char *here) {
    struct moat_line line = {{0}, 0};
    moat_put(&line, "call");
    moat_number(&line, (uint64_t)cpu);
    moat_word(&line, name);
    for (int n = 0; n < count; n++)
        moat_number(&line, arguments[n]);
    moat_end(events, &line, here);
}

/* It returns. */
static inline void moat_return(struct moat_events *events, int cpu, const char *name, const char *here) {
    uint64_t values[] = {(uint64_t)cpu};
    moat_values(events, "return", values, 1, name, here);
}

/* Frames are allocated; the owner may be null. Address and size are multiples of 4096. */
static inline void moat_alloc(struct moat_events *events, uint64_t address, uint64_t size, const char *owner,
                              const char *here) {
    uint64_t values[] = {address, size};
    moat_values(events, "alloc", values, 2, owner, here);
}

/* Frames are freed. */
static inline void moat_free(struct moat_events *events, uint64_t address, uint64_t size, const char *here) {
    uint64_t values[] = {address, size};
    moat_values(events, "free", values, 2, 0, here);
}

/* Frames belong to somebody from here on. */
static inline void moat_owner(struct moat_events *events, uint64_t address, uint64_t size, const char *owner,
                              const char *here) {
    uint64_t values[] = {address, size};
    moat_values(events, "owner", values, 2, owner, here);
}

/* Events are missing here. */
static inline void moat_lost(struct moat_events *events) {
    moat_values(events, "lost", 0, 0, 0, 0);
}

#endif
