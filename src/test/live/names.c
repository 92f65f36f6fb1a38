/* The symbols of rows: frames, addresses, handles. */
#include "row.h"

enum { MOST_HANDLES = 4096, BAD_FRAME = 0x7fffffff };
static struct { u32 step, element, handle, by; u64 host, bus; } handles[MOST_HANDLES] __attribute__((section(".bss.dom0")));
static u32 handle_count;

void new_case(void)
{
    handle_count = 0;
}

u32 new_handle(struct row *row, u32 element, const struct map_grant *map)
{
    if (handle_count == MOST_HANDLES)
        fail("too many handles", handle_count);
    handles[handle_count].step = number(row->step);
    handles[handle_count].element = element;
    handles[handle_count].handle = map->handle;
    handles[handle_count].by = row->by->id;
    handles[handle_count].host = map->host;
    handles[handle_count].bus = map->bus;
    return ++handle_count;
}

int old_handle(u32 n, u32 by, struct unmap_grant *unmap)
{
    if (n < handle_count && handles[n].by == by)
        *unmap = (struct unmap_grant){handles[n].host, handles[n].bus, handles[n].handle, 0};
    else
        unmap->handle = NO_HANDLE;
    return n < handle_count;
}

/* h3 by name, #7 literally, @12 or @12.2 what the map of step 12, element 2, returned. */
int read_handle(struct row *row, struct text text, u32 *handle)
{
    u32 n = 0;
    struct text value = text;
    value.at++;
    if (starts(text, "#")) {
        *handle = number(value);
        return 1;
    }
    if (starts(text, "h")) {
        n = number(value);
    } else if (starts(text, "@")) {
        u32 step = number(take(&value, '.')), element = value.at < value.end ? number(value) : 1;
        while (n < handle_count && !(handles[n].step == step && handles[n].element == element))
            n++;
        row->handle_name = ++n;
    }
    if (n == 0 || n > handle_count)
        return 0;
    *handle = handles[n - 1].handle;
    return 1;
}

u32 read_domain(struct text text)
{
    return is(text, "SELF") ? DOMID_SELF : number(text);
}

/* D1.P3 split into domain and the rest; P3 alone is the actor's. */
static struct domain *owner(struct text *text, struct domain *by)
{
    if (!starts(*text, "D"))
        return by;
    struct text digits = take(text, '.');
    digits.at++;
    u64 id = number(digits);
    return id < MOST_DOMAINS ? &domains[id] : 0;
}

static int numbered(struct text text, const char *start, u32 limit, u32 *n)
{
    if (!starts(text, start))
        return 0;
    *n = number(within(text, start, 0));
    return *n < limit;
}

int read_frame(struct text text, u64 *frame)
{
    u32 n;
    *frame = is(text, "BADMFN") ? BAD_FRAME : 0;
    if (is(text, "0") || is(text, "BADMFN"))
        return 1;
    struct domain *d = owner(&text, 0);
    if (!d || !(d->known || with_devices))
        return 0;
    int fresh = text.end[-1] == '\'';
    *frame = numbered(text, "P", OWN_PAGES, &n) ? (fresh ? d->fresh : d->page)[n]
        : numbered(text, "L", ALL_TABLES, &n) ? d->table[n]
        : numbered(text, "GT", d->frames, &n) ? d->grant[n]
        : 0;
    return *frame != 0;
}

/* A page that was given up and replaced keeps its name in what its domain says. */
int read_current(struct text text, u32 owner, u64 *frame)
{
    struct text of = text, page;
    if (!read_frame(text, frame))
        return 0;
    page = (take(&of, '.'), of);
    struct domain *d = &domains[owner < MOST_DOMAINS ? owner : 0];
    u32 n;
    text.at++;
    if (starts(page, "P") && number(text) == owner && numbered(page, "P", OWN_PAGES, &n) && d->fresh[n])
        *frame = d->fresh[n];
    return 1;
}

/* The entry that maps a page or slot: a table and an index, and the virtual address. */
static int read_place(struct text text, struct domain *by, u64 *table, u32 *index, u64 *virtual)
{
    if (starts(text, "VA("))
        text = within(text, "VA(", 1);
    struct domain *d = owner(&text, by);
    if (!d || !d->known)
        return 0;
    if (numbered(text, "V", SLOTS + 1, index)) {
        *table = d->table[SLOT_TABLE];
        *virtual = SLOT_AREA + (u64)*index * PAGE;
    } else if (numbered(text, "P", OWN_PAGES, index)) {
        *table = d->table[AREA_TABLE];
        *virtual = AREA_PAGE(AT_PAGES + *index);
    } else {
        return 0;
    }
    return 1;
}

int read_host(struct text text, struct domain *by, u64 *address)
{
    struct text base = take(&text, '+');
    u64 offset = number(text), table, frame;
    u32 index;
    if (is(base, "0"))
        *address = 0;
    else if (is(base, "BADVA"))
        *address = NO_PAGE_TABLE;
    else if (is(base, "XENVA"))
        *address = XENS_RANGE;
    else if (starts(base, "MADDR(") && read_frame(within(base, "MADDR(", 1), &frame))
        *address = frame << PAGE_SHIFT;
    else if (starts(base, "PTE(") && read_place(within(base, "PTE(", 1), by, &table, &index, address))
        *address = (table << PAGE_SHIFT) + index * 8;
    else if (starts(base, "PTE(") || !read_place(base, by, &table, &index, address))
        return 0;
    *address += offset;
    return 1;
}

static int put_member(
    struct line *line, u32 dom, const char *kind, const u64 *frames, u32 count, u64 frame, const char *after)
{
    for (u32 i = 0; i < count; i++)
        if (frames[i] == frame) {
            put(line, "D%u.%s%u%s", dom, kind, i, after);
            return 1;
        }
    return 0;
}

void put_frame(struct line *line, u64 frame)
{
    if (frame == 0 || frame == BAD_FRAME) {
        put(line, frame ? "BADMFN" : "0");
        return;
    }
    for (struct domain *d = domains; d < domains + MOST_DOMAINS; d++)
        if (put_member(line, d->id, "P", d->page, OWN_PAGES, frame, "")
            || put_member(line, d->id, "P", d->fresh, OWN_PAGES, frame, "'")
            || put_member(line, d->id, "L", d->table, ALL_TABLES, frame, "")
            || put_member(line, d->id, "GT", d->grant, MOST_GRANT_FRAMES, frame, ""))
            return;
    put(line, "?");
}

void address(struct row *row, u32 dom, u64 ref, int always)
{
    if (dom != DOMID_SELF && dom >= MOST_DOMAINS)
        return;
    struct domain *d = dom == DOMID_SELF ? row->by : &domains[dom];
    if ((d->id == 0 && !with_devices) || !d->alive || ref >= entries(d))
        return;
    row->entry[row->entry_count++] = (struct address){d, ref};
    row->always += always;
}

struct seen *see(struct address address)
{
    struct domain *d = address.dom;
    struct seen *at = d->seen, *end = d->seen + d->seen_count;
    while (at < end && at->ref < address.ref)
        at++;
    if (at == end || at->ref != address.ref) {
        if (d->seen_count++ == MOST_SEEN)
            fail("too many entries", address.ref);
        for (; end > at; end--)
            *end = end[-1];
        *at = (struct seen){.ref = address.ref};
    }
    return at;
}
