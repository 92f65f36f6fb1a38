"""Random cases of scalable mode: every other one is made anew, the others are recorded ones with other bits and requests."""

import csv
import functools
import pathlib

import vtd
from draw import numbers
from vtd import (CC_INV, DOMAIN, DRAIN_READS_AND_WRITES, FUNCTION_MASK, GRANULARITY, INV_WAIT, IOTLB_INV, LEVEL_1, LEVEL_2, LEVEL_3,
                 PAGE_SIZE, PASID, PC_INV, PRESENT, P_IOTLB_INV, QIE, READ, READ_WRITE, ROOT_TABLE, RTT_SCALABLE, SOURCE, SRTP, TABLE_SETS,
                 TE, USER, WRITE)

STEPS = 45
RECORDED = pathlib.Path(__file__).parents[1] / "resources" / "viommu-oracle" / "dma-remapping.csv"
SECOND_LEVEL, FIRST_LEVEL = "x-scalable-mode=on", "x-scalable-mode=on;x-flts=on"
DEVICES = ("d0", "d0", "d0", "d2", "d1", "d5")

ADDRESSES = (0x1000, 0x2000, 0x3000, 0x4000, 0x5000, 0x200000, 0x203000, 0x40000000, 0x40203000, 0x41000000, 0x8000000000)
# Not canonical, beyond a width, at the end of a table, or canonical and high.
ODD_ADDRESSES = (0x800000000000, 0x1000000001000, 0x7FFFFFFFF000, 0xFFFF800000001000, 0xFFFFFFFFFFFFF000, 0, 0x8000001000, 0x7FFFFFFF000,
                 0xFF8000001000, 0x20001000, 0x3FFFF000, 0x40000000, 0x7FFFFF000, 0xFFFFFFFFC0001000, 0xFFFFFFC000001000)
# Where a recorded entry is made to point: no memory, read-only memory, tables and frames of the rows. No registers of devices, which
# as tables are not modelled.
ODD_FRAMES = (0x8000000, 0xFEFFD000, 0xFFFF000, 0x400000, 0x1000000, 0x200000, 0xFFFFFFFFF000, 0xF0000, 0xC0000, 0x3FFFFFFFF000,
              0xFFF000000000000)
ODD_LEAVES = (0, 0x8000007, 0xFEE00007, 0xFEFFD007, 0xF0007, 0xC0005, (1 << 64) - 1)
# IQH and IQA are not read: docs/explanation/viommu.md has both open.
READ_REGISTERS = (vtd.VER, vtd.CAP, vtd.ECAP, vtd.GCMD, vtd.GSTS, vtd.RTADDR, vtd.CCMD, vtd.FSTS, vtd.FECTL, vtd.FEDATA, vtd.FEADDR,
                  vtd.FEUADDR, vtd.IQT, vtd.ICS, vtd.IECTL, vtd.IEDATA, vtd.IEADDR, vtd.IEUADDR, vtd.IQERCD, vtd.IRTA, vtd.PRS, vtd.PEADDR)

# Scalable-mode context entries of the devices; PASID directories; PASID tables, each of 64-byte entries.
CONTEXTS = {"d0": 0x101400, "d2": 0x101500, "d1": 0x101460, "d5": 0x102000}
DIRECTORIES = (0x110000, 0x111000)
PASID_TABLES = (0x120000, 0x130000)
PASID_ENTRY = 0x40

# A PASID table entry: of its first word the address width and the type, of its third flags and the first-level paging mode.
WIDTH, TYPE = 2, 6
TYPE_FIRST, TYPE_SECOND = 1, 2
SRE, WPE = 1, 0x10
PAGING_MODE = 3 << 2


def address(d):
    if d.chance(90):
        return d.any(ADDRESSES) + 8 * d.below(8)
    return d.one(*ODD_ADDRESSES, d.bit(12)) + 8 * d.below(2)


def request(d, device=None):
    return d.weighted((6, "dmac"), (1, "dma")), f"{device or d.any(DEVICES)} {numbers(address(d))} {d.one('r', 'w')}"


def probe(d):
    """A request, mostly behind a flush, that shows what has changed."""
    flush = [("flush", "")] if d.chance(70) else []
    return flush + [request(d, "d0" if d.chance(70) else None)]


