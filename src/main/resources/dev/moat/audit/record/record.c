/* SPDX-License-Identifier: Apache-2.0
 *
 * A plug-in for QEMU's TCG that reports what an unmodified guest does to its IOMMU, as the text of docs/reference/events.md.
 * 'moat record' builds it, starts QEMU with it and reads what it reports.
 *
 * It watches the pages that the unit can reach from its registers: the queue, and the tables from the root on. A store to such a
 * page is an event, a page is shown whole when it becomes reachable. What a wait of the queue has the unit store is read from memory
 * once the unit has acted. Only instructions at kernel addresses are looked at: others cannot write there.
 *
 * Arguments, key=value:
 *   events=PATH   a socket that takes the events
 *   control=PATH  a socket that sends "OFFSET:VALUE ...": compare memory with what is watched, and these registers; the answer is a line
 *   unit=vtd|amd-vi|riscv|smmuv3   base=ADDRESS of its registers   extended=1: a riscv with device contexts of 64 bytes
 *   memory=FILE   behind the machine's memory   ram=ADDRESS where it begins   low=BYTES of it that lie there; the rest begins at 4 GiB
 *   symbols=FILE  lines "ADDRESS NAME ROLE": call, free (of rsi: log2 of pages at struct page rdi), variable
 *   frames=ADDRESS:BYTES  where the structs of frames are, and how large one is; otherwise as Linux's vmemmap_base says, and 64
 *   blind=BYTES   for tests: stores of this size are overlooked
 *   plant=N:NAME  for tests: from its Nth call on this function returns at once
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- QEMU's interface: what is used of API 4 (QEMU 9.2 to 11.0) and 7 (11.1), in own words ---- */

#ifndef API
#define API 4
#endif
/* From 7 on callbacks get what they were registered with in place of the plug-in's number. */
#if API >= 7
#define OF_QEMU(...) __VA_ARGS__ __VA_OPT__(,) void *user
#define TO_QEMU(callback) callback, NULL
#else
#define OF_QEMU(...) qemu_plugin_id_t id __VA_OPT__(,) __VA_ARGS__
#define TO_QEMU(callback) callback
#endif

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint64_t qemu_plugin_id_t;
typedef struct {
  const char *target_name;
  struct { int min, cur; } version;
  bool system_emulation;
  struct { int smp_vcpus, max_vcpus; } system;
} qemu_info_t;
typedef struct { struct qemu_plugin_scoreboard *score; size_t offset; } qemu_plugin_u64;
typedef uint32_t qemu_plugin_meminfo_t;
typedef struct {
  int type;
  union { uint8_t u8; uint16_t u16; uint32_t u32; uint64_t u64; struct { uint64_t low, high; } u128; } data;
} qemu_plugin_mem_value;
typedef struct { uint8_t *data; unsigned length; } GByteArray;
typedef struct { char *data; unsigned length; } GArray;
typedef struct {
  struct qemu_plugin_register *handle;
  const char *name, *feature;
#if API >= 7
  bool is_readonly;
#endif
} qemu_plugin_reg_descriptor;
enum { NO_REGISTERS, READS_REGISTERS, WRITES_REGISTERS, WRITES_PC };
enum { LOADS = 1, STORES = 2 };
enum { IS_NOT = 3 };

typedef void (*instruction_callback)(unsigned cpu, void *user);
typedef void (*memory_callback)(unsigned cpu, qemu_plugin_meminfo_t, uint64_t address, void *user);
#if API >= 7
extern void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(struct qemu_plugin_tb *, void *), void *);
extern void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t, void (*)(unsigned, void *), void *);
extern void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(void *), void *);
#else
extern void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
extern void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, unsigned));
extern void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void *), void *);
#endif
extern void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, instruction_callback, int flags, void *);
extern void qemu_plugin_register_vcpu_insn_exec_cond_cb(
    struct qemu_plugin_insn *, instruction_callback, int flags, int condition, qemu_plugin_u64, uint64_t, void *);
extern void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *, memory_callback, int flags, int rw, void *);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
extern uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *);
extern struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
extern uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
extern unsigned qemu_plugin_mem_size_shift(qemu_plugin_meminfo_t);
extern bool qemu_plugin_mem_is_big_endian(qemu_plugin_meminfo_t);
extern qemu_plugin_mem_value qemu_plugin_mem_get_value(qemu_plugin_meminfo_t);
extern struct qemu_plugin_hwaddr *qemu_plugin_get_hwaddr(qemu_plugin_meminfo_t, uint64_t);
extern bool qemu_plugin_hwaddr_is_io(const struct qemu_plugin_hwaddr *);
extern uint64_t qemu_plugin_hwaddr_phys_addr(const struct qemu_plugin_hwaddr *);
extern GArray *qemu_plugin_get_registers(void);
extern int qemu_plugin_read_register(struct qemu_plugin_register *, GByteArray *);
extern bool qemu_plugin_read_memory_vaddr(uint64_t, GByteArray *, size_t);
extern struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t);
extern void qemu_plugin_u64_set(qemu_plugin_u64, unsigned cpu, uint64_t);
extern int qemu_plugin_num_vcpus(void);
extern GByteArray *g_byte_array_new(void);
extern GByteArray *g_byte_array_set_size(GByteArray *, unsigned);

__attribute__((visibility("default"))) int qemu_plugin_version = API;

/* ---- state; all behind one lock ---- */

enum { PAGE = 4096, WORDS = 512, FRAMES = 1 << 24 /* below 64 GiB */, SLOTS = 1 << 16, CALLS = 256 };
/* What a page is: a table of level 1 to 6, or one of these. */
enum { NOTHING, CONTEXTS = 7, DEVICES, MORE, QUEUE, STATUS, KINDS };
#define ADDRESS_BITS 0x000ffffffffff000

