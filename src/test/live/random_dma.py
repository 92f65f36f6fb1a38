"""Random cases of DMA remapping in legacy mode: entries of every level, context entries, invalidations of every sort, faults."""

import vtd
from draw import numbers
from vtd import (CC_INV, CONTEXT_DOMAIN, CONTEXT_TABLE, DOMAIN, DRAIN_READS_AND_WRITES, FAULT_PROCESSING_DISABLE, FUNCTION_MASK,
                 GRANULARITY, INV_WAIT, IOTLB_INV, LEVEL_1, LEVEL_2, LEVEL_3, PAGE_SIZE, PASS_THROUGH, PRESENT, QIE, READ, READ_WRITE,
                 ROOT_TABLE, SOURCE, SOURCES, SRTP, TABLE_SETS, TE, TRANSLATION_TYPE, WRITE)

STEPS = 80
NARROW = "aw-bits=39"
# d0 and d1 are of one domain at first.
DEVICES = ("d0", "d0", "d2", "d2", "d1")
ADDRESSES = (0x1000, 0x2000, 0x3000, 0x4000, 0x5000, 0x6000, 0x200000, 0x203000, 0x400000, 0x40000000, 0x40203000, 0x8000000000,
             0x7FFFFFF000)
# Not canonical, beyond a width, or just below the window of messages.
ODD_ADDRESSES = (0x800000000000, 0x1000000001000, 0x7FFFFFFFF000, 0xFFFF800000001000, 0, 0xFEDFF000, 0xFEF00000)
# IQH is not read: after an error it stands where Moat's does not (docs/explanation/viommu.md).
READ_REGISTERS = (vtd.VER, vtd.CAP, vtd.ECAP, vtd.GCMD, vtd.GSTS, vtd.RTADDR, vtd.CCMD, vtd.FSTS, vtd.FECTL, vtd.FEDATA, vtd.FEADDR,
                  vtd.IQT, vtd.IQA, vtd.ICS, vtd.IECTL, vtd.IEDATA, vtd.IEADDR, vtd.IRTA)
# Leaf entries to where no memory is, memory is read only, or messages go; and of all ones.
ODD_LEAVES = (0, 0x8000003, 0xFEE00003, 0xFFFFF003, 0xF0003, 0xC0001, 0xFEEFC003, 0x38000003, (1 << 64) - 1)


def request(d):
    address = d.any(ADDRESSES) if d.chance(93) else d.one(*ODD_ADDRESSES, d.bit(12))
    return d.one("dmac", "dmac", "dmac", "dma"), f"{d.any(DEVICES)} {numbers(address + 8 * d.below(4))} {d.one('r', 'w')}"


def leaf(d, size=0x1000):
    entry = vtd.frame(d) & -size | d.one(READ_WRITE, READ_WRITE, READ_WRITE, READ_WRITE, READ, WRITE, 0)
    kind = d.below(100)
    if kind < 10:
        entry |= d.bit(2, 12)
    elif kind < 15:
        entry |= d.bit(48)
    elif kind < 20:
        entry = d.one(*ODD_LEAVES, vtd.FRAMES | READ_WRITE | d.bit(27, 52))
    if size > 0x1000:
        entry |= PAGE_SIZE if d.chance(90) else PAGE_SIZE | READ_WRITE
    return entry


def table_entries(d):
    """Addresses and entries, mostly one of the lowest level."""
    tables = d.any(TABLE_SETS)
    level_3, level_2, level_1 = tables + LEVEL_3, tables + LEVEL_2, tables + LEVEL_1
    kind = d.below(100)
    if kind < 70:
        return [(level_1 + 8 * d.one(1, 2, 3, 4, 5, 6, 0, 0x1FF), leaf(d))]
    if kind < 80:
        entry = d.one(leaf(d, 0x200000), level_1 | READ_WRITE, 0, level_1 | READ, level_1 | WRITE, TABLE_SETS[1] + LEVEL_1 | READ_WRITE,
                      level_1 | READ_WRITE | d.bit(2))
        return [(level_2 + 8 * d.below(3), entry)]
    if kind < 86:
        entry = d.one(leaf(d, 0x40000000), PAGE_SIZE | READ_WRITE, level_2 | READ_WRITE, 0, level_2 | READ_WRITE | d.bit(2), 0x40000083)
        return [(level_3 + 8 * d.one(0, 1, 0x1FF), entry)]
    if kind < 90:
        entry = d.one(level_3 | READ_WRITE, level_3 | READ_WRITE, 0, level_3 | READ_WRITE | d.bit(2))
        return [(tables + 8 * d.one(0, 1, 0xFF, 0x100), entry)]
    first = d.between(1, 5)
    return [(level_1 + 8 * first, leaf(d)), (level_1 + 8 * first + 8, leaf(d))]


def entries(d):
    return vtd.stores(table_entries(d))