def descriptor(d):
    domain, pasid = d.one(0, 1, 1, 1, 2, 3), d.one(0, 0, 0, 1, 2, 65)
    # The mask, and the hint 0x40.
    page = d.any(ADDRESSES) | d.one(0, 0, 0, 0, 0, 1, 2, 3, 9, 0x40, 0x41, 18, 19, 63)
    words = d.weighted(
        (25, [IOTLB_INV | d.one(1, 2, 3, 3, 3) << GRANULARITY | domain << DOMAIN | d.one(0, 0, DRAIN_READS_AND_WRITES), page]),
        (15, [CC_INV | d.one(1, 2, 3, 3) << GRANULARITY | domain << DOMAIN | d.one(0x20, 0x28, 0x23) << SOURCE
              | d.one(0, 0, 0, 1, 2, 3) << FUNCTION_MASK]),
        (30, [P_IOTLB_INV | d.one(2, 3, 2, 3, 2, 3, 0, 1) << GRANULARITY | domain << DOMAIN | pasid << PASID, page, 0, 0]),
        (15, [PC_INV | d.one(0, 1, 3, 0, 1, 3, 2) << GRANULARITY | domain << DOMAIN | pasid << PASID, 0, 0, 0]),
        (5, [vtd.DEV_TLB_INV | d.one(0x20, 0x28) << SOURCE, page, 0, 0]),
        (3, [vtd.P_DEV_TLB_INV | pasid << PASID, page, 0, 0]),
        (6, [d.one(0, vtd.IEC_INV, 9, 10, 11, 12, 13, 14, 15) | d.bits(2) << GRANULARITY, 0, 0, 0]),
        (1, vtd.wait(d)),
    )
    if words[0] & 15 != INV_WAIT and d.chance(12):
        at = d.one(0, 0, 0, 1, 2, 3)
        words += [0] * (at + 1 - len(words))
        words[at] |= d.bit(4 if at == 0 else 0)
    return "qi", numbers(*words)


def leaf(d, first_level, size=0x1000):
    rights = d.one(7, 7, 7, 7, 5, 3, 1, 6, 0) if first_level else d.one(3, 3, 3, 3, 1, 2, 0)
    entry = vtd.frame(d) & -size | rights
    kind = d.below(100)
    if kind < 10:
        entry |= d.bit(2, 13)
    elif kind < 15:
        entry |= d.bit(27)
    elif kind < 20:
        entry = d.any(ODD_LEAVES)
    return entry | (PAGE_SIZE if size > 0x1000 else 0)


def table_entry(d, first_level):
    tables = d.any(TABLE_SETS[:2])
    level_3, level_2, level_1 = tables + LEVEL_3, tables + LEVEL_2, tables + LEVEL_1
    rights = READ_WRITE | USER if first_level else READ_WRITE
    kind = d.below(100)
    if kind < 65:
        pair = level_1 + 8 * d.one(1, 2, 3, 4, 5, 0, 7), leaf(d, first_level)
    elif kind < 80:
        pair = level_2 + 8 * d.below(2), d.one(leaf(d, first_level, 0x200000), level_1 | rights, 0, level_1 | READ, level_1 | WRITE,
                                               level_1 | READ | USER, level_1 | rights | d.bit(3))
    elif kind < 90:
        pair = level_3 + 8 * d.below(2), d.one(leaf(d, first_level, 0x40000000), level_2 | rights, 0, level_2 | rights | d.bit(3))
    else:
        pair = tables + 8 * d.one(0, 1, 0xFF, 0x100, 0x1FF), d.one(level_3 | rights, level_3 | rights, 0, level_3 | rights | d.bit(3))
    return vtd.stores([pair])


def entry_words(tables, domain, first_level):
    """A good PASID table entry."""
    if first_level:
        return [PRESENT | TYPE_FIRST << TYPE | vtd.ADDRESS_WIDTH_48 << WIDTH, domain, tables]
    return [PRESENT | TYPE_SECOND << TYPE | vtd.ADDRESS_WIDTH_48 << WIDTH | tables, domain, 0]