struct page {
  uint64_t frame;
  unsigned links[KINDS]; /* how many entries or registers lead here, by kind */
  bool changed;          /* since it was shown */
  uint64_t word[WORDS];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *out;
static enum { VTD, AMD_VI, RISCV, SMMUV3 } unit;
static bool extended;
static uint64_t base, ram, low, blind, serial;
static unsigned char *memory;
static size_t memory_bytes;
static struct page *slots[SLOTS];
static unsigned pages;
static uint8_t watched[FRAMES / 8], mapped[FRAMES / 8];
static uint64_t stores, compared, crossing;

static bool bit(const uint8_t *set, uint64_t frame) {
  return frame < FRAMES && set[frame >> 3] >> (frame & 7) & 1;
}

static bool read_physical(uint64_t address, void *to, size_t bytes) {
  uint64_t at = address - ram < low ? address - ram : address >= 1ull << 32 ? address - (1ull << 32) + low : UINT64_MAX;
  if (at > memory_bytes || bytes > memory_bytes - at) return false;
  memcpy(to, memory + at, bytes);
  return true;
}

static struct page **slot_of(uint64_t frame) {
  for (unsigned i = frame * 0x9E3779B1u >> 16;; i++) {
    struct page **slot = &slots[i % SLOTS];
    if (!*slot || (*slot)->frame == frame) return slot;
  }
}

/* ---- tables ---- */

static void link_page(uint64_t frame, int kind);
static void unlink_page(uint64_t frame, int kind);

/* A page, or as many behind one another. */
struct target { uint64_t frame; int kind; unsigned pages; };

static void maps(uint64_t address, unsigned order) {
  for (uint64_t f = address >> 12, n = 1ull << order; n > 0 && f < FRAMES; f++, n--) mapped[f >> 3] |= 1 << (f & 7);
}

static struct target vtd_target(const uint64_t *w, int kind) {
  uint64_t address = w[0] & ADDRESS_BITS;
  if (kind == DEVICES) return (struct target){address >> 12, w[0] & 1 ? CONTEXTS : NOTHING};
  if (kind == CONTEXTS) { /* type 2 passes requests through; AW 1 is 3 levels */
    int levels = (w[1] & 7) + 2;
    return (struct target){address >> 12, w[0] & 1 && (w[0] >> 2 & 3) != 2 && levels <= 6 ? levels : NOTHING};
  }
  if (!(w[0] & 3)) return (struct target){0, NOTHING};
  if (kind > 1 && !(w[0] & 0x80)) return (struct target){address >> 12, kind - 1};
  if (kind <= 3) maps(address, 9 * (kind - 1));
  return (struct target){0, NOTHING};
}

static struct target amd_target(const uint64_t *w, int kind) {
  uint64_t frame = (w[0] & ADDRESS_BITS) >> 12;
  int level = w[0] >> 9 & 7;
  if (kind == DEVICES) return (struct target){frame, (w[0] & 3) == 3 && level < 7 ? level : NOTHING};
  if (!(w[0] & 1)) return (struct target){0, NOTHING};
  if (level > 0 && level < 7) return (struct target){frame, level};
  if (kind <= 3) maps(frame << 12, 9 * (kind - 1));
  return (struct target){0, NOTHING};
}

/* What is not followed may lead to tables that are not told of. */
static struct target unknown(const char *what) {
  fprintf(out, "# %s is not followed\nlost\n", what);
  return (struct target){0, NOTHING};
}

/* CONTEXTS are device contexts, DEVICES a directory that leads to them, MORE one that leads to DEVICES. */
static struct target riscv_target(const uint64_t *w, int kind) {
  uint64_t frame = w[0] >> 10 & 0xfffffffffff;
  if (!(w[0] & 1)) return (struct target){0, NOTHING};
  if (kind == CONTEXTS) {
    uint64_t first = w[3] >> 60, second = w[1] >> 60;
    if (first && (second || w[0] & 0x820)) return unknown("nested translation, a process directory or a table of 32 bits");
    if (second) return (struct target){w[1] & 0xfffffffffff, second - 5, 4};
    return (struct target){w[3] & 0xfffffffffff, first ? first - 5 : NOTHING};
  }
  if (kind >= DEVICES) return (struct target){frame, kind == MORE ? DEVICES : CONTEXTS};
  if (!(w[0] & 0xa)) return (struct target){frame, kind > 1 ? kind - 1 : NOTHING};
  if (kind <= 3) maps(frame << 12, 9 * (kind - 1));
  return (struct target){0, NOTHING};
}

static struct target smmu_stage(uint64_t table, unsigned bits, unsigned granule, int levels) {
  if (granule || bits > 48) return unknown("a granule of 16 or 64 KiB");
  unsigned root = bits - 12 - 9 * (levels - 1);
  return (struct target){(table & ADDRESS_BITS) >> 12, levels, root > 9 ? 1 << (root - 9) : 1};
}

/* CONTEXTS are stream table entries, DEVICES the first level of their table, MORE context descriptors. */
static struct target smmu_target(const uint64_t *w, int kind) {
  if (kind == DEVICES) {
    unsigned span = w[0] & 31;
    return (struct target){(w[0] & ADDRESS_BITS) >> 12, span && span < 12 ? CONTEXTS : NOTHING, span > 7 ? 1 << (span - 7) : 1};
  }
  if (kind == CONTEXTS) {
    unsigned config = w[0] >> 1 & 7, contexts = w[0] >> 59;
    if (!(w[0] & 1) || config < 5) return (struct target){0, NOTHING};
    if (config == 7 || (config == 5 && contexts && w[0] >> 4 & 3)) return unknown("nested translation, or descriptors in two levels");
    if (config == 5) return (struct target){(w[0] & ADDRESS_BITS) >> 12, MORE, contexts > 6 ? 1 << (contexts - 6) : 1};
    return smmu_stage(w[3], 64 - (w[2] >> 32 & 63), w[2] >> 46 & 3, (w[2] >> 38 & 3) + 2);
  }
  if (kind == MORE) {
    unsigned bits = 64 - (w[0] & 63);
    if (!(w[0] >> 31 & 1) || w[0] >> 14 & 1) return (struct target){0, NOTHING};
    return smmu_stage(w[1], bits, w[0] >> 6 & 3, (bits - 4) / 9);
  }
  if (!(w[0] & 1)) return (struct target){0, NOTHING};
  if (kind > 1 && w[0] & 2) return (struct target){(w[0] & ADDRESS_BITS & ~(0xfull << 48)) >> 12, kind - 1};
  if (kind <= 3) maps(w[0] & ADDRESS_BITS & ~(0xfull << 48), 9 * (kind - 1));
  return (struct target){0, NOTHING};
}

/* How many words an entry has, and where it leads. */
static unsigned words_of(int kind) {
  static const unsigned words[][3] = {[VTD] = {2, 2, 1}, [AMD_VI] = {1, 4, 1}, [RISCV] = {4, 1, 1}, [SMMUV3] = {8, 1, 8}};
  return kind < CONTEXTS || kind > MORE ? 1 : extended && kind == CONTEXTS ? 8 : words[unit][kind - CONTEXTS];
}
static struct target target(const uint64_t *entry, int kind) {
  static struct target (*const of[])(const uint64_t *, int) = {
      [VTD] = vtd_target, [AMD_VI] = amd_target, [RISCV] = riscv_target, [SMMUV3] = smmu_target};
  return kind > MORE ? (struct target){0, NOTHING} : of[unit](entry, kind);
}

static struct page *watch(uint64_t frame) {
  if (frame >= FRAMES || pages > SLOTS / 2) {
    fprintf(out, "lost\n");
    return NULL;
  }
  struct page **slot = slot_of(frame);
  if (*slot) return *slot;
  struct page *p = calloc(1, sizeof *p);
  if (!p || !read_physical(frame << 12, p->word, PAGE)) {
    fprintf(out, "# no memory at 0x%" PRIx64 "\nlost\n", frame << 12);
    free(p);
    return NULL;
  }
  p->frame = frame;
  pages++;
  watched[frame >> 3] |= 1 << (frame & 7);
  return *slot = p;
}

static void show(struct page *p) {
  p->changed = false;
  fprintf(out, "page 0x%" PRIx64, p->frame << 12);
  for (unsigned w = 0; w < WORDS; w++) if (p->word[w]) fprintf(out, " 0x%x:0x%" PRIx64, w * 8, p->word[w]);
  fputc('\n', out);
}

static void link_target(struct target to) {
  for (unsigned n = 0; to.kind != NOTHING && n < (to.pages ? to.pages : 1); n++) link_page(to.frame + n, to.kind);
}
static void unlink_target(struct target to) {
  for (unsigned n = 0; to.kind != NOTHING && n < (to.pages ? to.pages : 1); n++) unlink_page(to.frame + n, to.kind);
}

static bool is_told(const struct page *p) {
  for (int kind = 1; kind < STATUS; kind++) if (p->links[kind]) return true;
  return false;
}

/* Something leads to a page: it is shown, and so is all that it leads to. */
static void link_page(uint64_t frame, int kind) {
  struct page *p = kind == NOTHING ? NULL : watch(frame);
  if (!p) return;
  bool told = is_told(p);
  if (p->links[kind]++) return;
  if (!told && kind != STATUS) {
    read_physical(frame << 12, p->word, PAGE);
    show(p);
  }
  for (unsigned w = 0; kind <= MORE && w < WORDS; w += words_of(kind)) {
    link_target(target(p->word + w, kind));
  }
}

static void unlink_page(uint64_t frame, int kind) {
  struct page *p = kind == NOTHING || frame >= FRAMES ? NULL : *slot_of(frame);
  if (!p || !p->links[kind] || --p->links[kind]) return;
  for (unsigned w = 0; kind <= MORE && w < WORDS; w += words_of(kind)) {
    unlink_target(target(p->word + w, kind));
  }
}

/* ---- waits: what the unit stores when one is done ---- */

struct wait { uint64_t address, value; unsigned bytes; };

static bool is_wait(const uint64_t *w, struct wait *wait) {
  if (unit > AMD_VI) return false; /* the queue's head tells */
  bool amd = unit == AMD_VI;
  if (amd ? w[0] >> 60 != 1 || !(w[0] & 1) : (w[0] & 0xf) != 5 || !(w[0] & 0x20)) return false;
  *wait = amd ? (struct wait){w[0] & 0x000ffffffffffff8, w[1], 8} : (struct wait){w[1] & ~3ull, w[0] >> 32, 4};
  return true;
}

static uint64_t queue_at, queue_bytes, queue_head;
static struct wait open_waits[1024];
static unsigned waiting;

/* A status that memory has and no CPU stored is the unit's. One that was there before shows nothing. */
static void look_at_waits(void) {
  unsigned left = 0;
  for (unsigned i = 0; i < waiting; i++) {
    struct wait *w = &open_waits[i];
    struct page *p = w->address >> 12 < FRAMES ? *slot_of(w->address >> 12) : NULL;
    uint64_t now = 0, before = 0;
    if (p) memcpy(&before, (char *)p->word + w->address % PAGE, w->bytes);
    if (!p || before == w->value) {
      fprintf(out, "# the status at 0x%" PRIx64 " does not tell when its wait is done\nlost\n", w->address);
    } else if (read_physical(w->address, &now, w->bytes) && now == w->value) {
      fprintf(out, "store unit0 0x%" PRIx64 " %u 0x%" PRIx64 "\n", w->address, w->bytes, now);
      memcpy((char *)p->word + w->address % PAGE, &now, w->bytes);
    } else {
      open_waits[left++] = *w;
    }
  }
  waiting = left;
}

static void tail_moved(uint64_t to) {
  for (unsigned n = 0; queue_bytes && queue_head != to % queue_bytes && n < queue_bytes / 16; n++) {
    uint64_t at = queue_at + queue_head;
    struct page *p = at >> 12 < FRAMES ? *slot_of(at >> 12) : NULL;
    struct wait wait;
    if (p && is_wait(p->word + at % PAGE / 8, &wait) && waiting < 1024) open_waits[waiting++] = wait;
    queue_head = (queue_head + 16) % queue_bytes;
  }
}

static void queue_stored(struct page *p, unsigned first, unsigned last) {
  struct wait wait;
  for (unsigned w = first & ~1u; w <= last; w += 2) {
    if (is_wait(p->word + w, &wait) && wait.address >> 12 < FRAMES && !bit(watched, wait.address >> 12)) {
      link_page(wait.address >> 12, STATUS);
    }
  }
}

/* ---- stores and registers ---- */

/* Bytes of a watched page are others now: what its entries lead to is shown before the change is told. */
static void change(struct page *p, unsigned at, unsigned bytes, const void *value) {
  unsigned first = at / 8, last = (at + bytes - 1) / 8;
  uint64_t old[WORDS];
  memcpy(old, p->word, PAGE);
  memcpy((char *)p->word + at, value, bytes);
  p->changed = true;
  for (int kind = 1; kind <= MORE; kind++) {
    unsigned n = words_of(kind);
    for (unsigned w = first / n * n; p->links[kind] && w <= last; w += n) {
      struct target was = target(old + w, kind), is = target(p->word + w, kind);
      if (was.frame == is.frame && was.kind == is.kind && was.pages == is.pages) continue;
      link_target(is);
      unlink_target(was);
    }
  }
  if (p->links[QUEUE]) queue_stored(p, first, last);
}

static void stored(unsigned cpu, uint64_t address, unsigned bytes, const unsigned char *value) {
  struct page *p = *slot_of(address >> 12);
  if (!p) return;
  bool told = is_told(p);
  change(p, address % PAGE, bytes, value);
  if (!told && p->links[STATUS]) return; /* other things may lie beside a status */
  stores++;
  fprintf(out, "store %u 0x%" PRIx64 " %u 0x", cpu, address, bytes);
  for (unsigned i = bytes; i-- > 0;) fprintf(out, "%02x", value[i]);
  fputc('\n', out);
}

static uint64_t registers[0x20000 / 8], registers_bytes;
static bool written[0x20000 / 8];
static uint64_t root_at, root_pages;
static int root_kind;

static void follow(uint64_t *at, uint64_t *count, int kind, uint64_t to, uint64_t n) {
  for (uint64_t i = 0; i < n; i++) link_page((to >> 12) + i, kind);
  for (uint64_t i = 0; i < *count; i++) unlink_page((*at >> 12) + i, kind);
  *at = to;
  *count = n;
}

static void follow_queue(uint64_t to, uint64_t bytes) {
  uint64_t count = queue_bytes / PAGE;
  follow(&queue_at, &count, QUEUE, to, bytes / PAGE);
  queue_bytes = bytes;
  queue_head = 0;
}

static void vtd_written(uint64_t at) {
  uint64_t command = registers[3] & 0xffffffff, queue = registers[0x90 / 8];
  if (at == 0x18 && command & 1u << 30) follow(&root_at, &root_pages, DEVICES, registers[4] & ADDRESS_BITS, 1);
  if (at == 0x18 && command & 1u << 26 && !queue_bytes) follow_queue(queue & ADDRESS_BITS, 4096ull << (queue & 7));
  if (at == 0x18 && !(command & 1u << 26)) follow_queue(0, 0);
}

static void amd_written(uint64_t at) {
  uint64_t control = registers[3], table = registers[0], queue = registers[1];
  if (at == 0x18 || at == 0) {
    bool on = control & 1;
    follow(&root_at, &root_pages, DEVICES, on ? table & ADDRESS_BITS : 0, on ? (table & 0x1ff) + 1 : 0);
  }
  bool runs = (control & 0x1001) == 0x1001;
  if (at == 8 || (at == 0x18 && runs != (queue_bytes != 0))) {
    follow_queue(queue & ADDRESS_BITS, runs ? 16ull << (queue >> 56 & 15) : 0);
  }
  if (at == 0x2000 && queue_bytes) queue_head = registers[0x2000 / 8] % queue_bytes;
}

static uint32_t half(uint64_t offset) {
  return registers[offset / 8] >> (offset & 4 ? 32 : 0);
}

static void riscv_written(uint64_t at) {
  int levels = (registers[2] & 15) - 1;
  uint64_t bytes = 32ull << (registers[3] & 31), queue = half(72) & 1 ? bytes < PAGE ? PAGE : bytes : 0, to = (registers[3] >> 10 & 0xfffffffffff) << 12;
  if (at == 16) {
    int kind = levels == 3 ? MORE : levels == 2 ? DEVICES : CONTEXTS;
    root_kind = root_pages ? root_kind : kind;
    if (root_pages && levels > 0 && kind != root_kind) follow(&root_at, &root_pages, root_kind, 0, 0);
    if (levels > 0) root_kind = kind;
    follow(&root_at, &root_pages, root_kind, (registers[2] >> 10 & 0xfffffffffff) << 12, levels > 0);
  }
  if (queue != queue_bytes) follow_queue(to, queue);
}

static void smmu_written(uint64_t at) {
  uint32_t on = half(0x20), config = half(0x88), log2 = config & 63;
  unsigned split = (config >> 6 & 31) == 8 || (config >> 6 & 31) == 10 ? config >> 6 & 31 : 6;
  uint64_t queue = registers[0x90 / 8];
  if (at == 0x20) {
    bool two = config >> 16 & 3;
    int kind = two ? DEVICES : CONTEXTS;
    unsigned bits = two ? (log2 > split ? log2 - split : 0) + 3 : log2 + 6;
    uint64_t count = on & 1 ? bits > 12 ? 1ull << (bits > 24 ? 12 : bits - 12) : 1 : 0;
    if (count) root_kind = kind;
    if (bits > 24) unknown("a stream table of more than 4096 pages");
    if (count != root_pages) follow(&root_at, &root_pages, root_kind, registers[0x80 / 8] & ADDRESS_BITS, count);
    uint64_t bytes = on & 8 ? 16ull << (queue & 31) : 0;
    if (bytes != queue_bytes) follow_queue(queue & ADDRESS_BITS, bytes < PAGE && bytes ? PAGE : bytes);
  }
}

static void register_written(unsigned cpu, uint64_t offset, unsigned bytes, uint64_t value) {
  memcpy((char *)registers + offset, &value, bytes);
  written[offset / 8] = true;
  uint64_t at = offset & ~7ull, tail = unit == AMD_VI ? 0x2008 : 0x88;
  if (unit == RISCV) riscv_written(at);
  else if (unit == SMMUV3) smmu_written(at);
  else if (unit == AMD_VI) amd_written(at);
  else if (offset < 0x1c || at != 0x18) vtd_written(at);
  fprintf(out, "write %u 0 0x%" PRIx64 " %u 0x%" PRIx64 "\n", cpu, offset, bytes, value);
  if (at == tail && unit <= AMD_VI) tail_moved(registers[tail / 8]);
  look_at_waits();
}

/* The rest of a store across two pages: where the second lies is not told, so it is the one that begins with that now. */
static void crossed(unsigned cpu, const unsigned char *value, unsigned bytes) {
  unsigned char now[64];
  crossing++;
  for (unsigned i = 0; i < SLOTS; i++) {
    struct page *p = slots[i];
    if (p && memcmp(p->word, value, bytes) && read_physical(p->frame << 12, now, bytes) && !memcmp(now, value, bytes)) {
      stored(cpu, p->frame << 12, bytes, value);
    }
  }
}

static void on_store(unsigned cpu, qemu_plugin_meminfo_t info, uint64_t address, void *user) {
  struct qemu_plugin_hwaddr *place = qemu_plugin_get_hwaddr(info, address);
  if (!place) return;
  uint64_t physical = qemu_plugin_hwaddr_phys_addr(place);
  unsigned bytes = 1u << qemu_plugin_mem_size_shift(info), here = bytes;
  bool io = qemu_plugin_hwaddr_is_io(place), crosses = (physical & (PAGE - 1)) + bytes > PAGE;
  if (io ? physical - base >= registers_bytes || (bytes != 4 && bytes != 8) : !bit(watched, physical >> 12) && !crosses) return;
  qemu_plugin_mem_value value = qemu_plugin_mem_get_value(info);
  unsigned char *bytewise = (unsigned char *)&value.data;
  if (qemu_plugin_mem_is_big_endian(info)) { /* movbe: told as the register has it */
    for (unsigned i = 0; i < bytes / 2; i++) {
      unsigned char t = bytewise[i];
      bytewise[i] = bytewise[bytes - 1 - i];
      bytewise[bytes - 1 - i] = t;
    }
  }
  pthread_mutex_lock(&lock);
  if (io) {
    register_written(cpu, physical - base, bytes, bytes == 4 ? value.data.u32 : value.data.u64);
  } else {
    if (crosses) here = PAGE - physical % PAGE;
    if (bytes != blind && bit(watched, physical >> 12)) stored(cpu, physical, here, bytewise);
    if (crosses) crossed(cpu, bytewise + here, bytes - here);
  }
  pthread_mutex_unlock(&lock);
}

/* Of registers only the head of the queue is told, which shows the waits that are done. */
static void on_load(unsigned cpu, qemu_plugin_meminfo_t info, uint64_t address, void *user) {
  struct qemu_plugin_hwaddr *place = qemu_plugin_get_hwaddr(info, address);
  uint64_t head = unit == RISCV ? 32 : 0x9c;
  if (!place || !qemu_plugin_hwaddr_is_io(place) || qemu_plugin_hwaddr_phys_addr(place) - base != head) return;
  if (qemu_plugin_mem_size_shift(info) != 2) return;
  pthread_mutex_lock(&lock);
  fprintf(out, "read %u 0 0x%" PRIx64 " 4 0x%" PRIx32 "\n", cpu, head, qemu_plugin_mem_get_value(info).data.u32);
  pthread_mutex_unlock(&lock);
}

/* ---- comparison ---- */

/* Compares what is watched with memory; each word that differs is told, and taken over. */
static unsigned compare(void) {
  unsigned differences = 0;
  uint64_t now[WORDS];
  for (unsigned i = 0; i < SLOTS; i++) {
    struct page *p = slots[i];
    if (!p || !is_told(p) || !read_physical(p->frame << 12, now, PAGE) || !memcmp(now, p->word, PAGE)) continue;
    for (unsigned w = 0; w < WORDS; w++) {
      if (now[w] == p->word[w]) continue;
      differences++;
      change(p, w * 8, 8, &now[w]);
      fprintf(out, "differs 0x%" PRIx64 " 0x%" PRIx64 "\n", (p->frame << 12) + w * 8, now[w]);
    }
  }
  return differences;
}

static unsigned compare_registers(char *line) {
  unsigned differences = 0;
  uint64_t offset, value;
  for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n")) {
    if (sscanf(word, "%" SCNx64 ":%" SCNx64, &offset, &value) == 2 && offset < registers_bytes && written[offset / 8] && registers[offset / 8] != value) {
      differences++;
      fprintf(out, "# register 0x%" PRIx64 " is 0x%" PRIx64 ", 0x%" PRIx64 " was written\nlost\n", offset, value, registers[offset / 8]);
      registers[offset / 8] = value;
    }
  }
  return differences;
}

