/* Domain 0's own pages, slots and tables, which outlive the cases. */
#include "device.h"
#include "row.h"

extern u8 _image[];

enum { BAD_HANDLE = -4 };
static const u64 *own_frames;

static u64 frame_of(u64 address)
{
    return own_frames[(address - (u64)_image) / PAGE];
}

/* Where domain 0 sees one of its page tables. */
static const u64 *entries_of(struct start_info *start, u64 table)
{
    for (u64 i = 0; i < start->pt_frames; i++)
        if (frame_of(start->pt_base + i * PAGE) == table)
            return (const u64 *)(start->pt_base + i * PAGE);
    fail("page table", table);
    return 0;
}

static u64 next_table(struct start_info *start, u64 table, u32 index)
{
    return (entries_of(start, table)[index] & PTE_FRAME) >> PAGE_SHIFT;
}

void take_own_space(struct start_info *start)
{
    struct domain *self = &domains[0];
    own_frames = (const u64 *)start->mfn_list;
    for (u32 i = 0; i < OWN_PAGES; i++)
        self->page[i] = frame_of(AREA_PAGE(AT_PAGES + i));
    self->mailbox = frame_of(AREA_PAGE(AT_MAILBOX));
    self->data = frame_of(AREA_PAGE(AT_DATA));
    self->table[TOP] = frame_of(start->pt_base);
    self->table[MIDDLE] = next_table(start, self->table[TOP], 0);
    self->table[DIRECTORY] = next_table(start, self->table[MIDDLE], (u64)_image >> 30);
    for (u32 i = 0; i < 3; i++)
        self->table[IMAGE_TABLE + i] = next_table(start, self->table[DIRECTORY], i);
}

static s64 map_own(u64 address, u64 frame)
{
    return hypercall(UPDATE_VA_MAPPING, address, frame ? frame << PAGE_SHIFT | PTE_OWN : 0, INVLPG, 0, 0);
}

/* A page that the I/O tables leave out, and nothing is mapped there. */
static void make_table(u64 address)
{
    struct mmuext op = {PIN_L1_TABLE, frame_of(address), 0};
    must("empty page", map_own(address, 0));
    must("page table", hypercall(MMUEXT_OP, (u64)&op, 1, 0, DOMID_SELF, 0));
}

void prepare_own_space(void)
{
    /* Before and after the pages, whose frames follow each other: one is in each 2 MiB that has some of them. */
    make_table(AREA - PAGE);
    make_table(AREA_PAGE(AT_DATA + 1));
    /* Spare pages come back as pages with names. */
    for (u32 n = AT_SPARE + 1; n < AFTER_SPARE; n += 256)
        make_table(AREA_PAGE(n));
}

/* By the addresses that it was made with, otherwise by whatever slot does. */
static void unmap(struct unmap_grant by)
{
    for (u32 i = 0; i <= SLOTS && by.status != BAD_HANDLE; i++) {
        hypercall(GRANT_TABLE_OP, UNMAP_GRANT_REF, (u64)&by, 1, 0, 0);
        by.host = SLOT_AREA + i * PAGE;
    }
}

static s64 give_up(u64 frame)
{
    struct reservation one = {&frame, 1, 0, 0, DOMID_SELF};
    return hypercall(MEMORY_OP, DECREASE_RESERVATION, (u64)&one, 0, 0, 0);
}

void give_spare(void)
{
    static u32 next = AT_SPARE;
    u64 address = AREA_PAGE(next);
    if (next >= AFTER_SPARE)
        return;
    must("spare page", map_own(address, 0));
    give_up(frame_of(address));
    next += 2;
}

static void unpin(u64 frame)
{
    struct mmuext op = {UNPIN_TABLE, frame, 0};
    hypercall(MMUEXT_OP, (u64)&op, 1, 0, DOMID_SELF, 0);
}

/* The page that domain 0 has, mapped where it was; none if it lost that. */
static void keep_page(u32 n)
{
    struct domain *self = &domains[0];
    if (self->fresh[n] && self->fresh[n] != self->page[n])
        give_up(self->page[n]);
    if (self->fresh[n])
        self->page[n] = self->fresh[n];
    self->fresh[n] = 0;
    if (map_own(AREA_PAGE(AT_PAGES + n), self->page[n]) < 0)
        self->page[n] = 0;
}

static void restore_page(u32 n)
{
    struct domain *self = &domains[0];
    u64 *page = (u64 *)AREA_PAGE(AT_PAGES + n);
    if (!self->page[n]) {
        u64 frame = n;
        struct reservation one = {&frame, 1, 0, 0, DOMID_SELF};
        if (hypercall(MEMORY_OP, POPULATE_PHYSMAP, (u64)&one, 0, 0, 0) != 1)
            fail("no memory for domain 0", n);
        must("own page", map_own((u64)page, self->page[n] = frame));
    }
    for (u32 i = 0; i < PAGE / 8; i++)
        page[i] = 0;
    page[TAG_AT / 8] = OLD_TAG;
}

void leave_case(void)
{
    struct domain *self = &domains[0];
    struct unmap_grant by;
    drop_foreign();
    for (u32 n = 0; old_handle(n, 0, &by); n++)
        if (by.handle != (u32)NO_HANDLE)
            unmap(by);
    for (u32 i = 0; i < SLOTS; i++)
        map_own(SLOT_AREA + i * PAGE, 0);
    for (u32 i = 0; i < OWN_PAGES; i++) {
        map_own(AREA_PAGE(AT_PAGES + i), 0);
        unpin(self->page[i]);
        unpin(self->fresh[i]);
    }
    for (u32 i = 0; i < self->seen_count; i++)
        ((struct entry1 *)AREA_PAGE(AT_GRANT))[self->seen[i].ref] = (struct entry1){0};
    self->seen_count = 0;
}

void restore_domain0(void)
{
    for (struct domain *d = domains + 1; d < domains + MOST_DOMAINS; d++)
        for (u32 n = 0; d->page[0] && n < OWN_PAGES; n++) {
            give_up(d->page[n]);
            if (d->fresh[n])
                give_up(d->fresh[n]);
        }
    for (u32 n = 0; n < OWN_PAGES; n++)
        keep_page(n);
    /* Not before, because Xen may give a frame that the case had by another name. */
    for (u32 n = 0; n < OWN_PAGES; n++)
        restore_page(n);
}
