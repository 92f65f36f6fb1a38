/* Prints what a step answered and what it changed, in the columns of the recorded files. */
#include "device.h"
#include "row.h"

void say(struct row *row, struct line *line)
{
    line->text[line->length < sizeof line->text ? line->length : sizeof line->text - 1] = 0;
    copy_string(row->out, sizeof row->out, line->text);
}

static void put_entry(struct line *line, int second, const struct entry2 *entry, u16 status)
{
    put(line, "fl=0x%X;dom=%u", entry->flags, entry->dom);
    if (second && (entry->flags & GTF_TRANSITIVE) == GTF_TRANSITIVE) {
        put(line, ";st=0x%X;tdom=%u;tref=%u", status, entry->third, (u32)entry->frame);
        return;
    }
    if (second)
        put(line, ";st=0x%X", status);
    if (second && entry->flags & GTF_SUB_PAGE)
        put(line, ";off=%u;len=%u", entry->third, entry->fourth);
    put(line, ";frame=");
    put_frame(line, second ? entry->frame : ((const struct entry1 *)entry)->frame);
}

/* What the domain reads, at a place of its data page that each has to itself. */
enum { ENTRY_SIZE = 32, STATUS_AT = 16, AT_A_TIME = MOST_WORK / 2 };

static void look_at_entries(struct domain *d, struct seen *seen, u32 count)
{
    struct work work[MOST_WORK];
    int second = d->version == 2;
    u64 size = second ? sizeof(struct entry2) : sizeof(struct entry1);
    for (u32 i = 0; i < count; i++) {
        u64 to = data_address(d) + i * ENTRY_SIZE;
        work[2 * i] = (struct work){WORK_COPY, {to, AREA_PAGE(AT_GRANT) + seen[i].ref * size, size}, 0};
        work[2 * i + 1] = (struct work){
            WORK_COPY, {to + STATUS_AT, AREA_PAGE(AT_STATUS) + seen[i].ref * 2, second ? 2 : 0}, 0};
    }
    ask(d, work, 2 * count);
}

static void put_changed_entries(struct line *line, struct domain *d)
{
    for (u32 from = 0; from < d->seen_count; from += AT_A_TIME) {
        struct seen *seen = d->seen + from;
        u32 count = d->seen_count - from < AT_A_TIME ? d->seen_count - from : AT_A_TIME;
        /* They ascend: those that a smaller table lacks come last, and are not there to be looked at. */
        while (count && seen[count - 1].ref >= entries(d))
            count--;
        look_at_entries(d, seen, count);
        for (u32 i = 0; i < count; i++) {
            const u8 *at = data_page(d) + i * ENTRY_SIZE;
            struct line now = {0};
            put_entry(&now, d->version == 2, (const struct entry2 *)at, *(const u16 *)(at + STATUS_AT));
            now.text[now.length] = 0;
            if (!equal_strings(now.text, seen[i].shown)) {
                copy_string(seen[i].shown, sizeof seen[i].shown, now.text);
                put(line, "%sD%u[%u]{%s}", line->length ? " " : "", d->id, seen[i].ref, now.text);
            }
        }
    }
}

static void put_pte(struct line *line, u64 pte)
{
    if (!(pte & PTE_PRESENT)) {
        put(line, "none");
        return;
    }
    put_frame(line, (pte & PTE_FRAME) >> PAGE_SHIFT);
    put(line, pte & PTE_WRITE ? "/rw" : "/ro");
    if (pte & PTE_USER && !(pte & PTE_KERNEL))
        put(line, "/user");
    if (pte >> 9 & 7)
        put(line, "/avail%u", (u32)(pte >> 9 & 7));
}

static void put_changed_slots(struct line *line, struct domain *d)
{
    struct work work = {WORK_COPY, {data_address(d), AREA_PAGE(AT_SLOT_TABLE), SLOTS * 8}, 0};
    ask(d, &work, 1);
    for (u32 i = 0; i < SLOTS; i++) {
        struct line now = {0};
        put_pte(&now, ((u64 *)data_page(d))[i]);
        now.text[now.length] = 0;
        if (!equal_strings(now.text, d->slot_shown[i])) {
            copy_string(d->slot_shown[i], sizeof d->slot_shown[i], now.text);
            put(line, "%sD%u.V%u=%s", line->length ? " " : "", d->id, i, now.text);
        }
    }
}

