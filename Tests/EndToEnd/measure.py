"""What the daemon costs: bytes written, memory, processor time, and how fast an outage is caught up with.

    make measure

measures the release build (LADEPUNKTD names another one). It is no test: it prints figures, and they are worth something only on a machine
that does nothing else. The central system here answers and judges nothing, so that it is not its speed that is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from charge_point import DAEMON, ChargePoint
from conditions import eventually

DRIVERS = ("lock", "contactor", "controlPilot", "meter")


class Answers:
    """A central system that accepts everything as fast as it can."""

    def __init__(self):
        self.calls = 0
        self.transaction_messages = 0
        self._server = None

    async def start(self):
        self._server = await serve(self._serve, "127.0.0.1", 0, subprotocols=["ocpp1.6"], ping_interval=None, max_size=None)

    async def stop(self):
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/ocpp"

    async def _serve(self, socket):
        try:
            async for text in socket:
                frame = json.loads(text)
                if frame[0] == 2:
                    await socket.send(json.dumps([3, frame[1], self._answer(frame[2])]))
        except ConnectionClosed:
            pass

    def _answer(self, action: str) -> dict:
        self.calls += 1
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        if action in ("StartTransaction", "MeterValues", "StopTransaction"):
            self.transaction_messages += 1
        match action:
            case "BootNotification":
                return {"currentTime": now, "interval": 300, "status": "Accepted"}
            case "Heartbeat":
                return {"currentTime": now}
            case "Authorize":
                return {"idTagInfo": {"status": "Accepted"}}
            case "StartTransaction":
                return {"idTagInfo": {"status": "Accepted"}, "transactionId": self.transaction_messages}
        return {}


@dataclass(frozen=True)
class Cost:
    """What the process has used up so far, by /proc."""

    stored: int
    """Bytes that went to a disk or will."""
    written: int
    """Bytes handed to write(2) and its kin: files, connections and the log."""
    processor: float
    """Seconds, user and system."""
    switches: int
    """Voluntary context switches of all threads: how often something woke up."""
    at: float

    @classmethod
    def of(cls, point: ChargePoint) -> Cost:
        folder = Path(f"/proc/{point.process.pid}")
        io = dict(line.split(": ") for line in (folder / "io").read_text().splitlines())
        stat = (folder / "stat").read_text().rpartition(")")[2].split()
        switches = sum(number(task / "status", "voluntary_ctxt_switches") for task in (folder / "task").iterdir())
        processor = (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
        return cls(int(io["write_bytes"]), int(io["wchar"]), processor, switches, time.monotonic())


def number(path: Path, name: str) -> int:
    """A number from a file of `name: number` lines."""
    return next(int(line.split()[1]) for line in path.read_text().splitlines() if line.startswith(f"{name}:"))


def memory(point: ChargePoint) -> str:
    path = Path(f"/proc/{point.process.pid}/status")
    return f"{number(path, 'VmRSS') / 1024:.1f} MiB resident, {number(path, 'VmHWM') / 1024:.1f} MiB at most"


class Stand:
    """A daemon of its own in a folder of its own, with a central system of its own."""

    def __init__(self, connectors: int = 1, **ocpp):
        self.connectors, self.ocpp = connectors, ocpp
        # Not in memory: what is written to /dev/shm is not written.
        self.folder = Path(tempfile.mkdtemp(prefix="ladepunkt-", dir="/var/tmp"))
        self.point, self.system = ChargePoint(self.folder), Answers()

    async def __aenter__(self) -> Self:
        await self.system.start()
        self.point.write("board.yaml", {
            "model": "simulated",
            "connectors": [
                {"id": connector, "rating": {"current": "32 A", "phases": 3}} | {name: {"driver": "simulated"} for name in DRIVERS}
                for connector in range(1, self.connectors + 1)
            ],
            "cardReaders": [{"driver": "simulated"}],
            "simulation": {"speed": 100, "vehicle": {"current": "32 A", "phases": 1, "readyAfter": "10 ms"}},
        })  # fmt: skip
        self.point.write("ladepunkt.yaml", {
            "board": "board.yaml",
            "dataDirectory": "data",
            "chargePoint": {"id": "cp001", "vendor": "Example", "model": "Wallbox 11"},
            "control": {"socket": "control.sock"},
            "centralSystem": {"url": self.system.url, "reconnect": {"minimumSeconds": 1, "maximumSeconds": 2, "randomSeconds": 0}},
            "ocpp": {"LocalAuthorizeOffline": True, "AllowOfflineTxForUnknownId": True} | self.ocpp,
        })  # fmt: skip
        await self.point.start()
        await eventually(self._is_registered, "the charge point is registered")
        return self

    async def __aexit__(self, *_):
        await self.point.clean_up()
        await self.system.stop()
        shutil.rmtree(self.folder)

    async def _is_registered(self) -> bool:
        return (await self.point.api.get("/v1/status"))["centralSystem"]["registration"] == "Accepted"

    async def queued(self) -> int:
        return (await self.point.api.get("/v1/status"))["ledger"]["queued"]

    async def charge(self, connector: int = 1):
        await self.point.plug(connector)
        await self.point.swipe(f"CARD{connector:04}", connector)
        await self.point.has(connector, status="Charging")

    async def cost(self, seconds: float, pause: float = 20) -> tuple[Cost, Cost]:
        """What a stretch of time costs, some time after whatever was before."""
        await asyncio.sleep(pause)
        before = Cost.of(self.point)
        await asyncio.sleep(seconds)
        return before, Cost.of(self.point)


def per_hour(before: Cost, after: Cost) -> str:
    hours = (after.at - before.at) / 3600
    return (
        f"{(after.stored - before.stored) / 1024 / hours:.0f} KiB/h to disk, {(after.written - before.written) / 1024 / hours:.0f} KiB/h by write(2), "
        f"{(after.processor - before.processor) / hours:.2f} s/h of processor time, {(after.switches - before.switches) / hours / 3600:.2f} wake-ups/s"
    )  # fmt: skip


async def idle(minutes: float):
    async with Stand(connectors=2) as stand:
        costs = await stand.cost(minutes * 60)
        print(f"idle, online, 2 connectors, {minutes:g} min: {per_hour(*costs)}; {memory(stand.point)}", flush=True)


async def charging(minutes: float, online: bool):
    """One vehicle that is paused, so that the simulated meter, which is a mapped file, is not counted as the ledger's."""
    async with Stand(MeterValueSampleInterval=60) as stand:
        if not online:
            await stand.point.go_offline()
        await stand.charge()
        await stand.point.simulate(1, "suspend-ev")
        costs = await stand.cost(minutes * 60)
        what = "online" if online else "offline"
        print(f"session with a sample a minute, {what}, {minutes:g} min: {per_hour(*costs)}; {memory(stand.point)}", flush=True)


