"""A PN532 card reader in software, on a pseudo-terminal, a Unix socket or an open descriptor.

It speaks what a real chip speaks on its serial port (HSU): wake-up, frames with their checksums, the acknowledgement, then the answer, with
the time that the bytes take on a real line. libnfc cannot tell it from a chip, nor can anything above libnfc.

    with PN532("/tmp/reader") as reader:         # pn532_uart:/tmp/reader
        reader.present("04A2B3C4")

As a program it takes the same words from standard input, one a line, and answers each with `ok` or `error: …`:

    pn532.py /tmp/reader                         # or --unix SOCKET, --listen SOCKET, --fd N
    present 04A2B3C4D5E680                       # ISO 14443A: 4, 7 or 10 bytes
    present B:11223344                           # ISO 14443B: its PUPI
    present F:0123456789ABCDEF                   # FeliCa: its IDm
    present random                               # ISO 14443A: another number each time the field comes up
    remove | unplug | replug | hang | die | garbage | recover | status | quit
"""

import argparse
import json
import os
import select
import socket
import sys
import threading
import time
import tty

ACK = bytes.fromhex("0000ff00ff00")
ERROR = bytes.fromhex("0000ff01ff7f8100")


class Card:
    """What lies in the field: `A` (ISO 14443A), `B` (ISO 14443B) or `F` (FeliCa), and its number in reader order."""

    lengths = {"A": (4, 7, 10), "B": (4,), "F": (8,)}

    def __init__(self, text):
        self.is_random = text.lower() == "random"
        self.technology, _, digits = text.rpartition(":")
        self.technology = self.technology.upper() or "A"
        self.uid = os.urandom(3) if self.is_random else bytes.fromhex(digits)
        if self.is_random:
            self.technology, self.uid = "A", b"\x08" + self.uid
        if len(self.uid) not in self.lengths.get(self.technology, ()):
            raise ValueError(f"{text}: a card is 4, 7 or 10 bytes (ISO 14443A), B: and 4 bytes, F: and 8 bytes, or random")

    def power_up(self):
        if self.is_random:
            self.uid = b"\x08" + os.urandom(3)

    def target(self):
        """The target's data as InListPassiveTarget answers it, behind the target number."""
        if self.technology == "B":
            return b"\x50" + self.uid + bytes.fromhex("00000000" "008171") + bytes.fromhex("0100")
        if self.technology == "F":
            return b"\x12\x01" + self.uid + bytes(8)
        atqa = {4: 0x04, 7: 0x44, 10: 0x84}[len(self.uid)]
        return bytes([0x00, atqa, 0x08, len(self.uid)]) + self.uid


def frame(code, data):
    body = bytes([0xD5, code]) + data
    return bytes([0, 0, 0xFF, len(body), -len(body) & 0xFF]) + body + bytes([-sum(body) & 0xFF, 0])


class Chip:
    """The chip without its line: commands in, timed answers out."""

    modulations = {0x00: "A", 0x01: "F", 0x02: "F", 0x03: "B"}
    auto_poll = {0x00: "A", 0x10: "A", 0x20: "A", 0x01: "F", 0x02: "F", 0x11: "F", 0x12: "F", 0x03: "B", 0x23: "B"}

    def __init__(self, card_time, empty_time):
        self.card_time, self.empty_time = card_time, empty_time
        self.card = None
        self.registers = {}
        self.retries = 0xFF
        self.field = False
        self.polls = self.empty_polls = self.commands = 0
        # A poll that only a card, its deadline or the host's next bytes end: (code, technologies, deadline or None).
        self.waiting = None

    def set_card(self, card):
        self.card = card

    def set_field(self, is_on):
        if is_on and not self.field and self.card:
            self.card.power_up()
        self.field = is_on

    def execute(self, command):
        """The answer and its delay in seconds; None: it comes later, or never."""
        self.commands += 1
        self.waiting = None
        code, data = command[0], command[1:]
        if code == 0x00:  # Diagnose: the communication test returns what it was given
            return frame(0x01, data), 0
        if code == 0x02:  # GetFirmwareVersion: PN532 1.6, ISO 14443 A and B, ISO 18092
            return frame(0x03, bytes.fromhex("32010607")), 0
        if code == 0x06:  # ReadRegister
            return frame(0x07, bytes(self.registers.get(data[i : i + 2], 0) for i in range(0, len(data), 2))), 0
        if code == 0x08:  # WriteRegister
            for i in range(0, len(data), 3):
                self.registers[data[i : i + 2]] = data[i + 2]
            return frame(0x09, b""), 0
        if code == 0x32:  # RFConfiguration
            if data[0] == 0x01:
                self.set_field(bool(data[1] & 1))
            elif data[0] == 0x05:
                self.retries = data[3]
            return frame(0x33, b""), 0
        if code in (0x12, 0x14):  # SetParameters, SAMConfiguration
            return frame(code + 1, b""), 0
        if code in (0x16, 0x44, 0x52, 0x54):  # PowerDown, InDeselect, InRelease, InSelect
            if code == 0x16:
                self.set_field(False)
            return frame(code + 1, b"\x00"), 0
        if code in (0x40, 0x42, 0x56):  # InDataExchange, InCommunicateThru, InJumpForDEP: nobody answers in the field
            return frame(code + 1, b"\x01"), self.empty_time
        if code == 0x4A:  # InListPassiveTarget
            technology = self.modulations.get(data[1])
            self.waiting = (code, {technology} if technology else set(), None)
            return self.look()
        if code == 0x60:  # InAutoPoll
            technologies = {self.auto_poll[kind] for kind in data[2:] if kind in self.auto_poll}
            deadline = None if data[0] == 0xFF else time.monotonic() + data[0] * data[1] * 0.15 * len(data[2:])
            self.waiting = (code, technologies, deadline)
            return self.look()
        return ERROR, 0

    def look(self):
        """Looks for a card for the poll that waits."""
        code, technologies, deadline = self.waiting
        if not self.field:
            self.set_field(True)
        found = self.card if self.card and self.card.technology in technologies else None
        if not found:
            if code == 0x4A and self.retries != 0xFF:
                self.polls += 1
                self.empty_polls += 1
                self.waiting = None
                return frame(0x4B, b"\x00"), self.empty_time
            if deadline is not None and time.monotonic() >= deadline:
                self.waiting = None
                return frame(code + 1, b"\x00"), 0
            return None
        self.polls += 1
        self.waiting = None
        target = b"\x01" + found.target()
        if code == 0x4A:
            return frame(0x4B, b"\x01" + target), self.card_time
        kind = {"A": 0x10, "B": 0x23, "F": 0x11}[found.technology]
        return frame(0x61, b"\x01" + bytes([kind, len(target)]) + target), self.card_time