static const char *status_name(int status)
{
    static const char *const NAMES[] = {"okay", "general_error", "bad_domain", "bad_gntref", "bad_handle",
        "bad_virt_addr", "bad_dev_addr", "no_device_space", "permission_denied", "bad_page", "bad_copy_arg",
        "address_too_big", "eagain", "no_space"};
    return status <= 0 && -status < (int)(sizeof NAMES / sizeof *NAMES) ? NAMES[-status] : "unknown";
}

static void put_args(struct line *line, struct row *row)
{
    struct text rest = row->args;
    if (!row->handle_name) {
        put(line, "%t", &rest);
        return;
    }
    struct text before = take(&rest, '@');
    take(&rest, ';');
    put(line, "%th%u;%t", &before, row->handle_name, &rest);
}

/* There may be no page that was to come for another. */
static int is_measured(struct row *row, u64 *frame)
{
    return row->device.at != row->device.end && read_frame(row->frame, frame);
}

/* The descriptors are in QEMU's trace. */
static void put_rights(struct line *line, struct row *row, int first)
{
    static const char *const RIGHTS[] = {"fault,fault", "ok,fault", "fault,ok", "ok,ok"};
    u64 frame;
    if (is_measured(row, &frame))
        put(line, ",%t,%t,%s", &row->device, &row->frame, RIGHTS[measure(number(within(row->device, "e", 0)), frame)]);
    else
        put(line, ",,,,");
    put(line, ",%s,\n", first ? "@" : "");
}

static void print_row(struct row *row, const char *entries, const char *slots, int first)
{
    static struct line line __attribute__((section(".bss.dom0")));
    u64 frame;
    if (row->only_measure && !is_measured(row, &frame))
        return;
    put(&line, "%t,%t,%t,", &row->suite, &row->name, &row->step);
    if (!with_devices)
        put(&line, "%u,", row->by->version);
    put(&line, "%t,%t,%t,", &row->actor, &row->op, &row->batch);
    put_args(&line, row);
    put(&line, ",");
    if (!row->only_measure)
        put(&line, "%d", (int)row->result);
    put(&line, ",");
    if (row->has_status)
        put(&line, "%d,%s", row->status, status_name(row->status));
    else
        put(&line, ",");
    put(&line, ",%s,%s", row->out, entries);
    if (with_devices)
        put_rights(&line, row, first);
    else
        put(&line, ",%s\n", slots);
    flush(&line);
}

void print_step(struct row *rows, u32 count)
{
    static struct line entries __attribute__((section(".bss.dom0")));
    static struct line slots __attribute__((section(".bss.dom0")));
    entries.length = slots.length = 0;
    for (u32 i = 0; i < count; i++)
        for (u32 k = 0; k < rows[i].entry_count; k++)
            see(rows[i].entry[k]);
    for (u32 i = 0; i < rows->always; i++)
        see(rows->entry[i])->shown[0] = 0;
    for (struct domain *d = domains; d < domains + MOST_DOMAINS; d++)
        if (d->alive) {
            put_changed_entries(&entries, d);
            if (!with_devices && d->id)
                put_changed_slots(&slots, d);
        }
    entries.text[entries.length] = slots.text[slots.length] = 0;
    print_row(rows, entries.text, slots.text, 1);
    for (u32 i = 1; i < count; i++) {
        entries.length = 0;
        for (u32 k = 0; k < rows[i].always; k++) {
            struct address at = rows[i].entry[k];
            if (at.dom->alive)
                put(&entries, "%sD%u[%u]{%s}", k ? " " : "", at.dom->id, at.ref, see(at)->shown);
        }
        entries.text[entries.length] = 0;
        print_row(&rows[i], entries.text, "", 0);
    }
}
