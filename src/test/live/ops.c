/* What a domain does beside the grant table hypercall, and the table of it all. */
#include "device.h"
#include "row.h"

static u64 get(struct row *row, const char *name)
{
    return number(field(row->args, name));
}

static int in_own_table(struct row *row)
{
    return (row->by->id || with_devices) && get(row, "ref") < entries(row->by);
}

/* Where the actor sees one of its entries, or the status word of it. */
static u64 entry_address(struct row *row)
{
    u64 size = row->by->version == 2 ? sizeof(struct entry2) : sizeof(struct entry1);
    return AREA_PAGE(AT_GRANT) + get(row, "ref") * size;
}

static u64 status_address(struct row *row)
{
    return AREA_PAGE(AT_STATUS) + get(row, "ref") * 2;
}

/* A copy between the actor's memory and the start of the data page; 1 is a fault. */
static u64 move(struct row *row, u64 address, int write, u64 length)
{
    u64 data = data_address(row->by);
    struct work work = {WORK_COPY, {write ? address : data, write ? data : address, length}, 0};
    ask(row->by, &work, 1);
    return work.result;
}

static void store_flags(struct row *row, u16 flags)
{
    *(u16 *)data_page(row->by) = flags;
    move(row, entry_address(row), 1, sizeof flags);
}

/* All but the flags, which say that the rest is valid; they come last. */
static int store(struct row *row, struct entry2 entry)
{
    u64 size = row->by->version == 2 ? sizeof(struct entry2) : sizeof(struct entry1);
    if (!in_own_table(row))
        return 0;
    u8 *data = data_page(row->by);
    if (row->by->version == 2)
        *(struct entry2 *)data = entry;
    else
        *(struct entry1 *)data = (struct entry1){0, entry.dom, (u32)entry.frame};
    *(u16 *)data = 0;
    move(row, entry_address(row), 1, size);
    store_flags(row, get(row, "flags"));
    address(row, DOMID_SELF, get(row, "ref"), 1);
    return 1;
}

static int gt_write(struct row *row)
{
    struct entry2 entry = {.dom = read_domain(field(row->args, "domid"))};
    return read_current(field(row->args, "frame"), row->by->id, &entry.frame) && store(row, entry);
}

static int gt_write_sub(struct row *row)
{
    struct entry2 entry = {
        .dom = read_domain(field(row->args, "domid")), .third = get(row, "off"), .fourth = get(row, "len")};
    return read_current(field(row->args, "frame"), row->by->id, &entry.frame) && store(row, entry);
}

static int gt_write_trans(struct row *row)
{
    struct entry2 entry = {.dom = read_domain(field(row->args, "domid")),
        .third = read_domain(field(row->args, "tdom")), .frame = get(row, "tref")};
    return store(row, entry);
}

static int gt_flags(struct row *row)
{
    if (!in_own_table(row))
        return 0;
    store_flags(row, get(row, "flags"));
    address(row, DOMID_SELF, get(row, "ref"), 1);
    return 1;
}

/* Only the actor runs, so that looking first and storing then is as good as the exchange that guests need. */
static int end_access(struct row *row)
{
    if (!in_own_table(row))
        return 0;
    int second = row->by->version == 2;
    if (second)
        store_flags(row, 0);
    move(row, second ? status_address(row) : entry_address(row), 0, 2);
    int busy = (*(u16 *)data_page(row->by) & (GTF_READING | GTF_WRITING)) != 0;
    if (!second && !busy)
        store_flags(row, 0);
    address(row, DOMID_SELF, get(row, "ref"), 1);
    copy_string(row->out, sizeof row->out, busy ? "busy" : "done");
    return 1;
}

static int mem_read(struct row *row)
{
    u64 address;
    if (!read_host(field(row->args, "at"), row->by, &address))
        return 0;
    struct line out = {0};
    if (move(row, address, 0, 1))
        put(&out, "FAULT");
    else
        put(&out, "0x%x", *data_page(row->by));
    say(row, &out);
    return 1;
}

static int mem_write(struct row *row)
{
    u64 address;
    if (!read_host(field(row->args, "at"), row->by, &address))
        return 0;
    *data_page(row->by) = get(row, "val");
    copy_string(row->out, sizeof row->out, move(row, address, 1, 1) ? "FAULT" : "ok");
    return 1;
}

static int set_own(struct row *row, const char *name, u64 pte)
{
    u64 address;
    if (!read_host(field(row->args, name), row->by, &address))
        return 0;
    struct work work = {UPDATE_VA_MAPPING, {address, pte, INVLPG}, 0};
    ask(row->by, &work, 1);
    row->result = (s64)work.result;
    return 1;
}