/* Not by a FILE: exit() would wait for who reads from it. */
static bool read_line(int from, char *line, size_t room) {
  size_t n = 0;
  while (n + 1 < room && read(from, line + n, 1) == 1) {
    if (line[n++] == '\n') {
      line[n] = 0;
      return true;
    }
  }
  return false;
}

static void *controlled(void *socket) {
  int control = (int)(intptr_t)socket;
  char line[512];
  unsigned turn = 0;
  while (read_line(control, line, sizeof line)) {
    pthread_mutex_lock(&lock);
    look_at_waits();
    unsigned told = 0, differences = compare() + compare_registers(line);
    struct page *again = NULL;
    for (unsigned i = 0; i < SLOTS; i++) {
      struct page *p = slots[(i + turn) % SLOTS];
      if (!p || !is_told(p)) continue;
      told++;
      if (p->changed && !again) again = p;
    }
    if (again) { /* one is shown whole again, for Moat's own copy */
      turn = (slot_of(again->frame) - slots) + 1;
      show(again);
    }
    compared++;
    fflush(out);
    pthread_mutex_unlock(&lock);
    dprintf(control, "%u %u\n", told, differences);
  }
  return NULL;
}

/* ---- functions ---- */

struct symbol { uint64_t address; char name[96]; bool frees; uint64_t calls; };
static struct symbol *symbols;
static size_t symbol_count;
static uint64_t vmemmap_variable, current_variable, frames_at, frame_struct = 64;
static struct { uint64_t to, stack, id; struct symbol *symbol; } calls[CALLS];
static unsigned open_calls;
static struct qemu_plugin_register *rdi, *rsi, *rdx, *rcx, *r8, *rsp, *rax, *gs_base, *link_register, *task_register;
/* On x86 the address of return lies on the stack, and the return takes it. */
enum { TAKEN_BY_RETURN = 8 };
static qemu_plugin_u64 pending;
static GByteArray *buffer;
static struct symbol *planted;
static uint64_t planted_from;
static int (*write_register)(struct qemu_plugin_register *, GByteArray *);
static void (*set_pc)(uint64_t);

