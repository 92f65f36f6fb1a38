/* The operations of the grant table hypercall: reads a row's arguments into an element, and the answer out of it. */
#include "row.h"

/* Xen leaves it in the status of an element that it does not come to. */
enum { NOT_WRITTEN = 0x7777, LIST = 3072 };

static u64 get(struct row *row, const char *name)
{
    return number(field(row->args, name));
}

static u32 get_domain(struct row *row)
{
    return read_domain(field(row->args, "dom"));
}

/* The argument beside the domain, however it is called. */
static u32 get_other(struct row *row)
{
    struct text rest = row->args;
    take(&rest, ';');
    take(&rest, '=');
    return number(rest);
}

static int map(struct row *row, void *element)
{
    struct map_grant *e = element;
    *e = (struct map_grant){.flags = get(row, "flags"), .ref = get(row, "ref"), .dom = get_domain(row)};
    address(row, e->dom, e->ref, 1);
    return read_host(field(row->args, "host"), row->by, &e->host);
}

static void mapped(struct row *row, void *element, u32 n)
{
    struct map_grant *e = element;
    if (row->status != 0)
        return;
    struct line out = {0};
    put(&out, "handle=h%u;raw=%u;dev=", new_handle(row, n, e), e->handle);
    put_frame(&out, e->bus >> PAGE_SHIFT);
    say(row, &out);
}

static int unmap(struct row *row, void *element)
{
    struct unmap_grant *e = element;
    struct text bus = field(row->args, "dev"), frame = take(&bus, '+');
    u64 number_of_frame;
    if (!read_frame(frame, &number_of_frame))
        return 0;
    *e = (struct unmap_grant){.bus = (number_of_frame << PAGE_SHIFT) + number(bus)};
    return read_host(field(row->args, "host"), row->by, &e->host)
        && read_handle(row, field(row->args, "handle"), &e->handle);
}

static int replace(struct row *row, void *element)
{
    struct unmap_replace *e = element;
    *e = (struct unmap_replace){0};
    return read_host(field(row->args, "host"), row->by, &e->host)
        && read_host(field(row->args, "new"), row->by, &e->replacement)
        && read_handle(row, field(row->args, "handle"), &e->handle);
}

/* G(1:8)+0 what a reference grants, F(SELF:D1.P0)+0 a frame. */
static int side(struct row *row, const char *name, struct copy_side *side)
{
    struct text offset = field(row->args, name), what = take(&offset, '+');
    int grant = starts(what, "G(");
    what = within(what, "G(", 1);
    side->dom = read_domain(take(&what, ':'));
    side->offset = number(offset);
    side->what = number(what);
    return grant || read_current(what, row->by->id, &side->what);
}

static int copy(struct row *row, void *element)
{
    struct copy *e = element;
    int from = starts(field(row->args, "src"), "G("), to = starts(field(row->args, "dst"), "G(");
    *e = (struct copy){.length = get(row, "len"), .flags = from | to << 1};
    if (!side(row, "src", &e->from) || !side(row, "dst", &e->to))
        return 0;
    if (from)
        address(row, e->from.dom, e->from.what, 1);
    if (to)
        address(row, e->to.dom, e->to.what, !from);
    return 1;
}

static int transfer(struct row *row, void *element)
{
    struct transfer *e = element;
    *e = (struct transfer){.dom = get_domain(row), .ref = get(row, "ref")};
    address(row, e->dom, e->ref, 1);
    return read_current(field(row->args, "frame"), row->by->id, &e->frame);
}

static int swap(struct row *row, void *element)
{
    struct swap_refs *e = element;
    *e = (struct swap_refs){.a = get(row, "a"), .b = get(row, "b")};
    address(row, DOMID_SELF, e->a, 1);
    address(row, DOMID_SELF, e->b, 0);
    return 1;
}

static int flush_cache(struct row *row, void *element)
{
    struct cache_flush *e = element;
    struct text bus = field(row->args, "dev");
    u64 frame = 0;
    int named = bus.at == bus.end || read_current(take(&bus, '+'), row->by->id, &frame);
    *e = (struct cache_flush){.bus = frame ? frame << PAGE_SHIFT : get(row, "a"), .offset = get(row, "off"),
        .length = get(row, "len"), .op = get(row, "op")};
    return named;
}

static int query_size(struct row *row, void *element)
{
    *(struct query_size *)element = (struct query_size){.dom = get_domain(row)};
    return 1;
}

static void queried(struct row *row, void *element, u32 n)
{
    struct query_size *e = element;
    struct line out = {0};
    (void)n;
    if (row->status == 0)
        put(&out, "nr_frames=%u;max_nr_frames=%u", e->frames, e->most);
    say(row, &out);
}

static int setup_table(struct row *row, void *element)
{
    *(struct setup_table *)element =
        (struct setup_table){.dom = get_domain(row), .frames = get_other(row), .list = data_address(row->by) + LIST};
    return 1;
}

