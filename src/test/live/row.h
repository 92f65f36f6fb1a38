/* Rows of the script: what they ask for, and what the domain that executes them was answered. */
#ifndef ROW_H
#define ROW_H

#include "domain.h"
#include "text.h"

struct address { struct domain *dom; u32 ref; };

struct row {
    struct text suite, name, step, actor, op, batch, args, device, frame;
    struct domain *by;
    /* The element is to lie where nothing is mapped, with all after it. */
    int unreadable;
    /* The domain is to get back the page that Xen was given last. */
    int same_page;
    s64 result;
    int has_status, status;
    char out[64];
    /* Entries that the row addressed: the first are always printed, the others when they changed. */
    struct address entry[2];
    u32 entry_count, always;
    /* The n of the handle hn that the row names by @step. */
    u32 handle_name;
    /* Beside other rows of its step: what to measure after it, which is no operation. */
    int only_measure;
};

/* Reads cells; 0 if the row names something that does not exist, which drops it. */
int read_frame(struct text text, u64 *frame);
int read_host(struct text text, struct domain *by, u64 *address);
int read_handle(struct row *row, struct text text, u32 *handle);
u32 read_domain(struct text text);
/* The same for an argument that names a page of a domain: the one that the domain has for it now. */
int read_current(struct text text, u32 owner, u64 *frame);
/* Puts the name of a frame: D1.P0, D1.L5, D1.GT0, 0, BADMFN or ?. */
void put_frame(struct line *line, u64 frame);

void new_case(void);
/* Notes what a successful map returned. Returns the n of its name. */
u32 new_handle(struct row *row, u32 element, const struct map_grant *map);
/* What would undo the nth map of the case, if it was this domain's; otherwise NO_HANDLE. 0 if there were not as many. */
enum { NO_HANDLE = -1 };
int old_handle(u32 n, u32 by, struct unmap_grant *unmap);
void address(struct row *row, u32 dom, u64 ref, int always);
/* The place of an entry among those whose changes are printed from now on. */
struct seen *see(struct address address);
void say(struct row *row, struct line *line);

/* Has the rows of one step done, as one hypercall if they are several. 0 if they cannot be, and nothing was done. */
int do_step(struct row *rows, u32 count);
/* Takes domain 0's mappings of others' frames back. */
void drop_foreign(void);
/* What a domain does with its pages and domain 0 with devices. */
int pin_table(struct row *row);
int unpin_table(struct row *row);
int foreign_cpu_map(struct row *row);
int foreign_cpu_unmap(struct row *row);
int decrease_reservation(struct row *row);
int populate_physmap(struct row *row);
int memory_exchange(struct row *row);
int assign_device(struct row *row);
int deassign_device(struct row *row);
/* One element operation of the grant table, or several. */
int do_elements(struct row *rows, u32 count);
/* Prints the rows with all that changed. */
void print_step(struct row *rows, u32 count);

#endif
