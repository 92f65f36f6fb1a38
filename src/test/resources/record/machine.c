/* What stands for QEMU where there is none: it loads the plug-in, answers the monitor, and plays a guest that maps and unmaps a page by VT-d.
 * Options of its own: -guest plain | forgets-flush | movbe | crossing | status-stays. Built with -rdynamic, so that the plug-in finds its functions. */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

typedef uint64_t id;
typedef struct { unsigned char *data; unsigned length; } bytes;
struct score { void *score; size_t offset; };
struct value { int type; union { uint32_t u32; uint64_t u64; struct { uint64_t low, high; } both; } data; };
typedef void (*on_memory)(unsigned cpu, uint32_t info, uint64_t address, void *user);
typedef void (*on_instruction)(unsigned cpu, void *user);

enum { MEMORY = 1 << 20, ROOT = 0x10000, CONTEXT = 0x11000, TABLE = 0x12000, QUEUE = 0x40000, STATUS = 0x50000, PAGE = 0x80000 };
#define UNIT 0xfed90000ull
#define TEXT 0xffffffff81000000ull

static unsigned char *memory;
static uint64_t registers[512], at, value, instruction;
static unsigned shift;
static bool big_endian, io;
static volatile int compared;
static on_memory stores;
static on_instruction enters, leaves;
static void *entered, *left, (*at_end)(id, void *);
static pthread_mutex_t cpus = PTHREAD_MUTEX_INITIALIZER;

/* What the plug-in calls. */
void qemu_plugin_register_vcpu_tb_trans_cb(id i, void (*f)(id, void *)) {
  for (instruction = TEXT; instruction <= TEXT + 0x20; instruction += 0x10) f(i, NULL);
}
void qemu_plugin_register_vcpu_init_cb(id i, void (*f)(id, unsigned)) { f(i, 0); }
void qemu_plugin_register_atexit_cb(id i, void *f, void *user) { at_end = f; }
void qemu_plugin_register_vcpu_insn_exec_cb(void *at, on_instruction f, int flags, void *user) { enters = f; entered = user; }
void qemu_plugin_register_vcpu_insn_exec_cond_cb(void *at, on_instruction f, int flags, int is, struct score s, uint64_t n, void *user) {
  if (instruction == TEXT + 0x20) { leaves = f; left = user; }
}
void qemu_plugin_register_vcpu_mem_cb(void *at, on_memory f, int flags, int rw, void *user) { stores = f; }
size_t qemu_plugin_tb_n_insns(void *block) { return 1; }
uint64_t qemu_plugin_tb_vaddr(void *block) { return instruction; }
void *qemu_plugin_tb_get_insn(void *block, size_t n) { return &instruction; }
uint64_t qemu_plugin_insn_vaddr(void *i) { return instruction; }
unsigned qemu_plugin_mem_size_shift(uint32_t info) { return shift; }
bool qemu_plugin_mem_is_big_endian(uint32_t info) { return big_endian; }
struct value qemu_plugin_mem_get_value(uint32_t info) { return (struct value){3, {.u64 = value}}; }
void *qemu_plugin_get_hwaddr(uint32_t info, uint64_t address) { return &at; }
bool qemu_plugin_hwaddr_is_io(void *a) { return io; }
uint64_t qemu_plugin_hwaddr_phys_addr(void *a) { return at; }
bytes *g_byte_array_new(void) { return calloc(1, sizeof(bytes)); }
bytes *g_byte_array_set_size(bytes *b, unsigned n) { b->data = realloc(b->data, n + 1); b->length = n; return b; }
struct { void *handle; const char *name, *feature; } described[] = {{"s", "rsp", ""}, {"0", "rdi", ""}};
bytes *qemu_plugin_get_registers(void) {
  static bytes all = {(unsigned char *)described, 2};
  return &all;
}
static uint64_t rsp;
int qemu_plugin_read_register(char *r, bytes *to) {
  uint64_t v = *r == 's' ? rsp : 0x2000;
  memcpy(g_byte_array_set_size(to, 8)->data, &v, 8);
  return 8;
}
bool qemu_plugin_read_memory_vaddr(uint64_t address, bytes *to, size_t n) {
  uint64_t back = TEXT + 0x20;
  memset(g_byte_array_set_size(to, n)->data, 0xe8, n); /* behind a call */
  if (address < TEXT) memcpy(to->data, &back, 8);
  return true;
}
void *qemu_plugin_scoreboard_new(size_t n) { return NULL; }
void qemu_plugin_u64_set(struct score s, unsigned cpu, uint64_t n) {}
int qemu_plugin_num_vcpus(void) { return 1; }

