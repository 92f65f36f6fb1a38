#include "guest.h"

extern u8 hypercall_page[];
void page_fault(void);

s64 hypercall(u64 number, u64 a, u64 b, u64 c, u64 d, u64 e)
{
    s64 result;
    register u64 fourth __asm__("r10") = d;
    register u64 fifth __asm__("r8") = e;
    __asm__ volatile("call *%[stub]"
                     : "=a"(result), "+D"(a), "+S"(b), "+d"(c), "+r"(fourth), "+r"(fifth)
                     : [stub] "r"(hypercall_page + number * 32)
                     : "rcx", "r11", "memory");
    return result;
}

void catch_faults(void)
{
    static const struct trap traps[] = {{PAGE_FAULT, 0, CS64, (u64)page_fault}, {0}};
    hypercall(SET_TRAP_TABLE, (u64)traps, 0, 0, 0, 0);
}

void stray_fault(u64 rip)
{
    static const char digits[] = "0123456789abcdef";
    char text[] = "live: stray page fault at 0x00000000\n";
    for (int i = 0; i < 8; i++)
        text[28 + i] = digits[rip >> (28 - 4 * i) & 15];
    hypercall(CONSOLE_IO, 0, sizeof text - 1, (u64)text, 0, 0);
    u32 crash = 3;
    hypercall(SCHED_OP, SCHED_SHUTDOWN, (u64)&crash, 0, 0, 0);
}

void perform(struct work *work, u32 count)
{
    for (struct work *w = work; w < work + count; w++)
        w->result = w->kind == WORK_COPY
            ? (u64)guarded_copy((void *)w->arg[0], (void *)w->arg[1], w->arg[2])
            : (u64)hypercall(w->kind, w->arg[0], w->arg[1], w->arg[2], w->arg[3], w->arg[4]);
}

void notify(u32 port)
{
    hypercall(EVENT_CHANNEL_OP, EVTCHN_SEND, (u64)&port, 0, 0, 0);
}

u32 wait_for(struct shared_info *shared, const u32 *ports, u32 count)
{
    struct poll poll = {ports, count, 0};
    for (;;) {
        for (u32 i = 0; i < count; i++) {
            u64 bit = 1ul << ports[i] % 64;
            if (__atomic_fetch_and(&shared->pending[ports[i] / 64], ~bit, __ATOMIC_SEQ_CST) & bit)
                return i;
        }
        hypercall(SCHED_OP, SCHED_POLL, (u64)&poll, 0, 0, 0);
    }
}

/* The whole life of a domain that domain 0 made. */
void child_main(void)
{
    struct mailbox *box = (struct mailbox *)AREA_PAGE(AT_MAILBOX);
    struct shared_info *shared = (struct shared_info *)AREA_PAGE(AT_SHARED);
    catch_faults();
    for (;;) {
        wait_for(shared, &box->port, 1);
        perform(box->work, box->count);
        notify(box->port);
    }
}
