"""Random cases of registers: reads and writes, faults that overflow and are cleared, the unit's own events, a queue that wraps."""

import vtd
from draw import numbers
from vtd import CONTEXT_TABLE, IM, IP, IRE, PRESENT, QIE, ROOT_TABLE, RTT_SCALABLE, SFL, SIRTP, SRTP, TE

STEPS = 44
# More than a queue of 4 KiB has.
MANY = 300
# IQH, IQT and IQA depend on errors of the queue, which docs/explanation/viommu.md has open.
READ = (vtd.VER, vtd.CAP, vtd.ECAP, vtd.GCMD, vtd.GSTS, vtd.RTADDR, vtd.CCMD, vtd.FSTS, vtd.FECTL, vtd.FEDATA, vtd.FEADDR, vtd.FEUADDR,
        vtd.RESERVED_BEFORE_ICS, vtd.ICS, vtd.IECTL, vtd.IEDATA, vtd.IEADDR, vtd.IRTA, vtd.FRCD_LOW, vtd.FRCD_HIGH)
FLUSH_CONTEXTS = (vtd.CC_INV | 1 << vtd.GRANULARITY,)
FLUSH_PAGE = (vtd.IOTLB_INV | 3 << vtd.GRANULARITY | 1 << vtd.DOMAIN, 0x1000)


def request(d):
    """A fault, as no device has a context entry."""
    return d.one("dma", "dmac"), f"{d.one('d0', 'd1', 'd2', 'd5')} {numbers(0x1000 * d.below(8))} {d.one('r', 'w')}"


def clear(d):
    return "fclear", numbers(d.one(0, vtd.PFO, vtd.PPF, vtd.PFO | vtd.PPF, vtd.IQE, vtd.PFO | vtd.IQE, 0xFF))


def event_control(d):
    return "fectl", numbers(d.one(0, IM, IP, 0xFFFFFFFF))


def event(d):
    return vtd.fault_event(d, 0x10000)


def command(d):
    return "gcmd", numbers(QIE | d.one(SRTP, TE, 0, TE | SFL, TE | SIRTP, TE | IRE))


def table(d):
    return "irta", numbers(d.bits(d.one(12, 28, 40, 64)))


def read(d):
    return "rd", numbers(d.any(READ))


def case(d, number):
    scalable = number % 2 == 1
    rows = [vtd.stores([(ROOT_TABLE, CONTEXT_TABLE | PRESENT)]), ("rtaddr", numbers(ROOT_TABLE | (RTT_SCALABLE if scalable else 0))),
            ("gcmd", numbers(QIE | SRTP)), ("gcmd", numbers(QIE | TE))]
    if number % 3 == 0:
        rows += [("fe", numbers(0x41, 0xFEE01000)), ("fectl", "0x0")]
    while len(rows) < STEPS:
        rows.append(d.pick((35, request), (15, clear), (10, event_control), (5, event), (10, command), (5, table), (20, read)))
    if number % 10 == 0:
        rows += [("qi", numbers(*(FLUSH_CONTEXTS if at % 2 else FLUSH_PAGE))) for at in range(MANY)]
    return "x-scalable-mode=on" if scalable else "caching-mode=off", rows