/* The guest. */
static void store(uint64_t to, uint64_t v) {
  pthread_mutex_lock(&cpus);
  memcpy(memory + to, &v, 8);
  io = false, at = to, shift = 3, value = big_endian ? __builtin_bswap64(v) : v;
  stores(0, 0, to, NULL);
  pthread_mutex_unlock(&cpus);
}
static void write_register(unsigned offset, unsigned size, uint64_t v) {
  pthread_mutex_lock(&cpus);
  memcpy((char *)registers + offset, &v, size);
  for (uint64_t slot = 0; offset == 0x88 && slot < v; slot += 16) { /* the unit acts before the plug-in hears of it */
    uint64_t *d = (uint64_t *)(memory + QUEUE + slot);
    uint32_t status = d[0] >> 32;
    if ((d[0] & 15) == 5) memcpy(memory + d[1], &status, 4);
  }
  io = true, at = UNIT + offset, shift = size == 8 ? 3 : 2, value = v;
  stores(0, 0, at, NULL);
  pthread_mutex_unlock(&cpus);
}
static void command(uint64_t low, uint64_t high) {
  store(QUEUE + registers[0x88 / 8], low);
  store(QUEUE + registers[0x88 / 8] + 8, high);
  write_register(0x88, 8, registers[0x88 / 8] + 16);
}
static void guest(const char *how) {
  store(TABLE + 0x1000, (TABLE + 0x2000) | 3); /* before it is watched */
  store(TABLE, (TABLE + 0x1000) | 3);
  store(CONTEXT + 8, 5 << 8 | 1);
  store(CONTEXT, TABLE | 1);
  write_register(0x20, 8, ROOT);
  write_register(0x90, 8, QUEUE);
  write_register(0x18, 4, 1u << 30);
  write_register(0x18, 4, 1u << 26);
  write_register(0x18, 4, 1u << 26 | 1u << 31);
  store(ROOT, CONTEXT | 1);
  big_endian = !strcmp(how, "movbe");
  store(TABLE + 0x2010, PAGE | 3);
  if (!strcmp(how, "crossing")) { /* the last half of the page before, the first of the table */
    pthread_mutex_lock(&cpus);
    uint32_t first = (PAGE + 0x1000) | 3;
    memcpy(memory + TABLE + 0x2000, &first, 4);
    io = false, at = TABLE + 0x1ffc, shift = 3, value = (uint64_t)first << 32;
    stores(0, 0, at, NULL);
    pthread_mutex_unlock(&cpus);
  }
  if (!strcmp(how, "status-stays")) memory[STATUS] = 1; /* as if an earlier wait had left it */
  rsp = 0x100;
  enters(0, entered);
  store(TABLE + 0x2010, 0);
  big_endian = false;
  if (strcmp(how, "forgets-flush")) command(3 << 4 | 5ull << 16 | 2, 0x2000);
  command(1ull << 32 | 0x25, STATUS);
  rsp += 8;
  leaves(0, left);
  for (int n = 0; n < 2000 && compared < 2; n++) usleep(10000);
}

/* The monitor. */
static void *monitor(void *path) {
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  int s = socket(AF_UNIX, SOCK_STREAM, 0);
  char line[512];
  uint64_t cap = 0x80d2008c222f0606, ecap = 0xf00f4a; /* as QEMU 11.1 has them */
  registers[1] = cap;
  registers[2] = ecap;
  snprintf(name.sun_path, sizeof name.sun_path, "%s", (char *)path);
  if (bind(s, (struct sockaddr *)&name, sizeof name) || listen(s, 1) || (s = accept(s, NULL, NULL)) < 0) exit(9);
  FILE *f = fdopen(s, "r");
  dprintf(s, "{\"QMP\": {}}\n");
  while (fgets(line, sizeof line, f)) {
    unsigned count;
    unsigned long address;
    char *xp = strstr(line, "xp /");
    if (strstr(line, "\"stop\"")) pthread_mutex_lock(&cpus);
    if (strstr(line, "\"cont\"")) pthread_mutex_unlock(&cpus), compared++;
    if (strstr(line, "query-status")) dprintf(s, "{\"return\": {\"running\": true}}\n");
    else if (xp && sscanf(xp, "xp /%ugx 0x%lx", &count, &address) == 2) {
      dprintf(s, "{\"return\": \"");
      for (unsigned i = 0; i < count; i++) dprintf(s, "%lx: 0x%016lx\\r\\n", address, registers[(address - UNIT) / 8 + i]);
      dprintf(s, "\"}\n");
    } else dprintf(s, "{\"event\": \"X\"}\n{\"return\": {}}\n");
  }
  return NULL;
}

int main(int count, char **words) {
  const char *how = "";
  char *plug = NULL, *listens = NULL, *parts[16];
  int n = 0, none[16] = {0};
  pthread_t thread;
  for (int i = 1; i < count; i++) {
    if (!strcmp(words[i], "--version")) return puts("QEMU emulator version 10.0.0") < 0;
    if (!strcmp(words[i], "-guest")) how = words[i + 1];
    if (!strcmp(words[i], "-plugin")) plug = words[i + 1];
    if (!strcmp(words[i], "-qmp") && !listens) listens = words[i + 1] + strlen("unix:");
    char *file = strstr(words[i], "mem-path=");
    if (file) {
      int f = open(file + strlen("mem-path="), O_RDWR | O_CREAT, 0600);
      if (ftruncate(f, MEMORY)) return 9;
      memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0);
    }
  }
  *strchr(listens, ',') = 0;
  for (char *p = strtok(plug, ","); p && n < 16; p = strtok(NULL, ",")) parts[n++] = p;
  void *library = dlopen(parts[0], RTLD_NOW);
  int (*install)(id, void *, int, char **) = library ? dlsym(library, "qemu_plugin_install") : NULL;
  pthread_create(&thread, NULL, monitor, listens);
  if (!install || install(1, none, n - 1, parts + 1)) return fprintf(stderr, "%s\n", dlerror()), 9;
  guest(how);
  at_end(1, NULL);
  return 0;
}
