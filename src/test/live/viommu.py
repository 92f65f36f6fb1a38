"""Plays recorded rows of a virtual VT-d on a QEMU: viommu.py BINARY FILE."""

import sys

import qtest

UNIT = 0xFED90000
GCMD, GSTS, RTADDR, FSTS, FECTL, FEDATA, FEADDR, IQT, IQA, IRTA, FRCD = 0x18, 0x1C, 0x20, 0x34, 0x38, 0x3C, 0x40, 0x88, 0x90, 0xB8, 0x220
QUEUE, STATUS = qtest.MEMORY - 0x2000, qtest.MEMORY - 0x1000
TABLES = {"A": 0x200000, "B": 0x300000}
IOAPIC = 0xFEC00000
LATER_NAMES = {"x-scalable-mode": "scalable-mode", "x-flts": "fsts"}
DEVICES = (("d0", 0x20, ""), ("d1", 0x23, ""), ("d2", 0x28, ""), ("d5", 0x80, ""), ("d3", 0x100, "r1"), ("d4", 0x308, "b3"))
# kind, name, place, bus, more; secondary and subordinate bus, window
BRIDGES = (("pcie-root-port", "r1", 0x10, "", ",chassis=1", 1, 1, 0xF1000000), ("pcie-root-port", "r2", 0x18, "", ",chassis=2", 2, 3, 0xF2000000),
           ("pcie-pci-bridge", "b3", 0x200, "r2", "", 3, 3, 0xF2000000))