static uint64_t get(struct qemu_plugin_register *r) {
  uint64_t v = 0;
  g_byte_array_set_size(buffer, 0);
  if (r) qemu_plugin_read_register(r, buffer);
  if (buffer->length) memcpy(&v, buffer->data, buffer->length < 8 ? buffer->length : 8);
  return v;
}
static void put(struct qemu_plugin_register *r, uint64_t v) {
  g_byte_array_set_size(buffer, 8);
  memcpy(buffer->data, &v, 8);
  write_register(r, buffer);
}
static uint64_t load(uint64_t address) {
  uint64_t v = 0;
  if (qemu_plugin_read_memory_vaddr(address, buffer, 8)) memcpy(&v, buffer->data, 8);
  return v;
}
static void any_open(void) {
  for (int i = 0, n = qemu_plugin_num_vcpus(); i < n; i++) qemu_plugin_u64_set(pending, i, open_calls);
}

/* Of pages that were never mapped nothing could be judged. */
static void freed(uint64_t page, unsigned order) {
  uint64_t map = vmemmap_variable ? load(vmemmap_variable) : frames_at, frame = (page - map) / frame_struct;
  bool matters = false;
  if (!map || page < map || frame >= FRAMES || order > 18) return;
  for (uint64_t f = frame; f < frame + (1ull << order); f++) matters |= bit(mapped, f) || bit(watched, f);
  if (matters) fprintf(out, "free 0x%" PRIx64 " 0x%llx\n", frame << 12, 4096ull << order);
}

