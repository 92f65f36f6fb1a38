/* Domain 0: runs the script that was loaded beside it, case by case, and restarts the machine. */
#include "device.h"
#include "row.h"

enum { MOST_BATCH = 64 };

/* In the format with devices there is no column for the version, and some after the answers. */
static struct row read_row(struct text line)
{
    struct row row = {.suite = take(&line, ','), .name = take(&line, ','), .step = take(&line, ',')};
    if (!with_devices)
        take(&line, ',');
    row.actor = take(&line, ',');
    row.op = take(&line, ',');
    row.batch = take(&line, ',');
    row.args = take(&line, ',');
    /* Of the answers, only this one is also a question: what the recorder arranged, or what Xen did by chance. */
    for (int i = 0; i < 3; i++)
        take(&line, ',');
    struct text out = take(&line, ',');
    row.unreadable = is(out, "status-not-written");
    row.same_page = is(out, "same-mfn");
    if (with_devices) {
        take(&line, ',');
        row.device = take(&line, ',');
        row.frame = take(&line, ',');
    }
    struct text digit = row.actor;
    digit.at++;
    u64 by = number(digit);
    row.by = &domains[by < MOST_DOMAINS ? by : MOST_DOMAINS - 1];
    return row;
}

/* Ends all domains, mappers before those whose frames they hold or after; either way all are gone then. */
static void end_case(void)
{
    if (with_devices)
        leave_case();
    for (u32 id = 1; id < MOST_DOMAINS; id++)
        if (domains[id].known)
            destroy(id);
    for (u32 id = 1; id < MOST_DOMAINS; id++)
        if (domains[id].known) {
            destroy(id);
            if (domains[id].known)
                fail("domain stays", id);
        }
    if (with_devices)
        restore_domain0();
    for (u32 id = 1; id < MOST_DOMAINS; id++) {
        lose_devices(id);
        domains[id] = (struct domain){.id = id};
    }
    crashed = 0;
    new_case();
}

static void tell_crash(struct row *row)
{
    struct line line = {0};
    put(&line, "live: Xen crashed %t, case %t step %t, which ends the case\n", &row->actor, &row->name, &row->step);
    flush(&line);
}

/* Tells which frames the names in the rows stand for, because QEMU's trace has their numbers. */
static void tell_pages(struct domain *d)
{
    struct line line = {0};
    for (u32 i = 0; i < OWN_PAGES; i++) {
        put(&line, "live: frame D%u.P%u %x\n", d->id, i, (u32)d->page[i]);
        flush(&line);
    }
    for (u32 i = 0; i < ALL_TABLES; i++)
        put(&line, "live: frame D%u.L%u %x\n", d->id, i, (u32)d->table[i]);
    for (u32 i = 0; i < d->frames; i++)
        put(&line, "live: frame D%u.GT%u %x\n", d->id, i, (u32)d->grant[i]);
    flush(&line);
}

/* What the rows of one step ask for; those after the operation only measure. */
static int perform_step(struct row *rows, u32 count)
{
    u32 operations = 1;
    while (operations < count && !is(rows[operations].op, "probe"))
        operations++;
    for (u32 i = operations; i < count; i++)
        rows[i].only_measure = 1;
    if (!with_devices)
        return do_step(rows, operations);
    if (!rows->same_page && (is(rows->op, "populate_physmap") || is(rows->op, "memory_exchange")))
        give_spare();
    mark(1);
    int done = do_step(rows, operations);
    mark(0);
    if (done && is(rows->op, "create") && rows->result == 0)
        tell_pages(&domains[number(field(rows->args, "dom"))]);
    return done;
}

/* The trace has the step, the rows do not. */
static void tell_left_out(void)
{
    struct line line = {0};
    put(&line, "live: left out\n");
    flush(&line);
}

static void run(struct text script)
{
    static struct row rows[MOST_BATCH] __attribute__((section(".bss.dom0")));
    struct row last = {0};
    struct text header = take(&script, '\n');
    with_devices = starts(header, "config,");
    if (with_devices) {
        start_devices();
        look_at_table(&domains[0]);
        prepare_own_space();
    }
    while (script.at < script.end) {
        u32 count = 0;
        do {
            rows[count++] = read_row(take(&script, '\n'));
            struct text next = script;
            struct row following = read_row(take(&next, '\n'));
            if (!same(following.name, rows->name) || !same(following.step, rows->step))
                break;
        } while (script.at < script.end && count < MOST_BATCH);
        if (!same(rows->suite, last.suite) || !same(rows->name, last.name)) {
            end_case();
            if (with_devices)
                tell_pages(&domains[0]);
        }
        last = *rows;
        if (crashed)
            continue;
        int done = perform_step(rows, count);
        if (crashed == CRASHED)
            tell_crash(rows);
        else if (done && !crashed)
            print_step(rows, count);
        if (with_devices && (crashed || !done))
            tell_left_out();
    }
    end_case();
}

void dom0_main(struct start_info *start)
{
    start_domains(start);
    struct line line = {0};
    put(&line, "live: begin\n");
    flush(&line);
    const char *script = (const char *)start->mod_start;
    run((struct text){script, script + start->mod_len});
    fail("end", 0);
}
