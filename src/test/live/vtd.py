"""Words of VT-d that random rows are made of, as the specification calls them, and where rows have their tables."""

from draw import numbers

# Registers.
VER, CAP, ECAP, GCMD, GSTS, RTADDR, CCMD = 0x0, 0x8, 0x10, 0x18, 0x1C, 0x20, 0x28
FSTS, FECTL, FEDATA, FEADDR, FEUADDR, FRCD_LOW, FRCD_HIGH = 0x34, 0x38, 0x3C, 0x40, 0x44, 0x220, 0x228
IQT, IQA, RESERVED_BEFORE_ICS, ICS, IECTL, IEDATA, IEADDR, IEUADDR, IQERCD = 0x88, 0x90, 0x98, 0x9C, 0xA0, 0xA4, 0xA8, 0xAC, 0xB0
IRTA, PRS, PEADDR = 0xB8, 0xDC, 0xE8

# Global commands.
TE, SRTP, SFL, EAFL, QIE, IRE, SIRTP, CFI = (1 << at for at in (31, 30, 29, 28, 26, 25, 24, 23))
# Fault status: overflow, a pending fault, an error of the queue; fault event control: mask, pending.
PFO, PPF, IQE = 1, 2, 0x10
IM, IP = 1 << 31, 1 << 30

# Root pointer: scalable mode.
RTT_SCALABLE = 0x400

# Descriptors of the queue, and their fields.
(CC_INV, IOTLB_INV, DEV_TLB_INV, IEC_INV, INV_WAIT, P_IOTLB_INV, PC_INV, P_DEV_TLB_INV) = range(1, 9)
GRANULARITY, DOMAIN, SOURCE, FUNCTION_MASK, PASID = 4, 16, 32, 48, 32
DRAIN_READS_AND_WRITES = 0xC0
WAIT_INTERRUPT, WAIT_STATUS, WAIT_FENCE, WAIT_DATA = 0x10, 0x20, 0x40, 32

# Entries of root, context, PASID and page tables.
PRESENT = 1
READ, WRITE, USER, PAGE_SIZE = 1, 2, 4, 0x80
READ_WRITE = READ | WRITE
FAULT_PROCESSING_DISABLE = 2
TRANSLATION_TYPE = 2  # of a legacy context entry
PASS_THROUGH = 2 << TRANSLATION_TYPE
ADDRESS_WIDTH_39, ADDRESS_WIDTH_48 = 1, 2
CONTEXT_DOMAIN = 8

# Where rows have them. A table set has a table of each level, 4 KiB apart.
ROOT_TABLE, CONTEXT_TABLE = 0x100000, 0x101000
TABLE_SETS = (0x400000, 0x410000, 0x420000)
LEVEL_3, LEVEL_2, LEVEL_1 = 0x1000, 0x2000, 0x3000
STATUS_AT = 0x500000
FRAMES = 0x1000000
SOURCES = {"d0": 0x20, "d1": 0x23, "d2": 0x28, "d3": 0x100, "d4": 0x300, "d5": 0x80}


def stores(pairs):
    return "st", " ".join(numbers(*pair) for pair in pairs)


def chain(tables, rights):
    """Tables of four levels, each the first entry of the one above."""
    levels = [tables, tables + LEVEL_3, tables + LEVEL_2, tables + LEVEL_1]
    return [(above, below | rights) for above, below in zip(levels, levels[1:])]


def frame(d):
    return FRAMES + 0x1000 * d.below(16)


def wait(d):
    """A wait descriptor: a fence, one with a status, or one with an interrupt."""
    what = d.one(WAIT_INTERRUPT, WAIT_STATUS, WAIT_FENCE, WAIT_INTERRUPT | WAIT_FENCE, WAIT_STATUS | WAIT_FENCE)
    return [INV_WAIT | what | d.bits(32) << WAIT_DATA, d.one(STATUS_AT, STATUS_AT + 4)]


def fault_event(d, vectors=0x100):
    """Where the unit's own messages go: to a processor that is not there, as the one that is there has to stay halted."""
    return "fe", numbers(d.below(vectors), 0xFEE00000 | d.between(1, 255) << 12)


def clear_faults(d):
    return "fclear", numbers(d.one(0, PFO, PFO | IQE, IQE))
