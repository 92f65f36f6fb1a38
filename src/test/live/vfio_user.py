"""A server of the vfio-user protocol with one PCI device that does nothing, and records what is mapped for it."""

import array
import errno
import json
import os
import socket
import struct
import threading

HEADER = struct.Struct("<HHIII")  # message, command, size with this header, flags, error
REPLY, NO_REPLY, ERROR = 0x1, 0x10, 0x20
VERSION, DMA_MAP, DMA_UNMAP, DEVICE_INFO, REGION_INFO = range(1, 6)
IRQ_INFO, SET_IRQS, REGION_READ, REGION_WRITE = range(7, 11)
DEVICE_RESET = 13
REGIONS, INTERRUPTS, CONFIG_SPACE, COMMAND = 9, 5, 7, 4
READABLE, WRITABLE, UNMAP_ALL = 1, 2, 2
CAN_RESET, IS_PCI = 1, 2
CAPABILITIES = {"max_msg_fds": 8, "max_data_xfer_size": 1 << 20, "pgsizes": 0x1000, "max_dma_maps": 65535}


class Server:
    """
    Listens at a path for one client. What it maps and unmaps is kept in its order until it is taken: (MAP or UNMAP, IOVA, size, offset in
    the memory that is shared or None for other memory, flags).
    """

    def __init__(self, path):
        self.changes = []
        self.lock = threading.Lock()
        self.config = bytearray(0x1000)
        struct.pack_into("<HHHHI", self.config, 0, 0x1234, 0x5678, 0, 0, 0xFF000000)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(path)
        self.listener.listen(1)
        threading.Thread(target=self.serve, daemon=True).start()

    def taken(self):
        with self.lock:
            changes, self.changes = self.changes, []
        return changes

    def serve(self):
        client, _ = self.listener.accept()
        try:
            while True:
                self.answer(client)
        except (EOFError, ConnectionError):
            client.close()

    def answer(self, client):
        header, is_shared = receive(client, HEADER.size)
        message, command, size, flags, _ = HEADER.unpack(header)
        body, _ = receive(client, size - HEADER.size)
        error, reply = 0, b""
        try:
            reply = self.reply(command, body, is_shared)
        except OSError as e:
            error = e.errno
        if not flags & NO_REPLY:
            said = REPLY | (ERROR if error else 0)
            client.sendall(HEADER.pack(message, command, HEADER.size + len(reply), said, error) + reply)

    def reply(self, command, body, is_shared):
        if command == VERSION:
            return struct.pack("<HH", 0, 0) + json.dumps({"capabilities": CAPABILITIES}).encode() + b"\0"
        if command == DMA_MAP:
            _, flags, offset, iova, size = struct.unpack_from("<IIQQQ", body)
            self.note(DMA_MAP, iova, size, offset if is_shared else None, flags)
            return b""
        if command == DMA_UNMAP:
            _, flags, iova, size = struct.unpack_from("<IIQQ", body)
            self.note(DMA_UNMAP, iova, size, None, flags)
            return body[:24]
        if command == DEVICE_INFO:
            return struct.pack("<IIII", 16, CAN_RESET | IS_PCI, REGIONS, INTERRUPTS)
        if command in (REGION_INFO, IRQ_INFO):
            index = struct.unpack_from("<III", body)[2]
            if command == IRQ_INFO:
                return struct.pack("<IIII", 16, 0, index, 0)
            size = len(self.config) if index == CONFIG_SPACE else 0
            return struct.pack("<IIIIQQ", 32, READABLE | WRITABLE if size else 0, index, 0, size, 0)
        if command in (REGION_READ, REGION_WRITE):
            return body[:16] + self.region(command, body)
        if command in (SET_IRQS, DEVICE_RESET):
            return b""
        raise OSError(errno.ENOSYS, "no such command")

    def note(self, *change):
        with self.lock:
            self.changes.append(change)

    def region(self, command, body):
        """Bytes read of a region. Of what is written only the command register stays, so that the device has no BAR."""
        offset, region, count = struct.unpack_from("<QII", body)
        if command == REGION_READ:
            return (bytes(self.config[offset : offset + count]) if region == CONFIG_SPACE else b"").ljust(count, b"\0")
        if region == CONFIG_SPACE and offset == COMMAND:
            self.config[offset : offset + count] = body[16 : 16 + count]
        return b""


def receive(client, count):
    """So many bytes, and whether a file came with them; it is closed, for nobody looks into it."""
    received, files = b"", []
    while len(received) < count:
        data, ancillary, _, _ = client.recvmsg(count - len(received), socket.CMSG_SPACE(64))
        for _, _, numbers in ancillary:
            files.extend(array.array("i", numbers))
        if not data:
            raise EOFError
        received += data
    for file in files:
        os.close(file)
    return received, bool(files)