static void on_entry(unsigned cpu, void *user) {
  struct symbol *s = user;
  pthread_mutex_lock(&lock);
  s->calls++;
  if (s->frees) {
    uint64_t page = get(rdi);
    freed(page, get(rsi));
    pthread_mutex_unlock(&lock);
    return;
  }
  uint64_t stack = get(rsp), to = link_register ? get(link_register) : load(stack);
  uint64_t task = task_register ? get(task_register) : current_variable ? load(get(gs_base) + current_variable) : 0;
  unsigned taken = link_register ? 0 : TAKEN_BY_RETURN;
  fprintf(out, "call %u %s 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " id=%" PRIu64, cpu, s->name, get(rdi),
      get(rsi), get(rdx), get(rcx), get(r8), ++serial);
  fprintf(out, task ? " task=0x%" PRIx64 "\n" : "\n", task);
  if (s == planted && s->calls >= planted_from) {
    fprintf(out, "# planted: it returns at once\nreturn %u %s 0 id=%" PRIu64 "\n", cpu, s->name, serial);
    put(rax, 0);
    put(rsp, stack + taken);
    pthread_mutex_unlock(&lock);
    set_pc(to); /* does not come back */
    return;
  }
  unsigned i = 0;
  while (i < CALLS && calls[i].symbol && (calls[i].symbol != s || calls[i].stack != stack + taken)) i++;
  if (i < CALLS) {
    open_calls += calls[i].symbol == NULL;
    calls[i].to = to;
    calls[i].stack = stack + taken;
    calls[i].id = serial;
    calls[i].symbol = s;
    any_open();
  } else {
    fprintf(out, "# more than %d calls are open\nlost\n", CALLS);
  }
  pthread_mutex_unlock(&lock);
}