static void look_again(struct row *row, void *element, u32 n)
{
    (void)element, (void)n;
    look_at_table(row->by);
}

static int get_status_frames(struct row *row, void *element)
{
    *(struct get_status_frames *)element = (struct get_status_frames){
        .dom = get_domain(row), .frames = get_other(row), .list = data_address(row->by) + LIST};
    return 1;
}

static int get_version(struct row *row, void *element)
{
    *(struct get_version *)element = (struct get_version){.dom = get_domain(row)};
    return 1;
}

static void got_version(struct row *row, void *element, u32 n)
{
    struct line out = {0};
    (void)n;
    if (row->result == 0)
        put(&out, "version=%u", ((struct get_version *)element)->version);
    say(row, &out);
}

static int set_version(struct row *row, void *element)
{
    hide_status_frames(row->by);
    *(struct set_version *)element = (struct set_version){get(row, "version")};
    return 1;
}

static void set(struct row *row, void *element, u32 n)
{
    struct line out = {0};
    look_again(row, element, n);
    put(&out, "version=%u", row->by->version);
    say(row, &out);
}

#define ELEMENT(type) sizeof(struct type), (int)__builtin_offsetof(struct type, status)
#define PLAIN(type) sizeof(struct type), -1
static const struct {
    const char *name;
    enum gnttabop op;
    u32 size;
    int status;
    int (*ask)(struct row *row, void *element);
    void (*answer)(struct row *row, void *element, u32 n);
} OPS[] = {
    {"map", MAP_GRANT_REF, ELEMENT(map_grant), map, mapped},
    {"unmap", UNMAP_GRANT_REF, ELEMENT(unmap_grant), unmap, 0},
    {"unmap_replace", UNMAP_AND_REPLACE, ELEMENT(unmap_replace), replace, 0},
    {"copy", COPY, ELEMENT(copy), copy, 0},
    {"transfer", TRANSFER, ELEMENT(transfer), transfer, 0},
    {"swap", SWAP_GRANT_REF, ELEMENT(swap_refs), swap, 0},
    {"cache_flush", CACHE_FLUSH, PLAIN(cache_flush), flush_cache, 0},
    {"query_size", QUERY_SIZE, ELEMENT(query_size), query_size, queried},
    {"setup_table", SETUP_TABLE, ELEMENT(setup_table), setup_table, look_again},
    {"get_status_frames", GET_STATUS_FRAMES, ELEMENT(get_status_frames), get_status_frames, 0},
    {"get_version", GET_VERSION, PLAIN(get_version), get_version, got_version},
    {"set_version", SET_VERSION, PLAIN(set_version), set_version, set},
};

static void read_status(struct row *row, s16 status)
{
    row->has_status = status != NOT_WRITTEN;
    row->status = status;
    if (row->unreadable)
        copy_string(row->out, sizeof row->out, "status-not-written");
}

int do_elements(struct row *rows, u32 count)
{
    u32 op = 0;
    while (op < sizeof OPS / sizeof *OPS && !is(rows->op, OPS[op].name))
        op++;
    if (op == sizeof OPS / sizeof *OPS || count * OPS[op].size > LIST)
        return 0;
    static u8 answered[LIST];
    u32 readable = 0;
    while (readable < count && !rows[readable].unreadable)
        readable++;
    /* After the data page comes nothing. */
    u32 at = readable < count ? PAGE - readable * OPS[op].size : 0, length = readable * OPS[op].size;
    u8 *data = data_page(rows->by) + at;
    for (u32 i = 0; i < readable; i++) {
        /* Made here, because making it may use the page for something else. */
        u8 *element = answered + i * OPS[op].size;
        if (!OPS[op].ask(&rows[i], element))
            return 0;
        if (OPS[op].status >= 0)
            *(s16 *)(element + OPS[op].status) = NOT_WRITTEN;
    }
    for (u32 i = readable, unused; i < count; i++)
        if (starts(field(rows[i].args, "handle"), "@") && !read_handle(&rows[i], field(rows[i].args, "handle"), &unused))
            return 0;
    for (u32 i = 0; i < length; i++)
        data[i] = answered[i];
    struct work work = {GRANT_TABLE_OP, {OPS[op].op, data_address(rows->by) + at, count}, 0};
    ask(rows->by, &work, 1);
    for (u32 i = 0; i < length; i++)
        answered[i] = data[i];
    for (u32 i = 0; i < count; i++) {
        u8 *element = answered + i * OPS[op].size;
        rows[i].result = (s64)work.result;
        if (i >= readable)
            *(s16 *)(element + OPS[op].status) = NOT_WRITTEN;
        if (OPS[op].status >= 0)
            read_status(&rows[i], *(s16 *)(element + OPS[op].status));
        if (OPS[op].answer)
            OPS[op].answer(&rows[i], element, i + 1);
    }
    return 1;
}
