/* SPDX-License-Identifier: Apache-2.0
 *
 * A small driver for a VT-d unit that reports what it does by moat-events.h. Its unit is not there: the memory is an array.
 *
 *     cc -std=c99 -o driver driver.c
 *     ./driver | moat audit --strict -        # held
 *     ./driver 3 | moat audit --strict -      # mistake 3: [3 strict-return] marks the line that the report names
 */
#include <stdio.h>
#include <stdlib.h>

#include "moat-events.h"

enum { PAGE = 4096, WORDS = 512, PAGES = 0x60 };
enum { ROOT = 0x10000, CONTEXT = 0x11000, TOP = 0x20000, MIDDLE = 0x21000, LEAVES = 0x22000, OTHER = 0x23000 };
enum { QUEUE = 0x40000, STATUS = 0x50000, BUFFERS = 0x100000 };
enum { DEVICE = 0xa0, DOMAIN = 5, OTHER_DOMAIN = 6 };
enum { GCMD = 0x18, RTADDR = 0x20, IQT = 0x88, IQA = 0x90 };
enum { READ_WRITE = 3, LARGE = 0x80, LEAVES_ONLY = 0x40 };

static int mistake;
static uint64_t memory[PAGES][WORDS];
static uint64_t tail, waits;

static void print(void *context, const char *text, unsigned long length) {
    fwrite(text, 1, length, context);
}

static struct moat_events events = {print, 0};

/* What stands for the driver's own accessors: each reports, and then acts. */

static void store_at(uint64_t address, uint64_t value, const char *here) {
    moat_store(&events, 0, address, 8, value, here);
    memory[address / PAGE][address % PAGE / 8] = value;
}

static void write_at(int offset, int size, uint64_t value, const char *here) {
    moat_write(&events, 0, 0, offset, size, value, here);
}

#define store(address, value) store_at(address, value, MOAT_HERE)
#define write(offset, size, value) write_at(offset, size, value, MOAT_HERE)

static void call(const char *name, uint64_t first, uint64_t second) {
    uint64_t arguments[] = {first, second};
    moat_call(&events, 0, name, arguments, 2, 0);
}

#define leave(name) moat_return(&events, 0, name, MOAT_HERE)

static void new_table(uint64_t address) {
    moat_alloc(&events, address, PAGE, 0, MOAT_HERE);
    moat_page(&events, address, memory[address / PAGE]);
}

/* The queue. */

static void put(uint64_t low, uint64_t high) {
    store(QUEUE + tail, low);
    store(QUEUE + tail + 8, high);
    tail = (tail + 16) % PAGE;
}

static void move_tail(void) {
    write(IQT, 8, tail);
}

static void wait_done(void) {
    call("wait_done", 0, 0);
    waits++;
    if (mistake == 9) {
        uint64_t slot = QUEUE + tail;
        tail = (tail + 16) % PAGE;
        store(slot + 8, STATUS);
        move_tail();
        store(slot, waits << 32 | 0x25); /* [9 written-first] */
    } else {
        put(waits << 32 | 0x25, STATUS);
        move_tail();
    }
    /* A real driver waits here until the unit has stored "waits" at STATUS. */
    leave("wait_done");
}

static void forget_pages(int domain, uint64_t iova, int order, uint64_t hint) {
    put((uint64_t)domain << 16 | 0xf2, iova | hint | (uint64_t)order);
}

static void forget_requester(int domain, int requester) {
    put((uint64_t)requester << 32 | (uint64_t)domain << 16 | 0x31, 0);
}

/* Mappings. */

static uint64_t *leaf(uint64_t iova) {
    return &memory[LEAVES / PAGE][iova / PAGE % WORDS];
}

static void map(uint64_t iova, uint64_t frame) {
    call("map", iova, frame);
    store(LEAVES + 8 * (iova / PAGE % WORDS), frame | READ_WRITE);
    leave("map");
}