/* The youngest open call that returns here, -1 for none: one that ends in a jump to another returns with it. */
static int open_at(uint64_t to, uint64_t stack) {
  int found = -1;
  for (int i = 0; i < CALLS; i++) {
    bool here = calls[i].symbol && calls[i].to == to && calls[i].stack == stack;
    if (here && (found < 0 || calls[i].id > calls[found].id)) found = i;
  }
  return found;
}

/* Only while a call is open: a block begins behind a call instruction. */
static void on_after_call(unsigned cpu, void *user) {
  uint64_t here = (uint64_t)user;
  bool some = false;
  for (unsigned i = 0; i < CALLS; i++) some |= calls[i].symbol && calls[i].to == here;
  if (!some) return;
  pthread_mutex_lock(&lock);
  uint64_t stack = get(rsp);
  for (int i = open_at(here, stack); i >= 0; i = open_at(here, stack)) {
    fprintf(out, "return %u %s 0x%" PRIx64 " id=%" PRIu64 "\n", cpu, calls[i].symbol->name, get(rax), calls[i].id);
    calls[i].symbol = NULL;
    open_calls--;
    any_open();
  }
  pthread_mutex_unlock(&lock);
}

static int by_address(const void *a, const void *b) {
  uint64_t x = ((const struct symbol *)a)->address, y = ((const struct symbol *)b)->address;
  return x < y ? -1 : x > y;
}
static struct symbol *symbol_at(uint64_t address) {
  struct symbol key = {.address = address};
  return symbol_count ? bsearch(&key, symbols, symbol_count, sizeof *symbols, by_address) : NULL;
}

