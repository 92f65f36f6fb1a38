/* What every domain of the live test can do: hypercalls, guarded memory accesses, and working through its mailbox. */
#ifndef GUEST_H
#define GUEST_H

#include "xen.h"

enum { PAGE = 4096, PAGE_SHIFT = 12 };

/* A hypercall by number with its arguments, or a guarded copy of bytes: to, from, length; 1 is a fault. */
enum { WORK_COPY = 64 };
struct work { u64 kind, arg[5], result; };

enum { MOST_WORK = 64 };
struct mailbox { u32 count, port; struct work work[MOST_WORK]; };

/* The address space of a domain: the image, 2 MiB of its pages and of frames it looks at, 2 MiB of slots. */
enum { OWN_PAGES = 64, MOST_GRANT_FRAMES = 8, SLOTS = 64 };
enum area {
    AT_PAGES = 0, AT_MAILBOX = 64, AT_DATA = 65, AT_GRANT = 128, AT_STATUS = 160, AT_SLOT_TABLE = 200, AT_SHARED = 201,
    AT_SPARE = 640,
    AFTER_SPARE = 4096
};
#define AREA 0x40200000ul
#define SLOT_AREA 0x40400000ul
#define NO_PAGE_TABLE 0x80000000ul
#define XENS_RANGE 0xffff830000000000ul
#define AREA_PAGE(n) (AREA + (u64)(n) * PAGE)

s64 hypercall(u64 number, u64 a, u64 b, u64 c, u64 d, u64 e);
int guarded_copy(void *to, const void *from, u64 length);
/* Sets up the page fault handler of the caller's own domain. */
void catch_faults(void);
void perform(struct work *work, u32 count);
void notify(u32 port);
/* Blocks until one of the ports has been notified, and takes the notification. Returns its place in the list. */
u32 wait_for(struct shared_info *shared, const u32 *ports, u32 count);

#endif
