/* What domains do with their frames: types, owners, domain 0's mappings of others' frames; and devices. */
#include "device.h"
#include "row.h"

/* In the actor's data page. */
enum { EXTENT = 256, NEW_EXTENT = 264 };
static u64 foreign[MOST_FOREIGN] __attribute__((section(".bss.dom0")));

static s64 call(struct row *row, u64 number, u64 a, u64 b, u64 c, u64 d)
{
    struct work work = {number, {a, b, c, d}, 0};
    ask(row->by, &work, 1);
    return row->result = (s64)work.result;
}

static int type_op(struct row *row, u32 cmd)
{
    u64 frame;
    if (!read_current(field(row->args, "frame"), row->by->id, &frame))
        return 0;
    *(struct mmuext *)data_page(row->by) = (struct mmuext){cmd, frame, 0};
    call(row, MMUEXT_OP, data_address(row->by), 1, 0, DOMID_SELF);
    return 1;
}

int pin_table(struct row *row)
{
    return type_op(row, PIN_L1_TABLE);
}

int unpin_table(struct row *row)
{
    return type_op(row, UNPIN_TABLE);
}

/* The window that shows a frame, each has one; the first empty one for no frame. */
static u32 window_of(u64 frame)
{
    u32 which = 0;
    while (which < MOST_FOREIGN && foreign[which] != frame)
        which++;
    return which;
}

int foreign_cpu_map(struct row *row)
{
    u64 frame, owner = number(field(row->args, "dom"));
    if (row->by->id || !read_current(field(row->args, "frame"), owner, &frame))
        return 0;
    u32 which = window_of(frame) < MOST_FOREIGN ? window_of(frame) : window_of(0);
    if (which == MOST_FOREIGN)
        return 0;
    struct text last = row->args;
    while (last.end - last.at > 2)
        last.at++;
    row->result = foreign_map(which, owner, frame, is(last, "ro") ? PTE_OWN & ~PTE_WRITE : PTE_OWN);
    if (row->result == 0)
        foreign[which] = frame;
    return 1;
}

int foreign_cpu_unmap(struct row *row)
{
    u64 frame;
    if (row->by->id || !read_current(field(row->args, "frame"), number(field(row->args, "dom")), &frame))
        return 0;
    u32 which = window_of(frame);
    if (which < MOST_FOREIGN) {
        row->result = foreign_map(which, 0, 0, 0);
        foreign[which] = 0;
    }
    return 1;
}

void drop_foreign(void)
{
    for (u32 i = 0; i < MOST_FOREIGN; i++)
        if (foreign[i]) {
            foreign_map(i, 0, 0, 0);
            foreign[i] = 0;
        }
}

/* Puts a list of one extent, and the description of it, into the actor's data page. */
static struct reservation one(struct row *row, u32 at, u64 extent)
{
    *(u64 *)(data_page(row->by) + at) = extent;
    return (struct reservation){(u64 *)(data_address(row->by) + at), 1, 0, 0, DOMID_SELF};
}

int decrease_reservation(struct row *row)
{
    u64 frame;
    if (!read_current(field(row->args, "frame"), row->by->id, &frame))
        return 0;
    *(struct reservation *)data_page(row->by) = one(row, EXTENT, frame);
    call(row, MEMORY_OP, DECREASE_RESERVATION, data_address(row->by), 0, 0);
    return 1;
}

/* The frame that Xen gave to the actor for a page of it. */
static void got(struct row *row, u32 n, u64 frame)
{
    struct line line = {0}, known = {0};
    put_frame(&known, frame);
    if (*known.text != '?' && frame != row->by->page[n]) {
        known.text[known.length] = 0;
        put(&line, "live: Xen gave %s again, case %t step %t, which ends the case\n", known.text, &row->name, &row->step);
        flush(&line);
        crashed = GIVEN_AGAIN;
        return;
    }
    row->by->fresh[n] = frame;
    put(&line, "live: frame D%u.P%u' %x\n", row->by->id, n, (u32)frame);
    flush(&line);
}

int populate_physmap(struct row *row)
{
    struct text page = field(row->args, "newpage");
    u64 n = number(within(page, "P", 0));
    if (!starts(page, "P") || n >= OWN_PAGES || row->by->fresh[n])
        return 0;
    *(struct reservation *)data_page(row->by) = one(row, EXTENT, n);
    if (call(row, MEMORY_OP, POPULATE_PHYSMAP, data_address(row->by), 0, 0) == 1) {
        u64 frame = *(u64 *)(data_page(row->by) + EXTENT);
        got(row, n, frame);
        copy_string(row->out, sizeof row->out, frame == row->by->page[n] ? "same-mfn" : "other-mfn");
    }
    return 1;
}

int memory_exchange(struct row *row)
{
    struct text page = field(row->args, "frame");
    u64 frame, n;
    take(&page, '.');
    n = number(within(page, "P", 0));
    if (!starts(page, "P") || n >= OWN_PAGES || row->by->fresh[n]
        || !read_current(field(row->args, "frame"), row->by->id, &frame))
        return 0;
    *(struct exchange *)data_page(row->by) = (struct exchange){one(row, EXTENT, frame), one(row, NEW_EXTENT, n), 0};
    if (call(row, MEMORY_OP, MEMORY_EXCHANGE, data_address(row->by), 0, 0) == 0)
        got(row, n, *(u64 *)(data_page(row->by) + NEW_EXTENT));
    return 1;
}

static int device_of(struct row *row)
{
    struct text device = field(row->args, "dev");
    return !row->by->id && starts(device, "e") ? (int)number(within(device, "e", 0)) : DEVICES;
}

int assign_device(struct row *row)
{
    struct text to = field(row->args, "to");
    int device = device_of(row);
    if (device >= DEVICES || !starts(to, "D"))
        return 0;
    row->result = assign(device, number(within(to, "D", 0)));
    return 1;
}

int deassign_device(struct row *row)
{
    struct text from = field(row->args, "from");
    int device = device_of(row);
    if (device >= DEVICES || !starts(from, "D"))
        return 0;
    row->result = deassign(device, number(within(from, "D", 0)));
    return 1;
}
