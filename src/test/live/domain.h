/* The domains of a case, which domain 0 makes and destroys. */
#ifndef DOMAIN_H
#define DOMAIN_H

#include "guest.h"

enum { MOST_DOMAINS = 8, MOST_SEEN = 64, MOST_FOREIGN = 8 };
/* Where in a frame devices leave their tags, and what is there before: an entry of a page table that is not present. */
enum { TAG_AT = 0xff0, OLD_TAG = 16 };
/* Which of a domain's page tables maps what; in the script they are L0 to L4. */
enum table { TOP, MIDDLE, DIRECTORY, IMAGE_TABLE, AREA_TABLE, SLOT_TABLE, ALL_TABLES };

/* An entry of the domain's grant table that was addressed in the case, with the text last printed. */
struct seen { u32 ref; char shown[80]; };

struct domain {
    u32 id;
    /* Made and not yet destroyed, or known to Xen still. */
    int alive, known;
    /* Pages as they were at the start of the case, and those that came for them later. */
    u64 page[OWN_PAGES], fresh[OWN_PAGES];
    u64 table[ALL_TABLES], mailbox, data, grant[MOST_GRANT_FRAMES];
    u32 port, version, frames, status_frames;
    u32 seen_count;
    struct seen seen[MOST_SEEN];
    char slot_shown[SLOTS][24];
};

extern struct domain domains[MOST_DOMAINS];
extern struct shared_info *shared_info;
/* Why the case ends: Xen has crashed a domain that was asked to do something, or gives a frame that has a name already. */
enum { CRASHED = 1, GIVEN_AGAIN };
extern int crashed;
/* The rows have columns for what devices may do, so that domain 0 has a grant table too. */
extern int with_devices;

/* Stops everything with a message. */
void fail(const char *what, s64 why);
/* The same if the result is negative. */
void must(const char *what, s64 result);
/* Takes over domain 0 from Xen. */
void start_domains(struct start_info *start);
/* Finds out which frames lie where every domain has its pages, slots and their tables. */
void take_own_space(struct start_info *start);
/*
 * Leaves nothing after domain 0's data page, and lets no 2 MiB of its pages be a superpage: Xen would put one into the I/O
 * tables as soon as all of them may be written, which needs another invalidation.
 */
void prepare_own_space(void);
/*
 * Gives a page without a name to Xen, which hands out first what it got last: so a domain that asks for a page gets none that
 * another name stands for. Its neighbours stay, so that it makes no larger piece with them.
 */
void give_spare(void);
/* Takes from domain 0 all references of the case, so that its domains can end. */
void leave_case(void);
/* Once they have ended, takes from domain 0 the pages it got, and gives it others for those it lost. */
void restore_domain0(void);
/* Makes a domain that waits for work; limits as in the script's create row. Returns what Xen says. */
s64 create(u32 id, u32 grant_frames, u32 maptrack_frames, u32 version, int iommu);
s64 destroy(u32 id);
/* Maps a frame of any domain in one of domain 0's windows for that; no frame: nothing. */
s64 foreign_map(u32 which, u32 owner, u64 frame, u64 flags);
s64 domctl(struct domctl *op, u32 cmd, u32 dom);
/* Has a domain perform work, itself; it may crash instead. */
void ask(struct domain *by, struct work *work, u32 count);
struct mailbox *mailbox(struct domain *of);
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
