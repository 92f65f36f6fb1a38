#include "domain.h"

#include "text.h"

extern u8 _image[], _child_end[], stack_end[];
void child_start(void);
void page_fault(void);

struct domain domains[MOST_DOMAINS] __attribute__((section(".bss.dom0")));
struct shared_info *shared_info;
int crashed, with_devices;
static u32 exception_port, domctl_version;

/* Pages of domain 0's address space that stand for nothing of its own: two to keep of each domain, some for a while. */
enum { KEPT = 2, SHARED_WINDOW = KEPT * MOST_DOMAINS, BUILDING, FOREIGN_WINDOW, WINDOWS = FOREIGN_WINDOW + MOST_FOREIGN };
static u8 window[WINDOWS][PAGE] __attribute__((section(".bss.dom0"), aligned(4096)));

enum { MOST_IMAGE = 32, MOST_FRAMES = MOST_IMAGE + OWN_PAGES + ALL_TABLES + KEPT };

void fail(const char *what, s64 why)
{
    static struct line line;
    put(&line, "live: %s: %d\n", what, (int)why);
    flush(&line);
    u32 reason = SHUTDOWN_REBOOT;
    for (;;)
        hypercall(SCHED_OP, SCHED_SHUTDOWN, (u64)&reason, 0, 0, 0);
}

void must(const char *what, s64 result)
{
    if (result < 0)
        fail(what, result);
}

/* Shows a frame of any domain at one of domain 0's windows; no frame: nothing. */
static void *show(u32 where, u32 owner, u64 frame)
{
    u64 pte = frame ? frame << PAGE_SHIFT | PTE_OWN : 0;
    must("window", hypercall(UPDATE_VA_MAPPING_OTHERDOMAIN, (u64)window[where], pte, INVLPG, owner, 0));
    return window[where];
}

/* A release answers domctls of its own version only. */
static void find_domctl_version(void)
{
    struct domctl op = {0};
    s64 result = WRONG_VERSION;
    for (domctl_version = OLDEST_DOMCTL; result == WRONG_VERSION && domctl_version <= NEWEST_DOMCTL; domctl_version++)
        result = domctl(&op, GET_DOMAIN_INFO, 0);
    must("no known version of domctls", result);
    domctl_version--;
}

void start_domains(struct start_info *start)
{
    struct domain *self = &domains[0];
    self->alive = self->known = self->version = 1;
    take_own_space(start);
    catch_faults();
    find_domctl_version();
    must("shared", hypercall(UPDATE_VA_MAPPING, (u64)window[SHARED_WINDOW], start->shared_info | PTE_OWN, INVLPG, 0, 0));
    shared_info = (struct shared_info *)window[SHARED_WINDOW];
    struct bind_virq exception = {VIRQ_DOM_EXC, 0, 0};
    must("exceptions", hypercall(EVENT_CHANNEL_OP, BIND_VIRQ, (u64)&exception, 0, 0, 0));
    exception_port = exception.port;
}

s64 foreign_map(u32 which, u32 owner, u64 frame, u64 flags)
{
    u64 address = (u64)window[FOREIGN_WINDOW + which];
    return frame ? hypercall(UPDATE_VA_MAPPING_OTHERDOMAIN, address, frame << PAGE_SHIFT | flags, INVLPG, owner, 0)
        : hypercall(UPDATE_VA_MAPPING, address, 0, INVLPG, 0, 0);
}

s64 domctl(struct domctl *op, u32 cmd, u32 dom)
{
    op->cmd = cmd;
    op->version = domctl_version;
    op->dom = dom;
    return hypercall(DOMCTL, (u64)op, 0, 0, 0, 0);
}

static void populate(u32 dom, u64 *frames, u32 count)
{
    for (u32 i = 0; i < count; i++)
        frames[i] = i;
    struct reservation more = {frames, count, 0, 0, dom};
    if (hypercall(MEMORY_OP, POPULATE_PHYSMAP, (u64)&more, 0, 0, 0) != count)
        fail("no memory for a domain", dom);
}

static void fill(u32 owner, u64 frame, const u8 *from)
{
    u64 *page = show(BUILDING, owner, frame);
    for (u32 i = 0; i < PAGE / 8; i++)
        page[i] = from ? ((const u64 *)from)[i] : 0;
    if (with_devices && !from)
        page[TAG_AT / 8] = OLD_TAG;
}

static void enter(struct domain *d, enum table table, u32 index, u64 frame, u64 flags)
{
    u64 *entries = show(BUILDING, d->id, d->table[table]);
    entries[index] = frame << PAGE_SHIFT | flags;
}