class Player:
    def __init__(self, binary, options, dma):
        words = {"intremap": "on", "aw-bits": "48"}
        words.update(o.split("=") if "=" in o else (o, "on") for o in options.split(";") if o)
        self.wide = words.get("x-scalable-mode") == "on"
        self.first_level = words.get("x-flts") == "on"
        self.machine = qtest.Machine(binary, ["-device", device(binary, words)], DEVICES, BRIDGES, dma)

    def play(self, rows):
        self.machine.restart()
        self.tail = self.waits = 0
        self.words = {}
        self.ask(f"writeq {UNIT + IQA:#x} {QUEUE | (0x800 if self.wide else 0):#x}", f"writel {UNIT + GCMD:#x} 0x4000000")
        self.machine.traced()
        return [" ".join(self.row(op, args.split())) for op, args in rows]

    def ask(self, *commands):
        return self.machine.batch(list(commands))

    def row(self, op, args):
        numbers = [int(a, 16) for a in args if a.startswith("0x")]
        words = getattr(self, "op_" + op)(args, numbers)
        words += events(self.machine.traced())
        fsts, low, high = self.ask(f"readl {UNIT + FSTS:#x}", f"readq {UNIT + FRCD:#x}", f"readq {UNIT + FRCD + 8:#x}")
        words += [f"fsts={fsts & 0xff:#x}", "fr=" + record(low, high)]
        if op == "dmac":
            self.op_fclear(args, [0x11])
        return words

    def op_st(self, args, numbers):
        pairs = list(zip(numbers[::2], numbers[1::2]))
        self.words.update(pairs)
        self.machine.store(*pairs)
        return []

    def register(self, offset, letter, value, shown):
        read = self.ask(f"write{letter} {UNIT + offset:#x} {value:#x}", f"read{letter} {UNIT + offset:#x}")[1]
        return [f"{shown}={read:#x}"] if shown else []

    def op_rtaddr(self, args, numbers):
        return self.register(RTADDR, "q", numbers[0], "")

    def op_irta(self, args, numbers):
        return self.register(IRTA, "q", numbers[0], "irta")

    def op_fectl(self, args, numbers):
        return self.register(FECTL, "l", numbers[0], "fectl")

    def op_gcmd(self, args, numbers):
        return [f"gsts={self.ask(f'writel {UNIT + GCMD:#x} {numbers[0]:#x}', f'readl {UNIT + GSTS:#x}')[1]:#x}"]

    def op_fe(self, args, numbers):
        self.ask(f"writel {UNIT + FEDATA:#x} {numbers[0]:#x}", f"writel {UNIT + FEADDR:#x} {numbers[1]:#x}")
        return []

    def op_fclear(self, args, numbers):
        self.ask(f"writel {UNIT + FRCD + 12:#x} 0x80000000", f"writel {UNIT + FSTS:#x} {numbers[0]:#x}")
        return []

    def op_rd(self, args, numbers):
        return [f"{self.ask(('readl' if numbers[0] % 8 else 'readq') + f' {UNIT + numbers[0]:#x}')[0]:#x}"]

    def put(self, *words):
        size = 4 if self.wide else 2
        at = QUEUE + self.tail * size * 8
        self.machine.store(*((at + 8 * i, words[i] if i < len(words) else 0) for i in range(size)))
        self.tail = (self.tail + 1) % (512 // size)

    def submit(self, *words):
        self.waits += 1
        self.put(*words)
        self.put(0x25 | self.waits << 32, STATUS)
        self.machine.dirty.update(a & ~0xFFF for a in (STATUS, *words[1:2]) if qtest.plain(a))
        entry = 32 if self.wide else 16
        done = self.ask(f"writel {UNIT + IQT:#x} {self.tail * entry:#x}", f"readl {STATUS:#x}")[-1] == self.waits
        if not done:
            # The bad descriptor becomes a harmless one.
            end, self.tail = self.tail, (self.tail - 2) % (4096 // entry)
            self.put(0x25, STATUS)
            self.ask(f"writel {UNIT + FSTS:#x} 0x10")
            self.tail = end
        return ["done" if done else "IQE"]

    def op_qi(self, args, numbers):
        return self.submit(*numbers)

    def op_iec(self, args, numbers):
        return self.submit(0x4 | (numbers[0] & 1) << 4 | numbers[1] << 32 | (numbers[2] & 31) << 27)

    def op_flush(self, args, numbers):
        said = [self.submit(0x11)] + ([self.submit(0x37)] if self.wide else []) + [self.submit(0x12)]
        return ["IQE"] if ["IQE"] in said else ["done"]

    def op_irte(self, args, numbers):
        at = TABLES[args[0]] + 16 * numbers[0]
        self.machine.store((at + 8, numbers[2]), (at, numbers[1]))
        return []

    def op_irtelo(self, args, numbers):
        self.machine.store((TABLES[args[0]] + 16 * numbers[0], numbers[1]))
        return []

    def op_irtehi(self, args, numbers):
        self.machine.store((TABLES[args[0]] + 16 * numbers[0] + 8, numbers[1]))
        return []

    def op_rte(self, args, numbers):
        pin, value = numbers
        for half in (1, 0):
            self.ask(f"writeb {IOAPIC:#x} {0x10 + 2 * pin + half:#x}", f"writel {IOAPIC + 16:#x} {value >> 32 * half & 0xffffffff:#x}")
        return []

    def op_pin(self, args, numbers):
        where = "/machine/q35/ioapic unnamed-gpio-in"
        self.ask(f"set_irq_in {where} {numbers[0]} 1", f"set_irq_in {where} {numbers[0]} 0")
        return self.interrupt()

    def op_msi(self, args, numbers):
        self.machine.message(args[0], numbers[0], numbers[1])
        return self.interrupt()

    def interrupt(self):
        words = ["int=none"]
        traced = self.machine.traced()
        for event, n in traced:
            if event == "vtd_ir_remap_msi":
                asked, _, address, data = n
                dest = address >> 12 & 0xFF | address >> 32 & 0xFFFFFF00
                kind = "remap" if asked & 16 and not address & 16 else "compat"
                words[0] = (f"int={data & 0xff:#x}/d={dest:#x}/dm={address >> 2 & 1}/dlm={data >> 8 & 7}/tm={data >> 15 & 1}"
                            f"/rh={address >> 3 & 1}/{kind}")
        return words + events(traced)

    def op_dma(self, args, numbers):
        device, address, out = args[0], numbers[0], args[2] == "w"
        if out:
            value, traced = self.machine.write(device, address, 8)
        else:
            value, traced = self.machine.read(device, address, 8)
        found = [n for event, n in traced if event == "vtd_dmar_translate"]
        words = ["blocked"]
        if found or not any(event in ("vtd_dmar_fault", "vtd_fault_disabled") for event, _ in traced):
            reached = found[0][1] & ~found[0][2] | address & found[0][2] if found else address
            words = [f"{'ok' if self.moved(device, address, reached, value, out) else 'nodata'}", f"pa={reached:#x}"]
        return words + self.written() + events(traced)

    op_dmac = op_dma

    def moved(self, device, address, reached, value, out):
        if not qtest.plain(reached):
            return False
        if out:
            there = self.ask(f"readq {reached:#x}")[0]
        else:
            self.machine.store((reached, qtest.mark(0)))
            there, value = self.machine.read(device, address, 8)[0], qtest.mark(0)
        # What rows stored is there again.
        self.machine.store(*((a, self.words.get(a, 0)) for a in {reached & ~7, reached + 7 & ~7}))
        return there == value

    def written(self):
        if not self.first_level:
            return []
        places = sorted(a for a, v in self.words.items() if v & 1 and a < 0x1000000 and qtest.plain(a))
        now = self.ask(*(f"readq {a:#x}" for a in places))
        changed = [(a, v) for a, v in zip(places, now) if v != self.words[a]]
        self.words.update(changed)
        return ["wrote=" + ";".join(f"{a:#x}:{v:#x}" for a, v in changed)] if changed else []


def device(binary, options):
    """The unit with its options, as this version calls them."""
    if qtest.major(binary) >= 11:
        options = {LATER_NAMES.get(k, k): v for k, v in options.items()}
    return "intel-iommu," + ",".join(f"{k}={v}" for k, v in options.items())


def events(traced):
    """The messages of the unit itself."""
    return [f"ev={n[1] & 0xff:#x}/d={n[0] >> 12 & 0xff:#x}" for event, n in traced if event == "vtd_irq_generate"]


def record(low, high):
    if not high >> 63:
        return "-"
    reason, sid = high >> 32 & 0xFF, high & 0xFFFF
    if 0x20 <= reason <= 0x2F:
        return f"F{reason:x}@{'-' if reason == 0x25 else hex(low >> 48)}/sid={sid:#x}"
    pasid = f"/pasid={high >> 40 & 0xfffff}" if high >> 31 & 1 else ""
    return f"F{reason:x}@{low & ~0xfff:#x}/sid={sid:#x}/{'r' if high >> 62 & 1 else 'w'}{pasid}"


def latches_late(rows):
    """Whether interrupt remapping is on before a table is latched: a reset leaves the last one, which only a new process has not."""
    commands = [int(r[4], 16) for r in rows if r[3] == "gcmd"]
    first = next((c for c in commands if c & 0x3000000), 0)
    return bool(first & 0x2000000)


def main(binary, path):
    """Fills the column of this version; a case that it cannot be asked, or in which it ended, is n/a."""
    column = "qemu_" + "_".join(qtest.version(binary).split(".")[:2])
    lines = open(path, encoding="ascii")
    header = lines.readline().strip()
    names = header.split(",")
    at, options = names.index(column), names.index("options")
    players = {}

    def play(rows):
        given = rows[0][options]
        try:
            if given in players and latches_late(rows):
                players.pop(given).machine.close()
            if given not in players:
                players[given] = Player(binary, given, dma="may_also" not in names)
            answers = players[given].play([(r[3], r[4]) for r in rows])
        except EOFError as end:
            print(f"{rows[0][1]}: {end}", file=sys.stderr)
            players.pop(given, None)
            answers = ["n/a"] * len(rows)
        for row, answer in zip(rows, answers):
            row[at] = answer
        return rows

    with lines:
        qtest.run(lines, lambda row: row[1], play, header, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
