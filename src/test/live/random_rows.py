"""
Prints random rows without answers: random_rows.py BINARY KIND SEED CASES. A seed has the same rows for every version, but that rows
of two kinds of files carry the version that is asked; a case depends on the seed and its number alone.
"""

import signal
import sys

import qtest
import random_amdvi
import random_dma
import random_interrupts
import random_options
import random_registers
import random_scalable
import random_shadow
from draw import Draw

VTD = {"interrupts": random_interrupts, "dma": random_dma, "scalable": random_scalable, "registers": random_registers}
ANSWERS = ["qemu_7_2", "qemu_10_0", "qemu_11_1", "vtd"]
# The first lines of the files, by kind.
OF_VTD = ["suite", "case", "step", "op", "args", "options", *ANSWERS]
OF_SHADOW = ["suite", "case", "step", "op", "args", "qemu_11_1", "notes"]
OF_OPTIONS = ["qemu", "options", "VER", "CAP", "ECAP", "GSTS", "FSTS", "FECTL", "IECTL", "IRTA"]
OF_AMDVI = "qemu case step op dev addr len val obs events cmdhead evttail status spec spec_ev why note".split()


def of_vtd(kind, seed, cases):
    header = OF_VTD + (["may_also"] if kind == "interrupts" else []) + ["deviations"]
    yield header
    for number in range(cases):
        options, rows = VTD[kind].case(Draw(kind, seed, number), number)
        for step, (op, args) in enumerate(rows):
            yield ["random", f"{kind}/{seed}-{number}", step, op, args, options] + [""] * (len(header) - 6)


def of_shadow(_, seed, cases):
    yield OF_SHADOW
    for number in range(cases):
        for step, (op, args) in enumerate(random_shadow.case(Draw("shadow", seed, number), number)):
            yield ["random", f"shadow/{seed}-{number}", step, op, args, "", ""]


def of_amdvi(version, seed, cases):
    yield OF_AMDVI
    for number in range(cases):
        for step, row in enumerate(random_amdvi.case(Draw("amdvi", seed, number), number)):
            yield [version, f"random/{seed}-{number}", step, *row, "", "", 0, 0, 0, "", "", "", ""]


def of_options(version, seed, cases):
    yield OF_OPTIONS
    short = ".".join(version.split(".")[:2])
    for number in range(cases):
        yield [short, random_options.case(Draw("options", seed, number), number)] + [""] * (len(OF_OPTIONS) - 2)


def main(binary, kind, seed, cases):
    seed, cases = int(seed), int(cases)
    if kind in VTD:
        rows = of_vtd(kind, seed, cases)
    else:
        rows = {"amdvi": of_amdvi, "options": of_options, "shadow": of_shadow}[kind](qtest.version(binary), seed, cases)
    # Whoever asks the rows says himself why he ends.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for row in rows:
        print(*row, sep=",")


if __name__ == "__main__":
    main(*sys.argv[1:])