static void unmap(uint64_t iova, int order) {
    uint64_t frame = *leaf(iova) & ~(uint64_t)0xfff;
    uint64_t pages = (uint64_t)1 << order;
    call("unmap", iova, pages);
    if (mistake == 2) {
        forget_pages(DOMAIN, iova, order, 0);
        wait_done();
    }
    for (uint64_t n = 0; n < pages; n++)
        store(LEAVES + 8 * ((iova / PAGE + n) % WORDS), 0);
    if (mistake == 6)
        moat_free(&events, frame, pages * PAGE, MOAT_HERE); /* [6 freed-lingering] */
    switch (mistake) {
    case 1:
    case 2:
        break;
    case 3:
        forget_pages(OTHER_DOMAIN, iova, order, LEAVES_ONLY);
        wait_done();
        break;
    case 4:
        forget_pages(DOMAIN, iova, order - 1, LEAVES_ONLY);
        wait_done();
        break;
    case 5:
        forget_pages(DOMAIN, iova, order, LEAVES_ONLY);
        move_tail();
        break;
    default:
        forget_pages(DOMAIN, iova, order, LEAVES_ONLY);
        wait_done();
    }
    leave("unmap"); /* [1 strict-return] [2 strict-return] [3 strict-return] [4 strict-return] [5 strict-return] */
    if (mistake != 6)
        moat_free(&events, frame, pages * PAGE, MOAT_HERE);
}

/* Takes the table of the leaves away and frees it. */
static void drop_leaves(void) {
    call("unmap", 0, WORDS);
    if (mistake != 7)
        store(MIDDLE, 0);
    forget_pages(DOMAIN, 0, 9, mistake == 8 ? LEAVES_ONLY : 0);
    wait_done();
    leave("unmap");
    moat_free(&events, LEAVES, PAGE, MOAT_HERE); /* [7 table-reuse] [8 table-reuse] */
}

/* Devices. */

static void lead(int requester, int domain, uint64_t top) {
    uint64_t entry = CONTEXT + 16 * (uint64_t)(requester & 0xff);
    if (mistake == 10) {
        store(entry, top | 1);
        store(entry + 8, (uint64_t)domain << 8 | 1); /* [10 torn-entry] */
    } else {
        store(entry + 8, (uint64_t)domain << 8 | 1);
        store(entry, top | 1);
    }
}

static void move_device(void) {
    call("attach", DEVICE, OTHER_DOMAIN);
    store(CONTEXT + 16 * DEVICE, 0);
    forget_requester(DOMAIN, DEVICE);
    put((uint64_t)DOMAIN << 16 | 0xe2, 0);
    wait_done();
    lead(DEVICE, OTHER_DOMAIN, OTHER);
    leave("attach");
    moat_free(&events, TOP, PAGE, MOAT_HERE);
}

static void start(void) {
    moat_begin(&events);
    moat_unit_vtd(&events, 0, 0xd2008c222f0686, 0xf00f5e, 39);
    moat_records(&events, "alloc");
    moat_function(&events, "map", "map");
    moat_function(&events, "unmap", "unmap");
    moat_function(&events, "wait_done", "wait");
    moat_device(&events, 0, DEVICE, 0);
    for (int n = 0; n < 4; n++)
        new_table(TOP + (uint64_t)n * PAGE);
    new_table(ROOT);
    new_table(CONTEXT);
    new_table(QUEUE);
    store(ROOT, CONTEXT | 1);
    store(TOP, MIDDLE | READ_WRITE);
    store(MIDDLE, LEAVES | READ_WRITE);
    store(OTHER, (uint64_t)1 << 30 | LARGE | READ_WRITE);
    write(RTADDR, 8, ROOT);
    write(GCMD, 4, 0x40000000);
    write(IQT, 8, 0);
    write(IQA, 8, QUEUE);
    write(GCMD, 4, 0x04000000);
    write(GCMD, 4, 0x84000000);
}

int main(int count, char **words) {
    mistake = count > 1 ? atoi(words[1]) : 0;
    events.context = stdout;
    start();
    moat_alloc(&events, BUFFERS, 4 * PAGE, 0, MOAT_HERE);
    lead(DEVICE, DOMAIN, TOP);
    map(0x2000, BUFFERS);
    map(0x3000, BUFFERS + PAGE);
    unmap(0x2000, 1);
    map(0x2000, BUFFERS + 2 * PAGE);
    drop_leaves();
    move_device();
    return 0;
}
