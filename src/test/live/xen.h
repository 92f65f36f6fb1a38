/* The part of Xen's public interface (4.17 to 4.22, x86-64, PV) that the live test uses. */
#ifndef XEN_H
#define XEN_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef short s16;
typedef long s64;

enum hypercall {
    SET_TRAP_TABLE = 0, MEMORY_OP = 12, UPDATE_VA_MAPPING = 14, CONSOLE_IO = 18, GRANT_TABLE_OP = 20,
    UPDATE_VA_MAPPING_OTHERDOMAIN = 22, MMUEXT_OP = 26, SCHED_OP = 29, EVENT_CHANNEL_OP = 32, PHYSDEV_OP = 33, SYSCTL = 35,
    DOMCTL = 36
};

enum { DECREASE_RESERVATION = 1, POPULATE_PHYSMAP = 6, MEMORY_EXCHANGE = 11 };
enum { INVLPG = 2, PIN_L1_TABLE = 0, PIN_L4_TABLE = 3, UNPIN_TABLE = 4, SET_IOPL = 6 };
enum { SCHED_YIELD = 0, SCHED_SHUTDOWN = 2, SCHED_POLL = 3, SHUTDOWN_REBOOT = 1 };
enum { BIND_INTERDOMAIN = 0, BIND_VIRQ = 1, EVTCHN_CLOSE = 3, EVTCHN_SEND = 4, ALLOC_UNBOUND = 6 };
enum { DOMID_SELF = 0x7ff0, NO_SUCH_DOMAIN = -3, NO_MEMORY = -12, INVALID = -22 };

enum gnttabop {
    MAP_GRANT_REF, UNMAP_GRANT_REF, SETUP_TABLE, DUMP_TABLE, TRANSFER, COPY, QUERY_SIZE, UNMAP_AND_REPLACE,
    SET_VERSION, GET_STATUS_FRAMES, GET_VERSION, SWAP_GRANT_REF, CACHE_FLUSH
};

/* Elements of the grant table operations. */
struct map_grant { u64 host; u32 flags, ref; u16 dom; s16 status; u32 handle; u64 bus; };
struct unmap_grant { u64 host, bus; u32 handle; s16 status; };
struct unmap_replace { u64 host, replacement; u32 handle; s16 status; };
struct setup_table { u16 dom; u32 frames; s16 status; u64 list; };
struct transfer { u64 frame; u16 dom; u32 ref; s16 status; };
struct copy_side { u64 what; u16 dom, offset; };
struct copy { struct copy_side from, to; u16 length, flags; s16 status; };
struct query_size { u16 dom; u32 frames, most; s16 status; };
struct set_version { u32 version; };
struct get_status_frames { u32 frames; u16 dom; s16 status; u64 list; };
struct get_version { u16 dom, unused; u32 version; };
struct swap_refs { u32 a, b; s16 status; };
struct cache_flush { u64 bus; u16 offset, length; u32 op; };

/* Shared entries; a version 2 entry uses all 16 bytes, a version 1 entry the first 8. */
struct entry1 { u16 flags, dom; u32 frame; };
struct entry2 { u16 flags, dom, third, fourth; u64 frame; };
enum { GTF_TRANSITIVE = 3, GTF_READING = 8, GTF_WRITING = 16, GTF_SUB_PAGE = 256 };

enum { PTE_PRESENT = 1, PTE_WRITE = 2, PTE_USER = 4, PTE_ACCESSED = 32, PTE_DIRTY = 64 };
#define PTE_FRAME 0x000ffffffffff000ul
/* Xen sets this one, and the user bit, in an entry that a guest's kernel made for itself alone. */
#define PTE_KERNEL (1ul << 52)
#define PTE_OWN (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED | PTE_DIRTY)

struct start_info {
    char magic[32];
    u64 pages, shared_info;
    u32 flags, pad;
    u64 store_mfn, store_evtchn, console, console_evtchn, pt_base, pt_frames, mfn_list, mod_start, mod_len;
};

struct vcpu_info { u8 upcall_pending, upcall_mask, pad[6]; u64 pending_sel, cr2, more[5]; };
struct shared_info { struct vcpu_info vcpu[32]; u64 pending[64], mask[64]; };

struct poll { const u32 *ports; u32 count; u64 timeout; };
struct alloc_unbound { u16 dom, remote; u32 port; };
/* A domain crashed, shut down or is gone. */
enum { VIRQ_DOM_EXC = 3 };
struct bind_virq { u32 virq, vcpu, port; };
struct bind_interdomain { u16 remote; u32 remote_port, port; };
struct reservation { u64 *extents, count; u32 order, flags; u16 dom; };
struct exchange { struct reservation in, out; u64 done; };
struct mmuext { u32 cmd; u64 frame, unused; };
struct trap { u8 vector, flags; u16 cs; u64 address; };
enum { CS64 = 0xe033, SS64 = 0xe02b, PAGE_FAULT = 14 };

struct cpu_regs {
    u64 r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    u32 error, vector;
    u64 rip;
    u16 cs, pad;
    u8 upcall_mask, pad1[3];
    u64 rflags, rsp, ss, es, ds, fs, gs;
};
enum { VGCF_IN_KERNEL = 4, VGCF_ONLINE = 32 };
struct vcpu_context {
    u8 fpu[512];
    u64 flags;
    struct cpu_regs regs;
    struct trap traps[256];
    u64 ldt[2], gdt_frames[16], gdt_entries, kernel_ss, kernel_sp, control[8], debug[8];
    u64 event_callback, failsafe_callback, syscall_callback, assist, fs_base, gs_kernel, gs_user;
};

enum domctl_cmd {
    CREATE_DOMAIN = 1, DESTROY_DOMAIN = 2, UNPAUSE_DOMAIN = 4, GET_DOMAIN_INFO = 5, MAX_MEM = 11,
    SET_VCPU_CONTEXT = 12, MAX_VCPUS = 15, ASSIGN_DEVICE = 37, DEASSIGN_DEVICE = 47
};
/* 4.17 has the first, 4.22 the last; what is used of the structures below is where it was in all of them. */
enum { OLDEST_DOMCTL = 0x15, NEWEST_DOMCTL = 0x18, WRONG_VERSION = -13 };
/* 4.17 has the first, 4.21 the last. */
enum { OLDEST_SYSCTL = 0x15, NEWEST_SYSCTL = 0x16, DEBUG_KEYS = 7 };
struct sysctl { u32 cmd, version; u64 keys; u32 count, pad[27]; };
/* From 4.19 on there is a word more after the version of the grants; what follows that one is 0 here. */
struct create_domain {
    u32 ssid;
    u8 uuid[16];
    u32 flags, iommu, vcpus, event_channels, grant_frames, maptrack_frames, grant_version, zero[5];
};
enum { INFO_SHUTDOWN = 4, WITH_IOMMU = 32 };
struct domain_info { u16 dom, pad; u32 flags; u64 pages, max_pages, outstanding, shared, paged, shared_info; };
struct domctl {
    u32 cmd, version;
    u16 dom, pad[3];
    union {
        struct create_domain create;
        struct domain_info info;
        struct { u32 vcpu; struct vcpu_context *context; } vcpu;
        struct { u32 kind, flags, sbdf; } device;
        u64 kilobytes;
        u32 vcpus;
        u8 size[128];
    } u;
};

#endif