static int own_map(struct row *row)
{
    u64 frame;
    return read_current(field(row->args, "frame"), row->by->id, &frame) && set_own(row, "va", frame << PAGE_SHIFT | PTE_OWN);
}

static int own_map_ro(struct row *row)
{
    u64 frame;
    return read_current(field(row->args, "frame"), row->by->id, &frame)
        && set_own(row, "va", frame << PAGE_SHIFT | (PTE_OWN & ~PTE_WRITE));
}

static int own_unmap(struct row *row)
{
    return set_own(row, "page", 0);
}

static int slot_clear(struct row *row)
{
    return set_own(row, "slot", 0);
}

/* Calls that end before an element: the pointer leads to the data page, to nothing, or into Xen. */
static int raw(struct row *row)
{
    struct text command = field(row->args, "cmd"), pointer = field(row->args, "ptr"), in = command;
    take(&in, '(');
    u64 at = is(pointer, "ok") ? data_address(row->by) : starts(pointer, "XEN") ? XENS_RANGE : NO_PAGE_TABLE;
    struct work work = {GRANT_TABLE_OP, {number(in.at < in.end ? in : command), at, get(row, "count")}, 0};
    ask(row->by, &work, 1);
    row->result = (s64)work.result;
    return 1;
}

static int create_row(struct row *row)
{
    u64 id = get(row, "dom");
    if (id == 0 || id >= MOST_DOMAINS || domains[id].known)
        return 0;
    row->result = create(
        id, get(row, "max_grant_frames"), get(row, "max_maptrack_frames"), get(row, "max_version"), get(row, "iommu"));
    /* Sizes or a version that this Xen's tables cannot have are an answer. */
    if (row->result && row->result != INVALID && row->result != NO_MEMORY)
        fail("create", row->result);
    return 1;
}

static int destroy_row(struct row *row)
{
    u64 id = get(row, "dom");
    if (id == 0 || id >= MOST_DOMAINS)
        return 0;
    row->result = destroy(id);
    lose_devices(id);
    copy_string(row->out, sizeof row->out,
        row->result == NO_SUCH_DOMAIN ? "already-gone" : domains[id].known ? "zombie" : "gone");
    return 1;
}

/* Xen prints what it knows, to the console where domain 0 prints the row afterwards. */
static int debug_keys(struct row *row)
{
    struct text keys = field(row->args, "keys");
    row->result = WRONG_VERSION;
    for (u32 version = OLDEST_SYSCTL; row->result == WRONG_VERSION && version <= NEWEST_SYSCTL; version++) {
        struct sysctl op = {.cmd = DEBUG_KEYS, .version = version, .keys = (u64)keys.at, .count = keys.end - keys.at};
        row->result = hypercall(SYSCTL, (u64)&op, 0, 0, 0, 0);
    }
    return 1;
}

/* The rights that are measured after every step are all that is asked. */
static int probe(struct row *row)
{
    (void)row;
    return 1;
}

static const struct {
    const char *name;
    int (*run)(struct row *row);
} OPS[] = {
    {"create", create_row}, {"destroy", destroy_row}, {"gt_write", gt_write}, {"gt_write_sub", gt_write_sub},
    {"gt_write_trans", gt_write_trans}, {"gt_flags", gt_flags}, {"end_access", end_access}, {"mem_read", mem_read},
    {"mem_write", mem_write}, {"own_map", own_map}, {"own_map_ro", own_map_ro}, {"own_unmap", own_unmap},
    {"slot_clear", slot_clear}, {"raw", raw}, {"probe", probe},
    {"pin_table", pin_table}, {"unpin_table", unpin_table}, {"foreign_cpu_map", foreign_cpu_map},
    {"foreign_cpu_unmap", foreign_cpu_unmap}, {"decrease_reservation", decrease_reservation},
    {"populate_physmap", populate_physmap}, {"memory_exchange", memory_exchange}, {"assign_device", assign_device},
    {"deassign_device", deassign_device}, {"debug_keys", debug_keys},
};

int do_step(struct row *rows, u32 count)
{
    if (!rows->by->alive)
        return 0;
    for (u32 op = 0; op < sizeof OPS / sizeof *OPS; op++)
        if (is(rows->op, OPS[op].name))
            return count == 1 && OPS[op].run(rows);
    return do_elements(rows, count);
}