/* Fills a new domain's memory and page tables, which nothing of domain 0 refers to afterwards but the mailbox. */
static void build(struct domain *d, u64 shared)
{
    u64 frames[MOST_FRAMES];
    u32 image = (_child_end - _image) / PAGE, next = image;
    if (image > MOST_IMAGE)
        fail("image too large", image);
    populate(d->id, frames, image + OWN_PAGES + ALL_TABLES + KEPT);
    for (u32 i = 0; i < OWN_PAGES; i++)
        fill(d->id, d->page[i] = frames[next++], 0);
    for (u32 i = 0; i < ALL_TABLES; i++)
        fill(d->id, d->table[i] = frames[next++], 0);
    fill(d->id, d->mailbox = frames[next++], 0);
    fill(d->id, d->data = frames[next++], 0);
    for (u32 i = 0; i < image; i++) {
        fill(d->id, frames[i], _image + i * PAGE);
        enter(d, IMAGE_TABLE, i, frames[i], PTE_OWN);
    }
    for (u32 i = 0; i < OWN_PAGES; i++)
        enter(d, AREA_TABLE, AT_PAGES + i, d->page[i], PTE_OWN);
    enter(d, AREA_TABLE, AT_MAILBOX, d->mailbox, PTE_OWN);
    enter(d, AREA_TABLE, AT_DATA, d->data, PTE_OWN);
    enter(d, AREA_TABLE, AT_SLOT_TABLE, d->table[SLOT_TABLE], PTE_OWN & ~PTE_WRITE);
    enter(d, AREA_TABLE, AT_SHARED, shared, PTE_OWN);
    for (u32 i = 0; i < 3; i++)
        enter(d, DIRECTORY, i, d->table[IMAGE_TABLE + i], PTE_OWN);
    enter(d, MIDDLE, (u64)_image >> 30, d->table[DIRECTORY], PTE_OWN);
    enter(d, TOP, 0, d->table[MIDDLE], PTE_OWN);
    /* It hears of events by polling only; Xen would otherwise enter a handler that is not there. */
    ((struct shared_info *)show(BUILDING, d->id, shared))->vcpu[0].upcall_mask = 1;
    show(BUILDING, d->id, 0);
    struct mmuext pin = {PIN_L4_TABLE, d->table[TOP], 0};
    must("page tables", hypercall(MMUEXT_OP, (u64)&pin, 1, 0, d->id, 0));
}

static void connect(struct domain *d)
{
    struct alloc_unbound theirs = {d->id, 0, 0};
    must("port", hypercall(EVENT_CHANNEL_OP, ALLOC_UNBOUND, (u64)&theirs, 0, 0, 0));
    struct bind_interdomain ours = {d->id, theirs.port, 0};
    must("bind", hypercall(EVENT_CHANNEL_OP, BIND_INTERDOMAIN, (u64)&ours, 0, 0, 0));
    d->port = ours.port;
    struct mailbox *box = show(KEPT * d->id, d->id, d->mailbox);
    box->port = theirs.port;
    show(KEPT * d->id + 1, d->id, d->data);
    /* Binding leaves the own port pending. */
    wait_for(shared_info, &d->port, 1);
}

static void start_running(struct domain *d)
{
    static struct vcpu_context context;
    u8 *bytes = (u8 *)&context;
    for (u32 i = 0; i < sizeof context; i++)
        bytes[i] = 0;
    context.flags = VGCF_IN_KERNEL | VGCF_ONLINE;
    context.regs.rip = (u64)child_start;
    context.regs.rsp = context.kernel_sp = (u64)stack_end;
    context.regs.cs = CS64;
    context.regs.ss = context.kernel_ss = SS64;
    context.regs.rflags = 0x200;
    context.control[3] = d->table[TOP] << PAGE_SHIFT;
    struct domctl op = {.u.vcpu = {0, &context}};
    must("context", domctl(&op, SET_VCPU_CONTEXT, d->id));
    must("unpause", domctl(&op, UNPAUSE_DOMAIN, d->id));
}

s64 create(u32 id, u32 grant_frames, u32 maptrack_frames, u32 version, int iommu)
{
    struct domain *d = &domains[id];
    struct domctl op = {.u.create = {.vcpus = 1, .event_channels = 63, .flags = iommu ? WITH_IOMMU : 0, .grant_frames = grant_frames,
        .maptrack_frames = maptrack_frames, .grant_version = version}};
    s64 result = domctl(&op, CREATE_DOMAIN, id);
    if (result)
        return result;
    *d = (struct domain){.id = id, .alive = 1, .known = 1};
    for (u32 i = 0; i < SLOTS; i++)
        copy_string(d->slot_shown[i], sizeof d->slot_shown[i], "none");
    op.u.vcpus = 1;
    must("vcpus", domctl(&op, MAX_VCPUS, id));
    op.u.kilobytes = 4096;
    must("memory", domctl(&op, MAX_MEM, id));
    must("information", domctl(&op, GET_DOMAIN_INFO, id));
    build(d, op.u.info.shared_info);
    connect(d);
    start_running(d);
    look_at_table(d);
    return 0;
}

