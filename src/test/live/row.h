/* Rows of the script: what they ask for, and what the domain that executes them was answered. */
#ifndef ROW_H
#define ROW_H

#include "domain.h"
#include "text.h"

struct address { struct domain *dom; u32 ref; };

struct row {
    struct text suite, name, step, actor, op, batch, args;
    struct domain *by;
    /* The element is to lie where nothing is mapped, with all after it. */
    int unreadable;
    s64 result;
    int has_status, status;
    char out[64];
    /* Entries that the row addressed: the first are always printed, the others when they changed. */
    struct address entry[2];
    u32 entry_count, always;
    /* The n of the handle hn that the row names by @step. */
    u32 handle_name;
};

/* Reads cells; 0 if the row names something that does not exist, which drops it. */
int read_frame(struct text text, u64 *frame);
int read_host(struct text text, struct domain *by, u64 *address);
int read_handle(struct row *row, struct text text, u32 *handle);
u32 read_domain(struct text text);
/* Puts the name of a frame: D1.P0, D1.L5, D1.GT0, 0, BADMFN or ?. */
void put_frame(struct line *line, u64 frame);

void new_case(void);
/* Notes what a successful map returned. Returns the n of its name. */
u32 new_handle(struct row *row, u32 element, u32 handle);
void address(struct row *row, u32 dom, u64 ref, int always);
/* The place of an entry among those whose changes are printed from now on. */
struct seen *see(struct address address);
void say(struct row *row, struct line *line);

/* Has the rows of one step done, as one hypercall if they are several. 0 if they cannot be, and nothing was done. */
int do_step(struct row *rows, u32 count);
/* One element operation of the grant table, or several. */
int do_elements(struct row *rows, u32 count);
/* Prints the rows with all that changed. */
void print_step(struct row *rows, u32 count);

#endif