def within_48_bits(at, value):
    """A word for that place; where it is of a PASID table entry, its tables have four levels at most."""
    if not PASID_TABLES[0] <= at < PASID_TABLES[1] + 0x10000:
        return value
    if at % PASID_ENTRY == 0 and value >> WIDTH & 7 > vtd.ADDRESS_WIDTH_48:
        return value & ~(7 << WIDTH) | vtd.ADDRESS_WIDTH_48 << WIDTH
    return value & ~PAGING_MODE if at % PASID_ENTRY == 16 else value


def stores_entry(at, words):
    """Its first word last."""
    words = [within_48_bits(at + 8 * i, word) for i, word in enumerate(words)]
    return vtd.stores([(at + 8, words[1]), (at + 16, words[2]), (at, words[0])])


def pasid_entry(d, first_level):
    at = d.one(PASID_TABLES[0], PASID_TABLES[0], PASID_TABLES[1], PASID_TABLES[0] + PASID_ENTRY, PASID_TABLES[0] + 2 * PASID_ENTRY)
    first_level = first_level != d.chance(10)
    tables, domain = d.one(TABLE_SETS[0], TABLE_SETS[0], TABLE_SETS[1]), d.one(1, 1, 2, 3)
    words = entry_words(tables, domain, first_level)
    if d.chance(30):
        words[0] = words[0] & ~(7 << TYPE) | d.below(8) << TYPE
    if d.chance(35 if first_level else 15):
        words[0] = words[0] & ~(7 << WIDTH) | d.below(2) << WIDTH
    words[0] &= ~PRESENT if d.chance(8) else -1
    words[0] |= vtd.FAULT_PROCESSING_DISABLE if d.chance(8) else 0
    words[2] |= d.one(d.bit(0, 12), SRE, WPE) if d.chance(25) else 0
    words[1] |= d.bit(16) if d.chance(10) else 0
    words[0] ^= d.bit(0) if d.chance(7) else 0
    words[2] ^= d.bit(0) if d.chance(5) else 0
    return stores_entry(at, words)


def context(d):
    at = CONTEXTS[d.one("d0", "d0", "d2", "d1", "d5")]
    low = d.one(DIRECTORIES[0], DIRECTORIES[0], DIRECTORIES[1]) | PRESENT
    # FPD; device TLB, PASID and page request enable; the size of the directory.
    low |= d.one(0, 0, 0, 0, 0, 0, 2, 4, 8, 0x10, 0x200, 0x400, 0x600, 0xE00, d.bit(0))
    low &= ~PRESENT if d.chance(6) else -1
    rid_pasid = d.one(0, 0, 0, 0, 0, 1, 2, 65, d.bit(0))
    return vtd.stores([(at + 8, rid_pasid), (at, low)])


def directory(d):
    at = d.one(DIRECTORIES[0], DIRECTORIES[0], DIRECTORIES[1], DIRECTORIES[0] + 8)
    good = PASID_TABLES[0] | PRESENT
    return vtd.stores([(at, d.one(good, good, PASID_TABLES[1] | PRESENT, 0, good | 2, 0x8000001, good | d.bit(0)))])


def root(d):
    good = vtd.CONTEXT_TABLE | PRESENT
    return vtd.stores([(d.one(ROOT_TABLE, ROOT_TABLE + 8), d.one(good, good + 0x1000, 0, good | d.bit(0)))])


def command(d):
    return "gcmd", numbers(QIE | d.one(SRTP, TE, SRTP | TE, 0, TE, SRTP))


def root_pointer(d):
    good = ROOT_TABLE | RTT_SCALABLE
    return "rtaddr", numbers(d.one(good, good, ROOT_TABLE, good | d.bit(0), 0x8000000 | RTT_SCALABLE))


def read(d):
    return "rd", numbers(d.any(READ_REGISTERS))