def context_words(d):
    """A context entry, low and high."""
    tables = d.any(TABLE_SETS)
    low, high = tables | PRESENT, vtd.ADDRESS_WIDTH_48 | d.one(1, 2, 3, 1) << CONTEXT_DOMAIN
    kind = d.below(100)
    if kind < 12:
        low |= PASS_THROUGH
    elif kind < 20:
        low |= d.one(FAULT_PROCESSING_DISABLE, 1 << TRANSLATION_TYPE, 3 << TRANSLATION_TYPE,
                     FAULT_PROCESSING_DISABLE | 1 << TRANSLATION_TYPE, FAULT_PROCESSING_DISABLE | PASS_THROUGH)
    elif kind < 25:
        low &= ~PRESENT
    elif kind < 33:
        high = high & ~7 | d.one(0, 1, 1, 3, 4, 5, 7)
    elif kind < 38:
        low |= d.bit(4)
    elif kind < 43:
        high |= d.bit(3)
    elif kind < 45:
        low = d.bits(64)
    elif kind < 50:
        low, high = tables + LEVEL_3 | PRESENT, high & ~7 | vtd.ADDRESS_WIDTH_39
    return low, high


def context(d):
    at = CONTEXT_TABLE + 16 * SOURCES[d.any(DEVICES)]
    low, high = context_words(d)
    return vtd.stores([(at + 8, high), (at, low)])


def root(d):
    entry = d.one(CONTEXT_TABLE | PRESENT, CONTEXT_TABLE | PRESENT, 0, CONTEXT_TABLE | 3, CONTEXT_TABLE | PRESENT | d.bit(1))
    return vtd.stores([(ROOT_TABLE, entry)])


def invalidate_iotlb(d):
    low = IOTLB_INV | d.one(1, 2, 3, 3, 3, 3) << GRANULARITY | d.one(1, 2, 3, 1, 2, 0, 1) << DOMAIN | d.one(0, 0, DRAIN_READS_AND_WRITES)
    # The mask, and the hint 0x40.
    high = d.any(ADDRESSES) | d.one(0, 0, 0, 1, 2, 9, 18, 19, 63, 0x40, 0x41)
    low |= d.bit(6) if d.chance(8) else 0
    high |= d.bit(7, 12) if d.chance(4) else 0
    return [low, high]


def invalidate_context(d):
    low = CC_INV | d.one(1, 2, 3, 3) << GRANULARITY | d.one(1, 2, 3, 0) << DOMAIN
    low |= d.one(0x20, 0x28, 0x23, 0x2B, 0x120) << SOURCE | d.one(0, 0, 0, 1, 2, 3) << FUNCTION_MASK
    low |= d.bit(6) if d.chance(7) else 0
    return [low, d.bit(0) if d.chance(5) else 0]


def other_descriptor(d):
    kind = d.one(0, vtd.DEV_TLB_INV, vtd.IEC_INV, INV_WAIT, vtd.P_IOTLB_INV, vtd.PC_INV, vtd.P_DEV_TLB_INV, 9, 10, 15)
    if kind == INV_WAIT:
        return vtd.wait(d)
    low = kind | d.bits(2) << GRANULARITY | (d.bits(32) << 32 if d.chance(30) else 0)
    low |= d.one(0x20, 0x28) << SOURCE if kind == vtd.DEV_TLB_INV else 0
    return [low, d.one(0, 0, 0x1000, 0x1001)]


def descriptor(d):
    return "qi", numbers(*d.pick((60, invalidate_iotlb), (30, invalidate_context), (10, other_descriptor)))


def command(d):
    return "gcmd", numbers(QIE | d.one(SRTP, SRTP, TE, TE, TE, TE | SRTP, 0))


def root_pointer(d):
    return "rtaddr", numbers(d.one(ROOT_TABLE, ROOT_TABLE, 0x108000, ROOT_TABLE | d.bit(1, 12), 0x8000000))


def read(d):
    return "rd", numbers(d.any(READ_REGISTERS))


def event_control(d):
    return "fectl", numbers(d.one(0, vtd.IM))


def case(d, number):
    options = d.one("caching-mode=on", "caching-mode=off", "caching-mode=off", NARROW)
    narrow = options == NARROW
    rows = [vtd.stores([(ROOT_TABLE, CONTEXT_TABLE | PRESENT)])]
    for device, tables, domain in (("d0", TABLE_SETS[0], 1), ("d2", TABLE_SETS[1], 2), ("d1", TABLE_SETS[0], 1)):
        at = CONTEXT_TABLE + 16 * SOURCES[device]
        width = vtd.ADDRESS_WIDTH_39 if narrow else vtd.ADDRESS_WIDTH_48
        rows.append(vtd.stores([(at + 8, domain << CONTEXT_DOMAIN | width), (at, (tables + LEVEL_3 if narrow else tables) | PRESENT)]))
    rows.append(vtd.stores([pair for tables in TABLE_SETS for pair in vtd.chain(tables, READ_WRITE)]))
    rows += [entries(d) for _ in range(4)]
    rows += [("rtaddr", numbers(ROOT_TABLE)), ("gcmd", numbers(QIE | SRTP)), ("gcmd", numbers(QIE | TE))]
    while len(rows) < STEPS:
        rows.append(d.pick((90, request), (40, entries), (16, context), (34, descriptor), (4, lambda _: ("flush", "")), (6, command),
                           (2, root_pointer), (5, vtd.clear_faults), (1, root), (1, read), (1, vtd.fault_event), (1, event_control)))
    return options, rows