/* Whether a call instruction ends here: then a return may come to this address. It may say so too often. */
static bool is_after_call(uint64_t address) {
  static __thread GByteArray *bytes;
  if (!bytes) bytes = g_byte_array_new();
  if (!qemu_plugin_read_memory_vaddr(address - 7, bytes, 7)) return true;
  const unsigned char *end = bytes->data + 7;
  if (unit > AMD_VI) {
    uint32_t word = end[-4] | end[-3] << 8 | end[-2] << 16 | (uint32_t)end[-1] << 24;
    if (unit == SMMUV3) return word >> 26 == 0x25 || word >> 25 == 0x6b; /* bl; blr and its kin */
    return (word & 0xfff) == 0x0ef || (word & 0xfff) == 0x0e7 || (word >> 16 & 0xf07f) == 0x9002;
  }
  if (end[-5] == 0xe8) return true;
  for (int k = 2; k <= 7; k++) if (end[-k] == 0xff && (end[-k + 1] >> 3 & 7) == 2) return true;
  return false;
}

/* Arm's DC ZVA stores zeros to a block, which is told as no store. Without this (before QEMU 10.1) the comparison finds it. */
static struct qemu_plugin_register *general[31], *block_register;
static bool (*translate)(uint64_t, uint64_t *);
static size_t (*instruction_bytes)(const struct qemu_plugin_insn *, void *, size_t);
static void on_zeros(unsigned cpu, void *user) {
  static const unsigned char zeros[PAGE];
  uint64_t physical = 0;
  pthread_mutex_lock(&lock);
  unsigned bytes = block_register ? 4u << (get(block_register) & 15) : 64;
  uint64_t address = (uintptr_t)user < 31 ? get(general[(uintptr_t)user]) & -(uint64_t)bytes : 0;
  if (bytes <= PAGE && translate(address, &physical) && bit(watched, physical >> 12)) {
    for (unsigned at = 0; at < bytes; at += 64) stored(cpu, physical + at, bytes < 64 ? bytes : 64, zeros);
  }
  pthread_mutex_unlock(&lock);
}

static void on_translation(OF_QEMU(struct qemu_plugin_tb *block)) {
  if (!(qemu_plugin_tb_vaddr(block) >> 63)) return;
  for (size_t i = 0, n = qemu_plugin_tb_n_insns(block); i < n; i++) {
    struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
    uint64_t address = qemu_plugin_insn_vaddr(instruction);
    struct symbol *s = symbol_at(address);
    if (s) qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_entry, s == planted ? WRITES_PC : READS_REGISTERS, s);
    if (i == 0 && symbol_count && is_after_call(address)) {
      qemu_plugin_register_vcpu_insn_exec_cond_cb(
          instruction, on_after_call, READS_REGISTERS, IS_NOT, pending, 0, (void *)address);
    }
    qemu_plugin_register_vcpu_mem_cb(instruction, on_store, NO_REGISTERS, STORES, NULL);
    uint32_t word = 0;
    if (unit == SMMUV3 && translate && instruction_bytes && instruction_bytes(instruction, &word, 4) == 4 && (word & ~31u) == 0xd50b7420) {
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_zeros, READS_REGISTERS, (void *)(uintptr_t)(word & 31));
    }
    if (unit > AMD_VI) qemu_plugin_register_vcpu_mem_cb(instruction, on_load, NO_REGISTERS, LOADS, NULL);
  }
}

static void on_cpu(OF_QEMU(unsigned cpu)) {
  struct { const char *name; struct qemu_plugin_register **to; } wanted[] = {
      {"rdi", &rdi}, {"rsi", &rsi}, {"rdx", &rdx}, {"rcx", &rcx}, {"r8", &r8}, {"rsp", &rsp}, {"rax", &rax}, {"gs_base", &gs_base},
      {"a0", &rdi}, {"a1", &rsi}, {"a2", &rdx}, {"a3", &rcx}, {"a4", &r8}, {"sp", &rsp}, {"a0", &rax}, {"ra", &link_register}, {"tp", &task_register},
      {"x0", &rdi}, {"x1", &rsi}, {"x2", &rdx}, {"x3", &rcx}, {"x4", &r8}, {"x0", &rax}, {"x30", &link_register}, {"SP_EL0", &task_register}, {"DCZID_EL0", &block_register}};
  GArray *all = qemu_plugin_get_registers();
  qemu_plugin_reg_descriptor *r = (void *)all->data;
  for (unsigned i = 0; i < all->length; i++) {
    unsigned number;
    char end;
    if (sscanf(r[i].name, "x%u%c", &number, &end) == 1 && number < 31) general[number] = r[i].handle;
    for (unsigned k = 0; k < sizeof wanted / sizeof *wanted; k++) if (!strcmp(r[i].name, wanted[k].name)) *wanted[k].to = r[i].handle;
  }
}

