"""Starts a QEMU with each row's options of its virtual VT-d, and reads the registers: capabilities.py BINARY FILE."""

import subprocess
import sys

import qtest
import viommu

REGISTERS = {"VER": (0x0, "l"), "CAP": (0x8, "q"), "ECAP": (0x10, "q"), "GSTS": (0x1C, "l"), "FSTS": (0x34, "l"), "FECTL": (0x38, "l"),
             "IECTL": (0xA0, "l"), "IRTA": (0xB8, "q")}


def ask(binary, options):
    """The registers at reset, or that it does not start."""
    words = dict(option.split("=") for option in options.split(";"))
    command = [*qtest.command_of(binary), "-S", "-device", viommu.device(binary, words)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    values = []
    try:
        for offset, size in REGISTERS.values():
            process.stdin.write(f"read{size} {viommu.UNIT + offset:#x}\n")
            process.stdin.flush()
            values.append(f"{int(process.stdout.readline().split()[1], 0):#x}")
    except (BrokenPipeError, IndexError):
        values = ["refused"] + [""] * (len(REGISTERS) - 1)
    process.kill()
    process.communicate()
    return values


def main(binary, path):
    """Of the rows those of this version are asked and printed."""
    version = ".".join(qtest.version(binary).split(".")[:2])

    def play(rows):
        return [[*row[:2], *ask(binary, row[1])] for row in rows if row[0] == version]

    with open(path, encoding="ascii") as lines:
        header = lines.readline().strip()
        qtest.run(lines, lambda row: row, play, header, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