async def sessions(count: int):
    async with Stand(MeterValueSampleInterval=0) as stand:
        before = Cost.of(stand.point)
        for _ in range(count):
            await stand.charge()
            await stand.point.unplug()
            await stand.point.has(transaction=None, status="Available")
        await eventually(lambda: _is_zero(stand.queued()), "everything is delivered")
        after = Cost.of(stand.point)
        print(f"{count} sessions online: {(after.stored - before.stored) / 1024 / count:.1f} KiB to disk each", flush=True)


async def _is_zero(number) -> bool:
    return await number == 0


async def replay(messages: int):
    """An outage that leaves so many messages, then the central system is back."""
    connectors = 32
    async with Stand(connectors=connectors, MeterValueSampleInterval=1, MinimumStatusDuration=0) as stand:
        await stand.point.go_offline()
        before = Cost.of(stand.point)
        for connector in range(1, connectors + 1):
            await stand.charge(connector)

        async def is_enough():
            return await stand.queued() >= messages

        await eventually(is_enough, f"{messages} messages wait", timeout=60 + messages)
        for connector in range(1, connectors + 1):
            await stand.point.unplug(connector)
            await stand.point.has(connector, transaction=None)
        after = Cost.of(stand.point)
        waiting, resident = await stand.queued(), memory(stand.point)
        print(
            f"{waiting} messages made offline: {(after.stored - before.stored) / 1024 / waiting:.1f} KiB to disk each; {resident}",
            flush=True,
        )
        sent, begin = stand.system.transaction_messages, Cost.of(stand.point)
        await stand.point.go_online()
        await eventually(lambda: _is_zero(stand.queued()), "everything is delivered", timeout=60 + messages / 10)
        end = Cost.of(stand.point)
        seconds, delivered = end.at - begin.at, stand.system.transaction_messages - sent
        print(
            f"{delivered} messages delivered in {seconds:.1f} s: {delivered / seconds:.0f} messages/s, "
            f"{(end.stored - begin.stored) / 1024 / delivered:.1f} KiB to disk and {(end.processor - begin.processor) / delivered * 1000:.2f} ms "
            f"of processor time each; {memory(stand.point)}",
            flush=True,
        )  # fmt: skip


async def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=5, help="for a session online and one offline (default 5)")
    parser.add_argument("--idle-minutes", type=float, default=10, help="default 10")
    parser.add_argument("--sessions", type=int, default=50, help="short sessions online (default 50)")
    parser.add_argument("--messages", type=int, default=5000, help="that wait for the central system (default 5000)")
    wanted = parser.parse_args()
    print(f"{DAEMON}, {DAEMON.stat().st_size / 1024 / 1024:.1f} MiB", flush=True)
    if wanted.messages:
        await replay(wanted.messages)
    if wanted.sessions:
        await sessions(wanted.sessions)
    # Each process is counted by itself, so they may run side by side.
    await asyncio.gather(
        *([idle(wanted.idle_minutes)] if wanted.idle_minutes else []),
        *([charging(wanted.minutes, online=True), charging(wanted.minutes, online=False)] if wanted.minutes else []),
    )


asyncio.run(main())