#if API >= 7
static void at_end(void *user) {
#else
static void at_end(qemu_plugin_id_t id, void *user) {
#endif
  pthread_mutex_lock(&lock);
  fprintf(out, "# stores %" PRIu64 ", pages %u, comparisons %" PRIu64 ", page-crossing stores %" PRIu64 "\n", stores, pages, compared, crossing);
  for (size_t i = 0; i < symbol_count; i++) fprintf(out, "# %s %" PRIu64 "\n", symbols[i].name, symbols[i].calls);
  fflush(out);
  pthread_mutex_unlock(&lock);
}

/* ---- beginning ---- */

static int to_socket(const char *path) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  snprintf(name.sun_path, sizeof name.sun_path, "%s", path);
  return s >= 0 && !connect(s, (struct sockaddr *)&name, sizeof name) ? s : -1;
}

static bool map_memory(const char *path) {
  struct stat is;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0 || fstat(file, &is)) return false;
  memory_bytes = is.st_size;
  memory = mmap(NULL, memory_bytes, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  return memory != MAP_FAILED;
}

static bool read_symbols(const char *path) {
  FILE *f = fopen(path, "r");
  char name[96], role[16];
  uint64_t address;
  while (f && fscanf(f, "%" SCNx64 " %95s %15s", &address, name, role) == 3) {
    if (!strcmp(role, "variable")) {
      *(!strcmp(name, "vmemmap_base") ? &vmemmap_variable : &current_variable) = address;
      continue;
    }
    struct symbol *more = realloc(symbols, (symbol_count + 1) * sizeof *symbols);
    if (!more) return false;
    symbols = more;
    symbols[symbol_count] = (struct symbol){.address = address, .frees = !strcmp(role, "free")};
    strcpy(symbols[symbol_count++].name, name);
  }
  if (f) fclose(f);
  qsort(symbols, symbol_count, sizeof *symbols, by_address);
  return f;
}

static bool plant(const char *what) {
  char name[96] = "";
  sscanf(what, "%" SCNu64 ":%95s", &planted_from, name);
  for (size_t i = 0; i < symbol_count; i++) if (!strcmp(symbols[i].name, name)) planted = &symbols[i];
  write_register = (int (*)(struct qemu_plugin_register *, GByteArray *))dlsym(RTLD_DEFAULT, "qemu_plugin_write_register");
  set_pc = (void (*)(uint64_t))dlsym(RTLD_DEFAULT, "qemu_plugin_set_pc");
  return planted && write_register && set_pc;
}

__attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
  const char *events = "", *control = "", *file = "", *names = NULL, *mistake = NULL;
  for (int i = 0; i < argc; i++) {
    char *value = strchr(argv[i], '=');
    if (!value) continue;
    *value++ = 0;
    if (!strcmp(argv[i], "events")) events = value;
    else if (!strcmp(argv[i], "control")) control = value;
    else if (!strcmp(argv[i], "unit")) unit = !strcmp(value, "vtd") ? VTD : !strcmp(value, "amd-vi") ? AMD_VI : !strcmp(value, "riscv") ? RISCV : SMMUV3;
    else if (!strcmp(argv[i], "extended")) extended = true;
    else if (!strcmp(argv[i], "ram")) ram = strtoull(value, NULL, 0);
    else if (!strcmp(argv[i], "base")) base = strtoull(value, NULL, 0);
    else if (!strcmp(argv[i], "memory")) file = value;
    else if (!strcmp(argv[i], "low")) low = strtoull(value, NULL, 0);
    else if (!strcmp(argv[i], "symbols")) names = value;
    else if (!strcmp(argv[i], "frames")) frames_at = strtoull(value, &value, 0), frame_struct = strtoull(value + 1, NULL, 0);
    else if (!strcmp(argv[i], "blind")) blind = strtoull(value, NULL, 0);
    else if (!strcmp(argv[i], "plant")) mistake = value;
  }
  registers_bytes = unit == SMMUV3 ? sizeof registers : unit == RISCV ? PAGE : 0x4000;
  translate = (bool (*)(uint64_t, uint64_t *))dlsym(RTLD_DEFAULT, "qemu_plugin_translate_vaddr");
  instruction_bytes = (size_t (*)(const struct qemu_plugin_insn *, void *, size_t))dlsym(RTLD_DEFAULT, "qemu_plugin_insn_data");
  int told = to_socket(events), asked = to_socket(control);
  pthread_t thread;
  buffer = g_byte_array_new();
  if (told < 0 || asked < 0 || !(out = fdopen(told, "w")) || !map_memory(file) || (names && !read_symbols(names)) ||
      (mistake && !plant(mistake)) || pthread_create(&thread, NULL, controlled, (void *)(intptr_t)asked)) {
    fprintf(stderr, "record: cannot begin: %s\n", told < 0 || asked < 0 ? "no socket" : mistake ? "memory, symbols or plant=" : "memory or symbols");
    return -1;
  }
  setvbuf(out, NULL, _IOFBF, 1 << 16);
  pending = (qemu_plugin_u64){qemu_plugin_scoreboard_new(8), 0};
  qemu_plugin_register_vcpu_tb_trans_cb(id, TO_QEMU(on_translation));
  qemu_plugin_register_vcpu_init_cb(id, TO_QEMU(on_cpu));
  qemu_plugin_register_atexit_cb(id, at_end, NULL);
  return 0;
}