class PN532:
    """One reader. All methods may be called from any thread and have taken effect when they return."""

    def __init__(self, path=None, *, unix=None, listen=None, fd=None, baud=115_200, card_time=0.005, empty_time=0.020):
        if sum(place is not None for place in (path, unix, listen, fd)) != 1:
            raise ValueError("name one place: a path for the pseudo-terminal's link, unix, listen or fd")
        self.path, self.unix, self.listen, self.given = path, unix, listen, fd
        self.byte_time = 10 / baud if baud else 0
        self.chip = Chip(card_time, empty_time)
        self.lock = threading.RLock()
        self.mode = "works"  # works | hung | dead | garbage | unplugged | closed
        self.line = self.slave = self.server = None
        self.received = bytearray()
        self.output = []  # (when, bytes), in order of time
        self.wake_read, self.wake_write = os.pipe()
        os.set_blocking(self.wake_write, False)
        if listen:
            self.server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.server.bind(listen)
            self.server.listen(1)
        self._connect()
        self.thread = threading.Thread(target=self._run, name=f"pn532 {path or unix or listen or fd}", daemon=True)
        self.thread.start()

    # What a hand does.

    def present(self, uid):
        """A card comes into the field; it takes the place of one that is there."""
        self._change(lambda: self.chip.set_card(Card(uid)))

    def remove(self):
        self._change(lambda: self.chip.set_card(None))

    def unplug(self):
        """The line goes away: the pseudo-terminal hangs up, a socket is closed."""
        self._change(self._disconnect, "unplugged")

    def replug(self):
        """The line is back, at the same path, with a chip that has just been powered."""
        self._change(self._connect, "works")

    def hang(self):
        """Each answer begins and then comes one byte every 0.2 s: the library waits for it for nearly a minute."""
        self._change(lambda: None, "hung")

    def die(self):
        """The chip no longer answers; the line is there."""
        self._change(lambda: None, "dead")

    def garbage(self):
        """Noise instead of answers."""
        self._change(lambda: None, "garbage")

    def recover(self):
        """Ends hang, die and garbage."""
        self._change(lambda: None, "works")

    def status(self):
        with self.lock:
            card = self.chip.card.uid.hex().upper() if self.chip.card else None
            return {"mode": self.mode, "card": card, "commands": self.chip.commands, "polls": self.chip.polls,
                    "emptyPolls": self.chip.empty_polls}

    def close(self):
        if self.mode != "closed":
            self._change(self._disconnect, "closed")
            self.thread.join(5)
            if self.server:
                self.server.close()
                os.unlink(self.listen)
            os.close(self.wake_read)
            os.close(self.wake_write)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # The line.

    def _change(self, body, mode=None):
        with self.lock:
            body()
            if mode:
                self.mode = mode
                self.output.clear()
                self.received.clear()
            self._wake()

    def _wake(self):
        try:
            os.write(self.wake_write, b"x")
        except BlockingIOError:
            pass

    def _connect(self):
        self._disconnect()
        if self.path:
            self.line, self.slave = os.openpty()
            tty.setraw(self.slave)  # and held open: a line that is there without anybody using it
            temporary = f"{self.path}.{os.getpid()}"
            os.symlink(os.ttyname(self.slave), temporary)
            os.replace(temporary, self.path)
        elif self.unix:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.connect(self.unix)
            self.line = connection.detach()
        elif self.given is not None:
            self.line = os.dup(self.given)
        # With `listen`, the thread takes whoever comes.
        if self.line is not None:
            os.set_blocking(self.line, False)
        self.chip.waiting = None
        self.chip.set_field(False)
        self.chip.retries = 0xFF

    def _disconnect(self):
        if self.path and os.path.islink(self.path):
            os.unlink(self.path)
        for descriptor in (self.line, self.slave):
            if descriptor is not None:
                os.close(descriptor)
        self.line = self.slave = None

    def _run(self):
        while True:
            with self.lock:
                if self.mode == "closed":
                    return
                line, now = self.line, time.monotonic()
                listening = self.server if line is None and self.mode != "unplugged" else None
                timeout = max(0, self.output[0][0] - now) if self.output else None
                if self.chip.waiting and self.chip.waiting[2] is not None:
                    timeout = min(timeout or 1, max(0, self.chip.waiting[2] - now))
            sources = [self.wake_read] + [source for source in (line, listening) if source is not None]
            try:
                readable, _, _ = select.select(sources, [], [], timeout)
            except (OSError, ValueError):
                continue  # the line was unplugged meanwhile
            with self.lock:
                if self.wake_read in readable:
                    os.read(self.wake_read, 4096)
                if listening in readable and self.server:
                    connection, _ = self.server.accept()
                    self.line = connection.detach()
                    os.set_blocking(self.line, False)
                if line in readable and line == self.line:
                    self._read()
                if self.chip.waiting and self.mode == "works":
                    self._answer(self.chip.look(), time.monotonic())
                self._write()

    def _read(self):
        try:
            data = os.read(self.line, 4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            os.close(self.line)
            self.line = None
            return
        self.received += data
        now = time.monotonic()
        while (command := self._next_command()) is not None:
            arrived = now + (len(command) + 9) * self.byte_time
            if self.mode == "dead":
                continue
            if self.mode == "garbage":
                self._send(os.urandom(24), arrived)
                continue
            self._send(ACK, arrived)
            if self.mode == "hung":
                # A frame of 250 bytes, the most that a short one holds.
                self._send(bytes([0, 0, 0xFF, 0xFA, 0x06, 0xD5, command[0] + 1]), arrived)
                for index in range(1, 249):
                    self.output.append((arrived + 0.2 * index, b"\x00"))
                continue
            self._answer(self.chip.execute(command), arrived)

    def _next_command(self):
        """Takes one frame from what was received: code and data."""
        while True:
            start = self.received.find(b"\x00\xff")
            if start < 0:
                del self.received[:-1]
                return None
            body = self.received[start + 2 :]
            if len(body) < 3:
                return None
            if body[:2] == b"\x00\xff":  # an acknowledgement from the host ends a command that waits
                self.chip.waiting = None
                self.output.clear()
                del self.received[: start + 4]
                continue
            length = body[0]
            if (length + body[1]) & 0xFF or length < 2:
                del self.received[: start + 2]
                continue
            if len(body) < length + 4:
                return None
            del self.received[: start + 2 + length + 4]
            content = body[2 : 2 + length]
            if (sum(content) + body[2 + length]) & 0xFF == 0 and content[0] == 0xD4:
                return bytes(content[1:])

    def _answer(self, answer, earliest):
        if answer:
            self._send(answer[0], earliest + answer[1])

    def _send(self, data, earliest):
        """Hands the bytes over when the last of them has come through the line."""
        begin = max(earliest, self.output[-1][0] if self.output else 0)
        self.output.append((begin + len(data) * self.byte_time, data))

    def _write(self):
        while self.output and self.output[0][0] <= time.monotonic():
            _, data = self.output.pop(0)
            if self.line is not None:
                try:
                    os.write(self.line, data)
                except OSError:
                    pass  # nobody is there to read


def main():
    parser = argparse.ArgumentParser(description="A PN532 card reader in software; takes commands from standard input.")
    parser.add_argument("path", nargs="?", help="the link to the pseudo-terminal")
    parser.add_argument("--unix", metavar="SOCKET", help="connect to this socket, such as a serial port of qemu")
    parser.add_argument("--listen", metavar="SOCKET", help="wait at this socket")
    parser.add_argument("--fd", type=int, help="speak over this open descriptor")
    parser.add_argument("--baud", type=int, default=115_200, help="0: as fast as it goes")
    options = parser.parse_args()
    with PN532(options.path, unix=options.unix, listen=options.listen, fd=options.fd, baud=options.baud) as reader:
        print("ready", flush=True)
        for words in map(str.split, sys.stdin):
            if not words:
                continue
            if words[0] == "quit":
                break
            try:
                if words[0] not in ("present", "remove", "unplug", "replug", "hang", "die", "garbage", "recover", "status"):
                    raise ValueError(f"{words[0]}: unknown")
                result = getattr(reader, words[0])(*words[1:])
                print("ok" if result is None else f"ok {json.dumps(result)}", flush=True)
            except (ValueError, TypeError, OSError) as error:
                print(f"error: {error}", flush=True)


if __name__ == "__main__":
    main()
