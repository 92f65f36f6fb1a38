/* Domain 0: runs the script that was loaded beside it, case by case, and restarts the machine. */
#include "row.h"

enum { MOST_BATCH = 64 };

static struct row read_row(struct text line)
{
    struct row row = {.suite = take(&line, ','), .name = take(&line, ','), .step = take(&line, ',')};
    take(&line, ',');
    row.actor = take(&line, ',');
    row.op = take(&line, ',');
    row.batch = take(&line, ',');
    row.args = take(&line, ',');
    /* Of the answers, only this one is also a question. */
    for (int i = 0; i < 3; i++)
        take(&line, ',');
    row.unreadable = is(take(&line, ','), "status-not-written");
    struct text digit = row.actor;
    digit.at++;
    u64 by = number(digit);
    row.by = &domains[by < MOST_DOMAINS ? by : MOST_DOMAINS - 1];
    return row;
}

/* Ends all domains, mappers before those whose frames they hold or after; either way all are gone then. */
static void end_case(void)
{
    for (u32 id = 1; id < MOST_DOMAINS; id++)
        if (domains[id].known)
            destroy(id);
    for (u32 id = 1; id < MOST_DOMAINS; id++)
        if (domains[id].known) {
            destroy(id);
            if (domains[id].known)
                fail("domain stays", id);
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

static void run(struct text script)
{
    static struct row rows[MOST_BATCH] __attribute__((section(".bss.dom0")));
    struct row last = {0};
    take(&script, '\n');
    while (script.at < script.end) {
        u32 count = 0;
        do {
            rows[count++] = read_row(take(&script, '\n'));
            struct text next = script;
            struct row following = read_row(take(&next, '\n'));
            if (!same(following.name, rows->name) || !same(following.step, rows->step))
                break;
        } while (script.at < script.end && count < MOST_BATCH);
        if (!same(rows->suite, last.suite) || !same(rows->name, last.name))
            end_case();
        last = *rows;
        if (crashed)
            continue;
        int done = do_step(rows, count);
        if (crashed)
            tell_crash(rows);
        else if (done)
            print_step(rows, count);
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
