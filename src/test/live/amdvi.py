"""Plays recorded rows of a virtual AMD-Vi unit on a QEMU: amdvi.py BINARY FILE."""

import sys

import qtest

UNIT = 0xFED80000
HEAD, TAIL, LOG_TAIL, STATUS = 0x2000, 0x2008, 0x2018, 0x2020
EVENT_LOG_INT = 2
DEVICES = (("20", 0x20, ""), ("28", 0x28, ""), ("80", 0x80, ""))
STAMP = 0xD << 60
# Pages whose words hold their own address, and others in which writes are looked for.
STAMPED = [(0x1000, 0xC000), (0x200000, 0x208000), (0x1000000, 0x1040000)]
WATCHED = [*STAMPED, (0, 0x1000), (0x400000, 0x410000), (0x600000, 0x604000)]


def within(address, ranges):
    return any(a <= address < b for a, b in ranges)


def stamp(address):
    return STAMP | address if within(address, STAMPED) else 0


def shown(value):
    if value == 0:
        return "-"
    return f"{value ^ STAMP:x}" if value >> 60 == 0xD else f"{value:x}"


class Player:
    def __init__(self, binary):
        unit = "amd-iommu,intremap=off" + (",dma-remap=on" if qtest.major(binary) >= 11 else "")
        self.binary, self.options = binary, ["-device", unit]
        self.machine = None

    def play(self, rows):
        """A process for each case: not all that a unit remembers is forgotten at a reset."""
        if self.machine:
            self.machine.close()
        self.machine = qtest.Machine(self.binary, self.options, DEVICES)
        self.words = {}
        for start, end in STAMPED:
            for page in range(start, end, 0x1000):
                words = b"".join(stamp(a).to_bytes(8, "little") for a in range(page, page + 0x1000, 8))
                self.machine.batch([f"write {page:#x} 0x1000 0x{words.hex()}"])
        self.tail = self.base = self.size = self.log = self.log_size = self.logged = 0
        for row in rows:
            row[8] = getattr(self, "op_" + row[3])(row[4], row[5], row[6], row[7])
            head, tail, status = (self.register(o) for o in (HEAD, LOG_TAIL, STATUS))
            row[9], self.logged = self.events(tail), tail
            row[10:13] = f"{head:x}", f"{tail:x}", f"{status:x}"
        return rows

    def register(self, offset):
        return self.machine.batch([f"readq {UNIT + offset:#x}"])[0]

    def events(self, tail):
        """The log's entries up to there, equal ones that follow one another counted."""
        entries = []
        while self.logged != tail and self.log_size:
            low, high = self.machine.batch([f"readq {self.log + self.logged + i:#x}" for i in (0, 8)])
            entries.append(f"{low & 0xffffffff:08x}.{low >> 32:08x}.{high & 0xffffffff:08x}.{high >> 32:08x}")
            self.logged = (self.logged + 16) % self.log_size
        runs = []
        for entry in entries:
            if runs and runs[-1][1] == entry:
                runs[-1][0] += 1
            else:
                runs.append([1, entry])
        return ";".join((f"{n}*" if n > 1 else "") + entry for n, entry in runs)

    def op_reg(self, dev, addr, length, value):
        for pair in value.split(";"):
            offset, number = (int(n, 16) for n in pair.split("="))
            # Where the interrupt of the log is pending, it stays where it is.
            stays = self.register(STATUS) & EVENT_LOG_INT
            self.machine.batch([f"writeq {UNIT + offset:#x} {number:#x}"])
            base, size = number & 0xFFFFFFFFFF000, 16 << (number >> 56 & 15)
            if offset == 0x8:
                self.base, self.size, self.tail = base, size, 0
            elif offset == 0x10 and not stays:
                self.log, self.log_size, self.logged = base, size, self.register(LOG_TAIL)
            elif offset == TAIL:
                self.tail = number
        return ""

    op_boot = op_reg

    def op_mem(self, dev, addr, length, value):
        pairs = [tuple(int(n, 16) for n in pair.split("=")) for pair in value.split(";")]
        self.words.update(pairs)
        self.machine.store(*pairs)
        return ""

    def op_cmd(self, dev, addr, length, value):
        words = [int(n, 16) for n in value.split()]
        self.machine.store(*((self.base + self.tail + 8 * i, word) for i, word in enumerate(words)))
        self.tail = (self.tail + 16) % self.size
        self.machine.batch([f"writeq {UNIT + TAIL:#x} {self.tail:#x}"])
        return ""

    def op_dr(self, dev, addr, length, value):
        count = int(length)
        value, _ = self.machine.read(dev, int(addr, 16), count)
        return "+".join(shown(value >> 8 * at & (1 << 8 * min(8, count - at)) - 1) for at in range(0, count, 8))

    def op_dw(self, dev, addr, length, value):
        address = int(addr, 16)
        value, traced = self.machine.write(dev, address, int(length))
        found = [n[-1] for event, n in traced if event == "amdvi_translation_result"]
        # How large the page is, is not traced.
        masks = [(1 << bits) - 1 for bits in range(12, 52)]
        places = [*{base & ~mask | address & mask: None for base in found for mask in masks}, address]
        for place in places:
            if within(place, WATCHED):
                word = place & ~7
                there = self.machine.batch([f"readq {word:#x}"])[0] >> 8 * (place & 7) & (1 << 8 * int(length)) - 1
                self.machine.store((word, self.words.get(word, stamp(word))))
                if there == value:
                    return f"{place:x}"
        return "-"

    def op_rreg(self, dev, addr, length, value):
        return f"{self.register(int(addr, 16)):x}"

    def op_rmem(self, dev, addr, length, value):
        return f"{self.machine.batch([f'readq {int(addr, 16):#x}'])[0]:x}"


def main(binary, path):
    """Of the rows those of this version are asked and printed."""
    player = Player(binary)
    version = qtest.version(binary)
    with open(path, encoding="ascii") as lines:
        header = lines.readline().strip()
        qtest.run(lines, lambda row: row[:2], lambda rows: player.play(rows) if rows[0][0] == version else [], header, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