def new(d):
    first_level = d.chance(45)
    options = FIRST_LEVEL if first_level or d.chance(20) else SECOND_LEVEL
    options += d.one("", "", ";caching-mode=on")
    rights = READ_WRITE | USER if first_level else READ_WRITE
    rows = [vtd.stores([(ROOT_TABLE, vtd.CONTEXT_TABLE | PRESENT), (ROOT_TABLE + 8, vtd.CONTEXT_TABLE + 0x1000 | PRESENT)])]
    for at, device in enumerate(("d0", "d2")):
        rows.append(vtd.stores([(CONTEXTS[device] + 8, 0), (CONTEXTS[device], DIRECTORIES[at] | PRESENT),
                                (DIRECTORIES[at], PASID_TABLES[at] | PRESENT)]))
        rows.append(stores_entry(PASID_TABLES[at], entry_words(TABLE_SETS[at], at + 1, first_level)))
    rows.append(vtd.stores([pair for tables in TABLE_SETS[:2] for pair in vtd.chain(tables, rights)]))
    rows += [table_entry(d, first_level) for _ in range(3)]
    rows += [("rtaddr", numbers(ROOT_TABLE | RTT_SCALABLE)), ("gcmd", numbers(QIE | SRTP)), ("gcmd", numbers(QIE | TE))]
    while len(rows) < STEPS:
        rows.append(d.pick((90, request), (40, lambda d: table_entry(d, first_level)), (16, lambda d: pasid_entry(d, first_level)),
                           (8, context), (4, directory), (2, root), (26, descriptor), (4, lambda _: ("flush", "")), (3, command),
                           (2, root_pointer), (3, vtd.clear_faults), (2, read)))
    return options, rows


def is_within_48_bits(rows):
    stored = [[int(word, 16) for word in args.split()] for op, args in rows if op == "st"]
    return all(within_48_bits(at, value) == value for words in stored for at, value in zip(words[::2], words[1::2]))


@functools.lru_cache(maxsize=None)
def recorded():
    """The recorded cases of scalable mode: options and rows, those without first-level tables first."""
    cases = {}
    with open(RECORDED, newline="", encoding="ascii") as lines:
        for row in csv.DictReader(lines):
            if "x-scalable-mode=on" in row["options"]:
                cases.setdefault(row["case"], (row["options"], []))[1].append((row["op"], row["args"]))
    ordered = sorted(item for item in cases.items() if is_within_48_bits(item[1][1]))
    return [c for _, c in ordered if "x-flts" not in c[0]], [c for _, c in ordered if "x-flts" in c[0]]


def other_word(d, at, value):
    """Another value in a word of memory."""
    value = d.weighted(
        (50, value ^ d.bit(0)), (25, value ^ d.bit(0, 13)), (5, 0), (3, d.bits(64)), (3, (1 << 64) - 1),
        (7, value & 0xFFF | d.any(ODD_FRAMES)), (7, value & ~(7 << TYPE) | d.below(8) << TYPE))
    return within_48_bits(at, value)


def changed(d, op, args):
    """Another row in the place of a recorded one, and rows for the end of the case."""
    words = args.split()
    if op == "st":
        at = d.below(len(words) // 2) * 2
        words[at + 1] = f"{other_word(d, int(words[at], 16), int(words[at + 1], 16)):#x}"
        return (op, " ".join(words)), probe(d) if d.chance(70) else []
    if op in ("dma", "dmac"):
        kind = d.below(10)
        if kind < 3:
            words[2] = "r" if words[2] == "w" else "w"
        elif kind < 6:
            words[1] = f"{address(d):#x}"
        elif kind < 8:
            words[0] = d.one("d0", "d1", "d2", "d5", "d3", "d4")
        else:
            op = "dma" if op == "dmac" else "dmac"
        return (op, " ".join(words)), []
    if op == "qi" or op == "flush" and d.chance(60):
        return descriptor(d), []
    if op == "rtaddr" and d.chance(50):
        return (op, numbers(int(args, 16) ^ d.bit(0, 40))), []
    if op == "gcmd" and d.chance(50):
        return command(d), []
    return (op, args), []


def mutated(d):
    """A recorded case with some rows changed, and one perhaps twice, away, or in another's place."""
    options, rows = d.any(d.any(recorded()))
    rows = list(rows)
    for _ in range(d.one(1, 1, 2, 3, 4)):
        at = d.below(len(rows))
        rows[at], more = changed(d, *rows[at])
        rows += more
    kind, at, other = d.below(10), d.below(len(rows)), d.below(len(rows))
    if kind < 2:
        rows.insert(other, rows[at])
    elif kind < 3:
        del rows[at]
    elif kind < 4:
        rows[at], rows[other] = rows[other], rows[at]
    if d.chance(30):
        rows.insert(d.below(len(rows) + 1), descriptor(d))
    return options, rows + probe(d) + [request(d, "d0")]


def case(d, number):
    return mutated(d) if number % 2 else new(d)
