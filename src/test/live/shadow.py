"""
Plays rows of a shadow on a QEMU: shadow.py BINARY FILE. The device that is passed through is a vfio-user server's, which records what is
mapped for it and does no DMA; beside it there is a virtual one.
"""

import os
import signal
import sys
import tempfile

import qtest
import vfio_user
import viommu

DEVICES = (("d0", 0x20, ""),)
PASSED_THROUGH = "8.0"
OPTIONS = {"caching-mode": "on", "intremap": "off", "aw-bits": "48"}
ALL = 1 << 64


class Player(viommu.Player):
    """As of a virtual device, but that each row tells how the shadow has changed, and of a request where it would lead."""

    def __init__(self, binary):
        self.wide = self.first_level = False
        directory = tempfile.mkdtemp(prefix="shadow-")
        path = os.path.join(directory, "device")
        self.server = vfio_user.Server(path)
        self.machine = qtest.Machine(binary, [
            "-object", "memory-backend-memfd,id=memory,size=128M,share=on", "-machine", "memory-backend=memory",
            "-device", viommu.device(binary, OPTIONS),
            "-device", f'{{"driver":"vfio-user-pci","socket":{{"path":"{path}","type":"unix"}},"addr":"{PASSED_THROUGH}"}}',
        ], DEVICES, (), True)
        # Who is connected needs no name.
        os.unlink(path)
        os.rmdir(directory)
        # IOVA to size, offset or None, rights. Without translation: the memory itself, and behind it what is no memory of the guest's.
        self.maps = {}
        self.untranslated = {}
        self.follow()
        self.untranslated = dict(self.maps)
        self.lost = False

    def play(self, rows):
        """Behind a change that is not followed (part of a mapping is unmapped) a case cannot go on."""
        answers = []
        for op, args in rows:
            if not answers:
                self.begin()
            answers.append("n/a" if self.lost else " ".join(self.row(op, args.split())))
        return answers

    def begin(self):
        self.machine.restart()
        self.tail = self.waits = 0
        self.words = {}
        self.ask(f"writeq {viommu.UNIT + viommu.IQA:#x} {viommu.QUEUE:#x}", f"writel {viommu.UNIT + viommu.GCMD:#x} 0x4000000")
        self.machine.traced()
        self.server.taken()
        self.maps = dict(self.untranslated)

    def row(self, op, args):
        words = super().row(op, args)
        changes = self.follow()
        if op in ("dma", "dmac"):
            place = 1 if words[0] == "blocked" else 2
            words.insert(place, "pt=" + self.reached(int(args[1], 16), args[2] == "w"))
        return words + (["shadow", *changes] if changes else [])

    def reached(self, address, write):
        for iova, (size, offset, rights) in self.maps.items():
            if iova <= address < iova + size and rights & (vfio_user.WRITABLE if write else vfio_user.READABLE):
                return "ok:rom" if offset is None else f"ok:{offset + address - iova:#x}"
        return "blocked"

    def follow(self):
        """Applies what the server was told, and says it; what is there without translation is one word when all of it comes or goes."""
        words, whole = [], []
        for command, iova, size, offset, flags in self.server.taken():
            if command == vfio_user.DMA_MAP:
                self.maps[iova] = size, offset, flags & 3
                words += self.say("+", whole, iova)
                continue
            first, end = (0, ALL) if flags & vfio_user.UNMAP_ALL else (iova, iova + size)
            for at in sorted(self.maps):
                until = at + self.maps[at][0]
                if at < end and until > first and (at < first or until > end):
                    self.lost = True
                    words.append(f"-part:{iova:#x}/{size:#x} of {at:#x}/{self.maps[at][0]:#x}")
                    break
                if first <= at < end:
                    words += self.say("-", whole, at)
                    del self.maps[at]
        return words + [f"{sign}some:{at:#x}" for sign, at in whole]

    def say(self, sign, whole, iova):
        mapped = size, offset, rights = self.maps[iova]
        if self.untranslated.get(iova) != mapped:
            to = f"={'rom' if offset is None else hex(offset)}/{'rw' if rights & vfio_user.WRITABLE else 'r'}" if sign == "+" else ""
            return [f"{sign}{iova:#x}/{size:#x}{to}"]
        whole.append((sign, iova))
        if {at for s, at in whole if s == sign} != set(self.untranslated):
            return []
        whole[:] = [(s, at) for s, at in whole if s != sign]
        return [f"{sign}ram"]


def main(binary, path):
    """Fills the column; a case in which the process ended, and what is behind a change that cannot be followed, is n/a."""
    lines = open(path, encoding="ascii")
    header = lines.readline().strip()
    at = header.split(",").index("qemu_11_1")
    players = []

    def play(rows):
        try:
            if not players:
                players.append(Player(binary))
            answers = players[0].play([(r[3], r[4]) for r in rows])
            if players[0].lost:
                players.pop().machine.close()
        except EOFError as end:
            print(f"{rows[0][1]}: {end}", file=sys.stderr)
            players.clear()
            answers = ["n/a"] * len(rows)
        for row, answer in zip(rows, answers):
            row[at] = answer
        return rows

    with lines:
        qtest.run(lines, lambda row: row[1], play, header, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
