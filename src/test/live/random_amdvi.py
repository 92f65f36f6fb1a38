"""Random cases of AMD-Vi: device table entries, tables of every level, commands, DMA, registers."""

STEPS = 100
DEVICES = (0x20, 0x28, 0x80)

# Registers, as they are at first: the device table of 8 KiB, and rings of 256 entries; everything on.
DEVICE_TABLE, COMMANDS, EVENTS, STORES = 0x300000, 0x310000, 0x320000, 0x330000
BOOT = f"0={DEVICE_TABLE | 1:x};8={8 << 56 | COMMANDS:x};10={8 << 56 | EVENTS:x};18=1005"
CONTROL, COMMAND_HEAD, COMMAND_TAIL, EVENT_TAIL, STATUS = "18", "2000", "2008", "2018", "2020"
REGISTER_WRITES = (f"{STATUS}=4", f"{CONTROL}=0", f"{CONTROL}=1005", f"{CONTROL}=1", f"{CONTROL}=1005", f"{CONTROL}=5")

# A table set has tables of levels 3 to 1, 4 KiB apart.
TABLE_SETS = (0x400000, 0x410000)
LEVEL_2, LEVEL_1 = 0x1000, 0x2000
FRAMES = 0x1000000

# Entries: present, next level (0 and 7 are pages), rights.
PR, NEXT_LEVEL, RIGHTS = 1, 9, 61
READ, WRITE, BOTH = 1, 2, 3
# The device table entry's first word has V, TV, Mode and rights.
V, TV, MODE = 1, 2, 9

OPCODE = 60
(COMPLETION_WAIT, INVALIDATE_DEVTAB_ENTRY, INVALIDATE_IOMMU_PAGES, INVALIDATE_IOTLB_PAGES, INVALIDATE_INTERRUPT_TABLE) = range(1, 6)
INVALIDATE_IOMMU_ALL = 8
ALL_PAGES = 0x7FFFFFFFFFFFF001
S, PDE = 1, 2
DOMAINS = (5, 6, 7)

ADDRESSES = (0, 0x1000, 0x1000, 0x1000, 0x2000, 0x2000, 0x3000, 0x4000, 0x5000, 0x200000, 0x203000, 0x8000001000)
HIGHER = 0x40001000


def entry(next_level, address, rights):
    return rights << RIGHTS | address | next_level << NEXT_LEVEL | PR


def pairs(*words):
    return ";".join(f"{at:x}={value:x}" for at, value in words)


def leaf(d, frame, rights):
    good = entry(0, frame, rights)
    if d.chance(50):
        return good
    return d.one(
        0, good & ~PR, entry(7, frame & ~0x3FFF | 0x1000, rights), entry(7, frame & ~0x1FFFF | 0xF000, rights), good | d.bit(52, 59),
        good | d.bit(1, 9), entry(1, frame, rights))


def table_entry(d):
    tables = d.any(TABLE_SETS)
    level_2, level_1 = tables + LEVEL_2, tables + LEVEL_1
    frame, rights = FRAMES + 0x1000 * d.below(32), d.one(BOTH, BOTH, BOTH, READ, WRITE, 0)
    kind = d.below(100)
    if kind < 65:
        return level_1 + 8 * d.below(6), leaf(d, frame, rights)
    if kind < 80:
        return level_2 + 8 * d.below(2), d.one(entry(1, level_1, rights), entry(0, FRAMES, rights), 0, entry(2, level_1, rights),
                                               entry(1, TABLE_SETS[1] + LEVEL_1, BOTH), entry(7, FRAMES | 0x7F000, rights))
    if kind < 90:
        return tables + 8 * d.below(2), d.one(entry(2, level_2, rights), entry(2, level_2, BOTH), entry(1, level_1, rights), 0)
    return level_1 + 8, entry(0, frame, BOTH)


def memory(d):
    return "mem", "", "", "", pairs(table_entry(d))


def device_entry(d, device):
    tables = d.any(TABLE_SETS)
    words = [tables | V | TV | d.one(3, 3, 3, 3, 3, 2, 1, 0, 4, 6, 7) << MODE | d.one(BOTH, BOTH, BOTH, BOTH, READ, WRITE, 0) << RIGHTS,
             d.one(*DOMAINS, DOMAINS[0]), 0, 0]
    words[0] &= ~d.one(V, TV, V | TV) if d.chance(10) else -1
    words[0] |= 1 << d.one(2, 3, 4, 5, 6, 63, 7, 8, 12) if d.chance(8) else 0
    words[1] |= d.bit(16) if d.chance(6) else 0
    words[2] = d.bit(0) if d.chance(4) else 0
    words[3] = d.bit(0) if d.chance(4) else 0
    at = DEVICE_TABLE + 32 * device
    # The first word last.
    return "mem", "", "", "", pairs(*((at + 8 * i, words[i]) for i in (3, 2, 1, 0)))


def any_device_entry(d):
    return device_entry(d, d.any(DEVICES))


def command(d):
    device, page = d.any(DEVICES), d.one(0x1000, 0x2000, 0x3000, 0x200000)
    low, high = d.weighted(
        (30, (INVALIDATE_DEVTAB_ENTRY << OPCODE | device, 0)),
        (35, (INVALIDATE_IOMMU_PAGES << OPCODE | d.any(DOMAINS) << 32, d.one(page, page | S, page | S | PDE, ALL_PAGES, ALL_PAGES | PDE))),
        (10, (INVALIDATE_IOTLB_PAGES << OPCODE | device | d.one(0, 0, device << 32), page | d.one(0, 0, S))),
        (8, (INVALIDATE_IOMMU_ALL << OPCODE, 0)),
        # Stores, interrupts, flushes or none of them.
        (10, (COMPLETION_WAIT << OPCODE | STORES | 8 * d.below(8) | d.one(1, 1, 3, 2, 5, 0), d.between(1, 99))),
        (3, (INVALIDATE_INTERRUPT_TABLE << OPCODE | device, 0)),
        (4, (d.below(16) << OPCODE | d.one(0, d.bit(0, 60)), d.one(0, d.bit(0)))),
    )
    return "cmd", "", "", "", f"{low:x} {high:x}"


def request(d):
    address = (HIGHER if d.chance(2) else d.any(ADDRESSES)) + 8 * d.below(4)
    return d.one("dr", "dw"), f"{d.any(DEVICES):x}", f"{address:x}", "4", ""


def read_register(d):
    return "rreg", "", d.one(COMMAND_HEAD, COMMAND_TAIL, EVENT_TAIL, STATUS, CONTROL), "", ""


def read_store(d):
    return "rmem", "", f"{STORES + 8 * d.below(8):x}", "", ""


def write_register(d):
    return "reg", "", "", "", d.any(REGISTER_WRITES)


def case(d, number):
    rows = [("boot", "", "", "", BOOT)]
    for tables in TABLE_SETS:
        level_2, level_1 = tables + LEVEL_2, tables + LEVEL_1
        rows.append(("mem", "", "", "", pairs((tables, entry(2, level_2, BOTH)), (level_2, entry(1, level_1, BOTH)),
                                              (level_2 + 8, entry(0, FRAMES, BOTH)))))
    for device in DEVICES:
        rows += [device_entry(d, device), ("cmd", "", "", "", f"{INVALIDATE_DEVTAB_ENTRY << OPCODE | device:x} 0")]
    rows += [memory(d) for _ in range(5)]
    while len(rows) < STEPS:
        rows.append(d.pick((100, request), (40, memory), (14, any_device_entry), (36, command), (4, read_register), (3, read_store),
                           (3, write_register)))
    return rows
