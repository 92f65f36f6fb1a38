"""
Random cases of a shadow, beside a virtual device: every other one is made anew, the others are recorded ones with other bits, rows and
order.
"""

import csv
import functools
import pathlib

import random_dma
import vtd
from draw import numbers
from vtd import (CC_INV, CONTEXT_DOMAIN, CONTEXT_TABLE, DOMAIN, FUNCTION_MASK, GRANULARITY, PRESENT, QIE, READ_WRITE, ROOT_TABLE, SOURCE,
                 SRTP, TABLE_SETS, TE)

STEPS = 45
RECORDED = pathlib.Path(__file__).parents[1] / "resources" / "viommu-oracle" / "shadow.csv"
VIRTUAL, PASSED_THROUGH, NOBODY = 0x20, 0x40, 0x28


def context(d):
    device = d.one(VIRTUAL, PASSED_THROUGH, PASSED_THROUGH, PASSED_THROUGH)
    low, high = random_dma.context_words(d)
    pairs = []
    for sid in (device, VIRTUAL + PASSED_THROUGH - device) if d.chance(40) else (device,):
        at = CONTEXT_TABLE + 16 * sid
        pairs += [(at + 8, high), (at, low)]
    return vtd.stores(pairs)


def invalidate_context(d):
    low = CC_INV | d.one(1, 2, 3, 3, 3) << GRANULARITY | d.one(1, 2, 3, 0) << DOMAIN | d.one(0, 0, 0, 1, 2, 3) << FUNCTION_MASK
    low |= d.one(VIRTUAL, PASSED_THROUGH, PASSED_THROUGH, PASSED_THROUGH, NOBODY, PASSED_THROUGH | 1, PASSED_THROUGH | 8) << SOURCE
    low |= d.bit(6) if d.chance(4) else 0
    return [low, d.bit(0) if d.chance(2) else 0]


def descriptor(d):
    return "qi", numbers(*d.pick((60, random_dma.invalidate_iotlb), (30, invalidate_context), (5, random_dma.other_descriptor)))


def request(d):
    address = d.any(random_dma.ADDRESSES) if d.chance(93) else d.one(*random_dma.ODD_ADDRESSES, d.bit(12))
    return d.one("dmac", "dmac", "dmac", "dma"), f"d0 {numbers(address + 8 * d.below(4))} {d.one('r', 'w')}"


def row(d):
    return d.pick((50, request), (40, random_dma.entries), (14, context), (50, descriptor), (4, flush), (8, random_dma.command),
                  (2, random_dma.root_pointer), (3, vtd.clear_faults), (2, random_dma.root))


def flush(d):
    return "flush", ""


def made(d):
    rows = [vtd.stores([(ROOT_TABLE, CONTEXT_TABLE | PRESENT)])]
    for sid, tables, domain in ((VIRTUAL, TABLE_SETS[0], 1), (PASSED_THROUGH, d.one(*TABLE_SETS[:2]), d.one(1, 1, 2))):
        at = CONTEXT_TABLE + 16 * sid
        rows.append(vtd.stores([(at + 8, domain << CONTEXT_DOMAIN | vtd.ADDRESS_WIDTH_48), (at, tables | PRESENT)]))
    rows.append(vtd.stores([pair for tables in TABLE_SETS for pair in vtd.chain(tables, READ_WRITE)]))
    rows += [random_dma.entries(d) for _ in range(4)]
    if d.chance(80):
        rows += [("rtaddr", numbers(ROOT_TABLE)), ("gcmd", numbers(QIE | SRTP)), ("gcmd", numbers(QIE | TE))]
    while len(rows) < STEPS:
        rows.append(row(d))
    return rows


@functools.cache
def recorded():
    cases = {}
    with open(RECORDED, encoding="ascii") as lines:
        for line in csv.DictReader(lines):
            cases.setdefault(line["case"], []).append((line["op"], line["args"]))
    return [cases[name] for name in sorted(cases)]


def with_another_bit(d, stores):
    words = [int(word, 16) for word in stores.split()]
    words[d.below(len(words) // 2) * 2 + 1] ^= d.one(d.bit(0), d.bit(0, 13), 1, 2, 3)
    return "st", numbers(*words)


def changed(d):
    rows = list(d.any(recorded()))
    for _ in range(d.one(1, 1, 2, 3, 5)):
        at, other, kind = d.below(len(rows)), d.below(len(rows)), d.below(10)
        if kind < 4:
            rows.insert(at, row(d))
        elif kind < 6 and rows[at][0] == "st":
            rows[at] = with_another_bit(d, rows[at][1])
        elif kind < 7:
            rows[at] = row(d)
        elif kind < 8:
            rows.insert(other, rows[at])
        else:
            rows[at], rows[other] = rows[other], rows[at]
    return rows + [descriptor(d), request(d), descriptor(d), request(d), ("flush", ""), request(d)]


def case(d, number):
    return changed(d) if number % 2 else made(d)
