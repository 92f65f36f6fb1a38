/* The domains of a case, which domain 0 makes and destroys. */
#ifndef DOMAIN_H
#define DOMAIN_H

#include "guest.h"

enum { MOST_DOMAINS = 8, MOST_SEEN = 64 };
/* Which of a domain's page tables maps what; in the script they are L0 to L4. */
enum table { TOP, MIDDLE, DIRECTORY, IMAGE_TABLE, AREA_TABLE, SLOT_TABLE, ALL_TABLES };

/* An entry of the domain's grant table that was addressed in the case, with the text last printed. */
struct seen { u32 ref; char shown[80]; };

struct domain {
    u32 id;
    /* Made and not yet destroyed, or known to Xen still. */
    int alive, known;
    u64 page[OWN_PAGES], table[ALL_TABLES], mailbox, data, grant[MOST_GRANT_FRAMES];
    u32 port, version, frames, status_frames;
    u32 seen_count;
    struct seen seen[MOST_SEEN];
    char slot_shown[SLOTS][24];
};

extern struct domain domains[MOST_DOMAINS];
extern struct shared_info *shared_info;
/* Xen has crashed a domain that was asked to do something, which ends the case. */
extern int crashed;

/* Stops everything with a message. */
void fail(const char *what, s64 why);
/* Takes over domain 0 from Xen. */
void start_domains(struct start_info *start);
/* Makes a domain that waits for work; limits as in the script's create row. Returns what Xen says. */
s64 create(u32 id, u32 grant_frames, u32 maptrack_frames, u32 version);
s64 destroy(u32 id);
/* Has a domain perform work, itself; it may crash instead. */
void ask(struct domain *by, struct work *work, u32 count);
/* The page through which elements and answers pass, where domain 0 and where its owner sees it. */
u8 *data_page(struct domain *of);
u64 data_address(struct domain *of);
/* Finds out version and size of a domain's grant table, and maps it into the domain. */
void look_at_table(struct domain *of);
/* Status frames that are mapped would keep Xen from changing the version. */
void hide_status_frames(struct domain *of);
/* Entries that the domain's table has. */
u32 entries(struct domain *of);

#endif