s64 destroy(u32 id)
{
    struct domain *d = &domains[id];
    struct domctl op = {0};
    if (d->alive) {
        show(KEPT * id, id, 0);
        show(KEPT * id + 1, id, 0);
        u32 port = d->port;
        hypercall(EVENT_CHANNEL_OP, EVTCHN_CLOSE, (u64)&port, 0, 0, 0);
        d->alive = 0;
    }
    s64 result = domctl(&op, DESTROY_DOMAIN, id);
    for (int i = 0; i < 4; i++)
        hypercall(SCHED_OP, SCHED_YIELD, 0, 0, 0, 0);
    d->known = !domctl(&op, GET_DOMAIN_INFO, id) && op.u.info.dom == id;
    return result;
}

/* The exception may be about another one, or about one that is gone. */
static int has_crashed(struct domain *d)
{
    struct domctl op = {0};
    must("information", domctl(&op, GET_DOMAIN_INFO, d->id));
    return (op.u.info.flags & INFO_SHUTDOWN) != 0;
}

void ask(struct domain *by, struct work *work, u32 count)
{
    if (crashed)
        return;
    if (by->id == 0) {
        perform(work, count);
        return;
    }
    struct mailbox *box = mailbox(by);
    for (u32 i = 0; i < count; i++)
        box->work[i] = work[i];
    box->count = count;
    notify(by->port);
    u32 ports[] = {by->port, exception_port};
    while (wait_for(shared_info, ports, 2) != 0)
        if (has_crashed(by)) {
            crashed = CRASHED;
            return;
        }
    for (u32 i = 0; i < count; i++)
        work[i].result = box->work[i].result;
}

struct mailbox *mailbox(struct domain *of)
{
    return (struct mailbox *)(of->id == 0 ? (u8 *)AREA_PAGE(AT_MAILBOX) : window[KEPT * of->id]);
}

u8 *data_page(struct domain *of)
{
    return of->id == 0 ? (u8 *)AREA_PAGE(AT_DATA) : window[KEPT * of->id + 1];
}

u64 data_address(struct domain *of)
{
    (void)of;
    return AREA_PAGE(AT_DATA);
}

static s64 table_op(struct domain *of, enum gnttabop op)
{
    struct work work = {GRANT_TABLE_OP, {op, data_address(of), 1}, 0};
    ask(of, &work, 1);
    return (s64)work.result;
}

/* Maps the frames that the list at this place of the data page names, one after the other. */
static void map_frames(struct domain *of, u32 list, u32 count, enum area at, u64 *keep)
{
    struct work work[MOST_GRANT_FRAMES];
    u64 *frames = (u64 *)(data_page(of) + list);
    for (u32 i = 0; i < count; i++) {
        u64 pte = frames[i] ? frames[i] << PAGE_SHIFT | PTE_OWN : 0;
        work[i] = (struct work){UPDATE_VA_MAPPING, {AREA_PAGE(at + i), pte, INVLPG}, 0};
        if (keep)
            keep[i] = frames[i];
    }
    ask(of, work, count);
    for (u32 i = 0; i < count; i++)
        must("table frame", (s64)work[i].result);
}

void look_at_table(struct domain *of)
{
    enum { LIST = 64 };
    u8 *data = data_page(of);
    u64 list = data_address(of) + LIST;
    *(struct get_version *)data = (struct get_version){DOMID_SELF, 0, 0};
    must("version", table_op(of, GET_VERSION));
    of->version = ((struct get_version *)data)->version;
    *(struct query_size *)data = (struct query_size){DOMID_SELF, 0, 0, 0};
    must("size", table_op(of, QUERY_SIZE));
    of->frames = ((struct query_size *)data)->frames;
    if (of->id == 0 && !with_devices)
        return;
    if (of->frames > MOST_GRANT_FRAMES)
        fail("grant table too large", of->frames);
    *(struct setup_table *)data = (struct setup_table){DOMID_SELF, of->frames, 0, list};
    must("table", table_op(of, SETUP_TABLE));
    map_frames(of, LIST, of->frames, AT_GRANT, of->grant);
    hide_status_frames(of);
    if (of->version == 2) {
        u32 status_frames = (entries(of) + PAGE / 2 - 1) / (PAGE / 2);
        *(struct get_status_frames *)data = (struct get_status_frames){status_frames, DOMID_SELF, 0, list};
        must("status frames", table_op(of, GET_STATUS_FRAMES));
        map_frames(of, LIST, status_frames, AT_STATUS, 0);
        of->status_frames = status_frames;
    }
}

void hide_status_frames(struct domain *of)
{
    u64 *none = (u64 *)data_page(of);
    for (u32 i = 0; i < of->status_frames; i++)
        none[i] = 0;
    map_frames(of, 0, of->status_frames, AT_STATUS, 0);
    of->status_frames = 0;
}

u32 entries(struct domain *of)
{
    return of->frames * PAGE / (of->version == 2 ? sizeof(struct entry2) : sizeof(struct entry1));
}
