"""Random cases of interrupt remapping: entries, messages in both formats, the entry cache, the IOAPIC, the unit's own events."""

from draw import numbers
from vtd import CFI, EAFL, IEC_INV, INV_WAIT, IM, IP, IRE, QIE, SFL, SIRTP, SOURCES, SRTP, TE

OPTIONS = ""
STEPS = 100
USED = 6  # entries that most rows are about

# The interrupt remapping table entry.
P, FPD, DM, RH, TM, POSTED = 1, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 15
DLM, AVAIL, VECTOR, DST, DST_XAPIC = 5, 8, 16, 32, 40
SQ, SVT, BUS_START = 16, 18, 8
VERIFY_BUS = 2

# The address of a message.
WINDOW, HANDLE, HANDLE_15, SHV, REMAPPABLE = 0xFEE00000, 5, 2, 1 << 3, 1 << 4

# An entry of the IOAPIC.
RTE_DLM, RTE_LOGICAL, RTE_MASKED, RTE_REMAPPABLE, RTE_INDEX, RTE_DESTINATION = 8, 0x800, 0x10000, 1 << 48, 49, 56
# Not 7: where its vector comes from is not modelled (docs/explanation/viommu.md).
RTE_MODES = (0, 0, 1, 2, 4, 5)

TABLE = 0x200000
EXTENDED, SIZE_16, SIZE_256, SIZE_65536 = 0x800, 3, 7, 15


def entry(d):
    if d.chance(3):
        return d.bits(64), d.any(tuple(SOURCES.values()))
    low = P if d.chance(95) else 0
    low |= FPD if d.chance(10) else 0
    low |= d.one(0, 0, DM) | d.one(0, 0, RH) | d.one(0, 0, TM)
    low |= (0 if d.chance(30) else d.below(8)) << DLM
    low |= POSTED if d.chance(5) else 0
    low |= d.bit(12) if d.chance(15) else 0
    low |= d.bits(4) << AVAIL if d.chance(5) else 0
    low |= d.between(0x10, 0x100) << VECTOR
    low |= d.bits(32) << DST if d.chance(15) else d.below(256) << DST_XAPIC
    kind = d.one(0, 0, 1, 1, 1, 2, 3)
    source = d.any(tuple(SOURCES.values()))
    if kind == VERIFY_BUS and d.chance(80):
        # The start bus is the high half; in some the range is empty.
        source = d.one(0, 0, 1, 3) << BUS_START | d.one(0, 1, 3, 5)
    high = source | d.below(4) << SQ | kind << SVT
    high |= d.bit(20) if d.chance(10) else 0
    return low, high


def index(d):
    if d.chance(30):
        return d.one(*range(12), 15, 16, 31, 32, 0xFFFF, d.bits(16))
    return d.below(USED)


def store(d):
    at, (low, high) = index(d), entry(d)
    table = d.one("A", "A", "A", "A", "B")
    return d.weighted(
        (8, ("irte", f"{table} {numbers(at, low, high)}")),
        (1, ("irtelo", f"{table} {numbers(at, low)}")),
        (1, ("irtehi", f"{table} {numbers(at, high)}")),
    )


def message(d):
    handle = d.bits(16) if d.chance(2) else d.one(*range(12), 0, 1, 2, 3, 0, 1, 2, 3, 4)
    address = WINDOW | (handle & 0x7FFF) << HANDLE | handle >> 15 << HANDLE_15 | d.one(0, 0, SHV)
    address |= REMAPPABLE if d.chance(89) else 0
    # Also to places outside of the window.
    address ^= d.bit(2, 20) if d.chance(5) else 0
    address ^= d.bit(20) if d.chance(4) else 0
    data = d.one(0, 0, 0, 1, 2, 3, d.bits(16), 0x41)
    return "msi", f"{d.any(tuple(SOURCES))} {numbers(address, data)}"


def invalidate(d):
    """A descriptor with its fields as they should be."""
    return "iec", numbers(d.below(2), d.one(d.below(12), d.bits(16)), d.one(0, 0, 1, 2, 4, 31, d.below(32)))


def descriptor(d):
    """Any descriptor."""
    low, high = IEC_INV | d.bits(1) << 4 | d.below(16) << 32, 0
    kind = d.below(10)
    if kind < 4:
        low |= d.bit(5)
    elif kind == 4:
        high = d.bit(0)
    elif kind == 5:
        low = d.below(16) | d.bits(4) << 9
    elif kind == 6:
        low = INV_WAIT | d.one(0x10, 0x20, 0x40, 0x60, 0x100, 0) | d.bits(32) << 32
        high = d.one(0x500000, 0x500004, 0x500001, 0, 0x500008)
    return "qi", numbers(low, high)


def table(d):
    return "irta", numbers(d.one(
        TABLE | SIZE_256, TABLE | SIZE_16, TABLE, TABLE | SIZE_65536, 0x300000 | SIZE_256, TABLE | EXTENDED | SIZE_256,
        0x300000 | EXTENDED | SIZE_16, TABLE | 0xFFF, 0x207000 | SIZE_256, 0x8000000 | SIZE_256, 0x7FF0000 | SIZE_65536,
        TABLE | SIZE_256 | d.bit(4), TABLE | 0x10 | SIZE_256))


def command(d):
    bits = d.one(SIRTP, IRE, IRE, IRE | SIRTP, 0, IRE | CFI, IRE | SIRTP | CFI, SIRTP | CFI, CFI, IRE | EAFL, IRE | SFL, IRE | SRTP,
                 IRE | TE, IRE | d.bit(0, 32))
    return "gcmd", numbers(QIE | bits)


def clear(d):
    return "fclear", numbers(d.one(0, 1, 0x10, 0x11, 1, 3, 0xFF, 2))


def event(d):
    data = d.between(0x20, 0x100) | d.one(0, 0, 0, 0x100, 0x4000, d.bit(0, 32))
    return "fe", numbers(data, WINDOW | d.below(256) << 12 | d.one(0, 0, 4, 8, 3, 16))


def event_control(d):
    return "fectl", numbers(d.one(0, IM, IP, IM | IP, d.bits(32)))


def redirection(d):
    vector = d.between(0x20, 0xFF)
    if d.chance(50):
        value = vector | RTE_REMAPPABLE | d.below(12) << RTE_INDEX | d.one(0, RTE_LOGICAL)
    else:
        value = vector | d.any(RTE_MODES) << RTE_DLM | d.one(0, RTE_LOGICAL) | d.below(256) << RTE_DESTINATION
    value |= RTE_MASKED if d.chance(20) else 0
    return "rte", numbers(d.between(3, 8), value)


def pin(d):
    return "pin", numbers(d.between(3, 8))


def case(d, number):
    rows = []
    if d.chance(85):
        rows += [("irta", numbers(TABLE | d.one(SIZE_256, SIZE_256, SIZE_16, SIZE_65536, EXTENDED | SIZE_256))),
                 ("gcmd", numbers(QIE | SIRTP)), ("gcmd", numbers(QIE | IRE))]
    while len(rows) < STEPS:
        rows.append(d.pick((45, message), (20, store), (5, invalidate), (4, descriptor), (5, table), (7, command), (6, clear), (2, event),
                           (3, event_control), (2, redirection), (2, pin)))
    return OPTIONS, rows
