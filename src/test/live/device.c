/*
 * Each device is an LSI 53C895A, whose SCRIPTS processor moves words between its registers and memory at once when it is
 * started. It reads the script itself by DMA, from a page of the domain that has the device.
 */
#include "device.h"

enum { CONFIG_ADDRESS = 0xcf8, CONFIG_DATA = 0xcfc, COMMAND = 4, BASE = 0x10, INTERRUPT_LINE = 0x3c, FIRST_SLOT = 4 };
enum { PORTS = 1, MEMORY = 2, MASTER = 4 };
enum { DSTAT = 0x0c, ISTAT = 0x14, DSP = 0x2c, SCRATCH_A = 0x34, SCRATCH_B = 0x5c, RESET = 64, INTERRUPTED = 4 };
enum { STORE = 0xe0000004, LOAD = 0xe1000004, INTERRUPT = 0x98080000, REGISTER_SHIFT = 16 };
/* After what is sent through the mailbox. */
enum { SCRIPT_AT = 3840, NOBODY = -1 };

static struct { u32 ports; int holder; } devices[DEVICES] __attribute__((section(".bss.dom0")));

static void out32(u32 port, u32 value)
{
    __asm__ volatile("outl %0, %w1" : : "a"(value), "d"(port));
}

static void out8(u32 port, u8 value)
{
    __asm__ volatile("outb %0, %w1" : : "a"(value), "d"(port));
}

static u32 in32(u32 port)
{
    u32 value;
    __asm__ volatile("inl %w1, %0" : "=a"(value) : "d"(port));
    return value;
}

static u8 in8(u32 port)
{
    u8 value;
    __asm__ volatile("inb %w1, %0" : "=a"(value) : "d"(port));
    return value;
}

static void choose(u32 device, u32 reg)
{
    out32(CONFIG_ADDRESS, 0x80000000u | (FIRST_SLOT + device) << 11 | reg);
}

void start_devices(void)
{
    u32 level = 1;
    must("ports", hypercall(PHYSDEV_OP, SET_IOPL, (u64)&level, 0, 0, 0));
    for (u32 i = 0; i < DEVICES; i++) {
        choose(i, BASE);
        devices[i].ports = in32(CONFIG_DATA) & ~3u;
        if (!devices[i].ports)
            fail("no device", i);
    }
}

void mark(u32 begins)
{
    choose(0, INTERRUPT_LINE);
    out8(CONFIG_DATA, begins);
}

u32 measure(u32 device, u64 frame)
{
    static u32 tag = OLD_TAG;
    u32 ports = devices[device].ports, at = (u32)(frame << PAGE_SHIFT) + TAG_AT;
    struct domain *with = &domains[devices[device].holder == NOBODY ? 0 : devices[device].holder];
    u32 *script = (u32 *)((u8 *)mailbox(with) + SCRIPT_AT);
    const u32 words[] = {
        STORE | SCRATCH_B << REGISTER_SHIFT, at, LOAD | SCRATCH_A << REGISTER_SHIFT, at, INTERRUPT, 0};
    for (u32 i = 0; i < sizeof words / sizeof *words; i++)
        script[i] = words[i];
    /* Xen takes this away from devices that fault too often. */
    choose(device, COMMAND);
    out32(CONFIG_DATA, PORTS | MEMORY | MASTER);
    out8(ports + ISTAT, RESET);
    out8(ports + ISTAT, 0);
    /* Even, so that it is no present entry when the frame is a page table. */
    tag += OLD_TAG;
    out32(ports + SCRATCH_A, 0);
    out32(ports + SCRATCH_B, tag);
    out32(ports + DSP, (u32)(with->mailbox << PAGE_SHIFT) + SCRIPT_AT);
    if (!(in8(ports + DSTAT) & INTERRUPTED))
        return 0;
    u32 back = in32(ports + SCRATCH_A);
    return back == tag ? 3 : back != 0;
}

static struct domctl about(u32 device)
{
    return (struct domctl){.u.device = {0, 0, (FIRST_SLOT + device) << 3}};
}

s64 assign(u32 device, u32 to)
{
    struct domctl op = about(device);
    s64 result = domctl(&op, ASSIGN_DEVICE, to);
    if (!result)
        devices[device].holder = to;
    return result;
}

s64 deassign(u32 device, u32 from)
{
    struct domctl op = about(device);
    s64 result = domctl(&op, DEASSIGN_DEVICE, from);
    if (!result)
        devices[device].holder = NOBODY;
    return result;
}

void lose_devices(u32 of)
{
    for (u32 i = 0; i < DEVICES; i++)
        if (of && devices[i].holder == (int)of)
            devices[i].holder = NOBODY;
}
