"""A QEMU without guest code, asked through its qtest protocol: the machine that rows of both kinds are played on."""

import atexit
import re
import signal
import subprocess
import sys
import tempfile
import time

MEMORY = 128 << 20
# Between them is memory that is read only.
PLAIN = ((0, 0xC0000), (0x100000, MEMORY))
BUFFER = 0x40000  # where an edu device's DMA sees its own buffer of 4096 bytes
READ_AT = 0xC00  # the part of the buffer that reads fill; before it there are marks for writes
MARKS = READ_AT // 8
# Interrupt messages: what is written there is traced and never translated. To a processor that is not there: what is read may be an
# NMI's message, and the one that is there has to stay halted.
WINDOW = 0xFEE7F000
BATCH = 400
PATIENCE = 30  # seconds for a DMA that is under way; on a busy machine it may take one
HALT = b"\xf4"
EVENTS = (
    "vtd_dmar_translate vtd_dmar_fault vtd_fault_disabled vtd_ir_remap_msi vtd_ir_remap_msi_req vtd_irq_generate "
    "amdvi_translation_result amdvi_mem_ir_write_req"
).split()


def mark(slot):
    """A number that no row stores; its second byte is 0, so that as a message it is an interrupt of the usual sort."""
    return 0xE5A7C30000000021 | slot << 32 | slot << 16


class Machine:
    """
    One process. Devices are (name, bus/device/function as a number, PCI bus or ''), all of them edu. Their DMA takes 100 ms of the
    guest's time, which passes at once while its CPU stands still; without DMA the CPU is not even started.
    """

    def __init__(self, binary, options, devices, bridges=(), dma=True):
        self.dma = dma
        self.devices = {name: bdf for name, bdf, _ in devices}
        self.bridges = bridges
        self.traces = tempfile.NamedTemporaryFile(prefix="qtest-", mode="rb")
        self.halted = tempfile.NamedTemporaryFile(prefix="qtest-")
        self.halted.write(HALT * 0x10000)
        self.halted.flush()
        command = [*command_of(binary), "-D", self.traces.name, "-bios", self.halted.name, *options]
        command += ["-icount", "shift=0,sleep=off"] if dma else ["-S"]
        for event in EVENTS:
            command += ["-trace", event]
        for kind, ident, bdf, bus, more in (b[:5] for b in bridges):
            command += ["-device", f"{kind},id={ident},addr={bdf >> 3 & 31:x}.{bdf & 7:x}{bus and ',bus=' + bus}{more}"]
        shared = [b >> 3 for b in self.devices.values()]
        for name, bdf, bus in devices:
            several = shared.count(bdf >> 3) > 1 and not bdf & 7
            command += ["-device", f"edu,id=dev-{name},addr={bdf >> 3 & 31:x}.{bdf & 7:x},dma_mask=0xffffffffffffffff"
                        + (bus and ",bus=" + bus) + (",multifunction=on" if several else "")]
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        atexit.register(self.close)
        self.slot = 0
        self.msi = {}
        self.restart(clear=False)

    def batch(self, commands):
        """The replies, in order; a number where there is one."""
        replies = []
        for start in range(0, len(commands), BATCH):
            part = commands[start : start + BATCH]
            try:
                self.process.stdin.write(("\n".join(part) + "\n").encode())
                self.process.stdin.flush()
            except BrokenPipeError:
                self.ended()
            for command in part:
                words = self.process.stdout.readline().decode().split()
                if not words or words[0] != "OK":
                    self.ended(command + ": " + " ".join(words))
                replies.append(int(words[1], 0) if len(words) > 1 else 0)
        return replies

    def ended(self, why=""):
        self.process.kill()
        self.errors.seek(0)
        raise EOFError(f"{why} {self.errors.read().decode()}")

    def close(self):
        self.process.kill()
        self.process.wait()

    def store(self, *words):
        """Stores 64-bit words, (address, value), where there is memory; the next case finds it zero."""
        words = [(a, v) for a, v in words if plain(a)]
        self.dirty.update(p & ~0xFFF for a, _ in words for p in (a, a + 7))
        self.batch([f"writeq {a:#x} {v:#x}" for a, v in words])

    def traced(self):
        """What was traced since this was last asked: (event, numbers)."""
        lines = self.traces.read().decode().splitlines()
        return [(line.split()[0].split(":")[-1], [int(n, 16) for n in re.findall(r"0x([0-9a-f]+)", line)]) for line in lines if line]

    def restart(self, clear=True):
        """As after power-on: memory zero, devices with their addresses, marks in their buffers."""
        if clear:
            self.batch(["outb 0xcf9 0x6"])
            self.batch([f"memset {page:#x} 0x1000 0x0" for page in self.dirty])
        self.dirty = set()
        setup = []
        for _, _, bdf, _, _, secondary, subordinate, window in self.bridges:
            setup += configure(bdf, 0x18, bdf >> 8 | secondary << 8 | subordinate << 16, 4)
            setup += configure(bdf, 0x20, (window >> 16) | (window + 0xF00000 & 0xFFF00000), 4)
            setup += configure(bdf, 0x04, 0x7, 2)
        self.batch(setup)
        for name, bdf in self.devices.items():
            if name not in self.msi:
                self.msi[name] = self.batch(configure(bdf, 0x34, None, 1))[-1]
            self.batch(configure(bdf, 0x10, self.bar(name), 4) + configure(bdf, 0x04, 0x6, 2))
        if self.dma:
            self.fill()
        self.traced()

    def fill(self):
        scratch = MEMORY - 0x4000
        self.store(*((scratch + 8 * i, mark(i)) for i in range(MARKS)))
        for name in self.devices:
            self.transfer(name, scratch, BUFFER, READ_AT, False)
        self.store(*((scratch + 8 * i, 0) for i in range(MARKS)))

    def bar(self, name):
        bdf = self.devices[name]
        windows = {b[5]: b[7] for b in self.bridges}
        place = list(self.devices).index(name)
        return windows.get(bdf >> 8, 0xF0000000) + 0x100000 * (place if bdf < 0x100 else 0)

    def transfer(self, name, source, target, count, out):
        """One DMA; out: from the device's buffer."""
        bar = self.bar(name)
        look = f"readq {bar + 0x98:#x}"
        commands = [f"writeq {bar + 0x80:#x} {source:#x}", f"writeq {bar + 0x88:#x} {target:#x}", f"writeq {bar + 0x90:#x} {count:#x}"]
        running = self.batch([*commands, f"writeq {bar + 0x98:#x} {3 if out else 1}", look])[-1]
        until = time.monotonic() + PATIENCE
        while running & 1:
            running = self.batch([look])[0]
            if time.monotonic() > until:
                self.ended("the guest's time stands still")

    def write(self, name, address, count):
        """Writes a mark. Returns it and what was traced."""
        self.slot = (self.slot + 1) % (MARKS - 1)
        self.transfer(name, BUFFER + 8 * self.slot, address, count, True)
        return mark(self.slot) & (1 << 8 * count) - 1, self.traced()

    def read(self, name, address, count):
        """Reads. Returns the bytes as a number, and what was traced of the reading. The buffer is seen as messages."""
        self.transfer(name, address, BUFFER + READ_AT, count, False)
        traced = self.traced()
        for at in range(0, count, 4):
            self.transfer(name, BUFFER + READ_AT + at, WINDOW, 4, True)
        words = [numbers[1] for event, numbers in self.traced() if event in ("vtd_ir_remap_msi_req", "amdvi_mem_ir_write_req")]
        if len(words) != count // 4:
            self.ended("what was read cannot be seen")
        return sum(word << 32 * i for i, word in enumerate(words)), traced

    def message(self, name, address, data):
        """The device raises an MSI."""
        bdf, at = self.devices[name], self.msi[name]
        commands = configure(bdf, at + 4, address & 0xFFFFFFFF, 4) + configure(bdf, at + 8, address >> 32, 4)
        commands += configure(bdf, at + 12, data, 2) + configure(bdf, at + 2, 0x81, 2)
        self.batch(commands + [f"writel {self.bar(name) + 0x60:#x} 0x1", f"writel {self.bar(name) + 0x64:#x} 0x1"])


def configure(bdf, at, value, size):
    """Commands for configuration space: a write, or a read where the value is None."""
    letter = {1: "b", 2: "w", 4: "l"}[size]
    data = 0xCFC + (at & 3)
    last = f"in{letter} {data:#x}" if value is None else f"out{letter} {data:#x} {value:#x}"
    return [f"outl 0xcf8 {0x80000000 | bdf << 8 | at & 0xFC:#x}", last]


def plain(address, count=8):
    return any(a <= address and address + count <= b for a, b in PLAIN)


def command_of(binary):
    """What starts a machine without devices."""
    command = [binary, "-machine", "q35", "-accel", "tcg", "-qtest", "stdio", "-qtest-log", "/dev/null", "-m", "128", "-nodefaults"]
    return command + ["-display", "none"]


def version(binary):
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"version (\S+)", said).group(1)


def major(binary):
    return int(version(binary).split(".")[0])


def run(lines, key, play, header, out):
    """Plays the cases of a file behind its first line, and prints its rows with the answers that play gives of each case."""
    # Who is terminated leaves no process behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    out.write(header + "\n")
    case = []
    for line in lines:
        row = line.rstrip("\r\n").split(",")
        if case and key(case[0]) != key(row):
            for answered in play(case):
                out.write(",".join(answered) + "\n")
            out.flush()
            case = []
        case.append(row)
    for answered in play(case) if case else ():
        out.write(",".join(answered) + "\n")
    out.flush()
