"""A charger board in software, with the daemon inside and everything that hangs on its terminals outside."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from charge_point import DAEMON, ApiError, ChargePoint, LocalAPI
from conditions import PATIENCE, eventually
from machine import GuestError, Machine, data_disk
from meter import Meter
from outside import Energy, Relay, Vehicle
from pn532 import PN532

# In the order of their offsets on gpiochip0; the board file names them.
DRIVEN = ("relay", "rcd-test", "lock-motor", "led-green", "led-red", "trip")
SENSED = ("contactor-fb", "cp-b", "cp-c", "estop", "rcd-trip", "lock-fb")
VEHICLE_LINES = {"connected": "cp-b", "ready": "cp-c"}
SOCKET = "/run/ladepunkt/control.sock"


class GuestAPI(LocalAPI):
    """The daemon's local API, reached through the agent."""

    def __init__(self, machine: Machine):
        super().__init__(Path(SOCKET))
        self.machine = machine

    async def text(self, method: str, path: str, body: dict | None = None) -> str:
        details = {} if body is None else {"body": json.dumps(body)}
        answer = await self.machine.do("http", path=str(self.path), method=method, target=path, **details)
        if answer["status"] >= 300:
            raise ApiError(answer["status"], answer["text"])
        return answer["text"]


class VirtualBoard(ChargePoint):
    """`power_on`, `install` the configuration, `start` the daemon; then plug, swipe, fail things, and `power_cut`."""
    def __init__(self, folder: Path, kernel: Path):
        super().__init__(folder)
        self.contactor = Relay(lambda closed: self.pull("contactor-fb", closed))
        self.lock = Relay(lambda locked: self.pull("lock-fb", locked), delay=0.2)
        self.residual_current_test = Relay(lambda tripped: self.pull("rcd-trip", tripped))
        self.vehicle = Vehicle(lambda what, up: self.pull(VEHICLE_LINES[what], up))
        self.energy = Energy(self.contactor, self.vehicle)
        self.meter = Meter(self.energy)
        self.lines: dict[str, bool] = {}
        """What the board drives."""
        self.pid: int | None = None
        self.status: int | None = None
        """Of the daemon that ended last; negative: the signal that killed it."""
        self._kernel, self._tasks = kernel, set()

    async def set_up(self):
        self.reader = PN532(listen=str(self.folder / "reader.sock"))
        await self.meter.start()
        data_disk(self.folder / "data.img")
        ports = [f"path={self.folder / 'reader.sock'}", self.meter.port]
        self.machine = Machine(self.folder, self._kernel, self.folder / "data.img", ports)
        self.machine.on_event = self._hear
        self.api = GuestAPI(self.machine)

    async def tear_down(self):
        await self.power_cut()
        self.reader.close()
        await self.meter.stop()

    # Power

    async def power_on(self):
        await self.machine.boot()
        await self.machine.do("chip", label="terminals", lines=DRIVEN + SENSED, watched=DRIVEN)
        self.pull("estop", True)
        self.contactor.show()
        self.lock.show()
        self.vehicle.show()

    async def power_cut(self):
        await self.machine.power_cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.pid = None
        self.lines.clear()
        for relay in (self.contactor, self.residual_current_test):
            relay.lose_power()
        self.vehicle.see(None)

    async def clean_up(self):
        """Ends the daemon if it still runs; it must end properly."""
        if self.pid is not None:
            status = await self.terminate()
            assert status == 0, f"the daemon ended with status {status} on SIGTERM"

    def heal(self):
        """Everything works again, and nothing is plugged in."""
        self.contactor.fail(None)
        self.meter.dead = False
        self.reader.remove()
        if self.reader.status()["mode"] != "works":
            self.reader.replug()
        self.vehicle.unplug()
        self.energy.is_supplied = True
        self.pull("estop", True)
        self.pull("rcd-trip", False)

    def forget_log(self):
        (self.folder / "log").unlink(missing_ok=True)

    # Lines

    def pull(self, line: str, up: bool):
        """Sets what an input of the board stands at."""
        if self.machine.is_on:
            task = asyncio.ensure_future(self.machine.do("pull", line=line, up=up))
            self._tasks.add(task)
            task.add_done_callback(self._pulled)

    def _pulled(self, task: asyncio.Task):
        self._tasks.discard(task)
        # Power may go while a line moves; any other trouble is to be seen.
        if not task.cancelled() and task.exception() and not isinstance(task.exception(), ConnectionError):
            raise task.exception()

    def _hear(self, event: dict):
        match event:
            case {"event": "line", "line": line, "value": value}:
                self.lines[line] = value
                relays = {"relay": self.contactor, "lock-motor": self.lock, "rcd-test": self.residual_current_test}
                if line in relays:
                    relays[line].drive(value)
                elif line == "trip" and value:
                    self.energy.break_supply()
            case {"event": "duty", "duty": duty}:
                self.vehicle.see(duty)
            case {"event": "output", "text": text}:
                with (self.folder / "log").open("a") as log:
                    log.write(text)
            case {"event": "ended", "pid": pid, "status": status} if pid == self.pid:
                self.pid, self.status = None, status

    async def hold(self, on: bool = True):
        """From now on the driven lines keep their level when their process dies, as the pins of many chips do; or they drop again."""
        await self.machine.do("hold", on=on)

    async def is_held(self, line: str) -> bool:
        """Whether a process holds this line, as the kernel tells."""
        text = await self.machine.run("gpioinfo", "gpiochip0")
        return "[used]" in next(row for row in text.splitlines() if f'"{line}"' in row)

    # The daemon

    async def install(self, configuration: dict | str, board: str | None = None):
        """Writes the configuration to the data disk (and the board file beside it)."""
        await self.machine.write("/data/ladepunkt.yaml", configuration if isinstance(configuration, str) else json.dumps(configuration))
        if board is not None:
            await self.machine.write("/data/board.yaml", board)

    async def spawn(self, *arguments: str):
        await self.machine.run("mkdir", "-p", "/run/ladepunkt")
        self.pid = await self.machine.do("start", argv=[str(DAEMON), *(arguments or ("--config", "/data/ladepunkt.yaml"))], cwd="/data")

    async def start(self, *arguments: str):
        await self.spawn(*arguments)
        await eventually(self._answers, "the daemon's API answers", timeout=2 * PATIENCE)

    async def _answers(self) -> bool:
        assert self.pid is not None, f"the daemon ended with status {self.status}:\n{self.log}"
        try:
            await self.api.get("/v1/status")
            return True
        except GuestError:
            return False

    async def ended(self, timeout: float = PATIENCE) -> int:
        await eventually(lambda: self.pid is None, "the daemon ended", timeout)
        return self.status

    async def terminate(self) -> int:
        await self.machine.do("kill", pid=self.pid, name="SIGTERM")
        return await self.ended()

    async def kill(self):
        await self.machine.do("kill", pid=self.pid)
        await self.ended()

    # The hand

    async def leave(self):
        """Unplugs and takes the card along, whether or not there is power."""
        self.reader.remove()
        if self.vehicle.plugged:
            self.vehicle.unplug()

    async def plug(self, connector: int = 1):
        self.vehicle.plug()

    async def unplug(self, connector: int = 1):
        self.vehicle.unplug()

    async def swipe(self, id_tag: str, connector: int | None = None, seconds: float = 1.0):
        """Holds a card at the reader for a moment."""
        self.reader.present(id_tag)
        await asyncio.sleep(seconds)
        self.reader.remove()

    async def register(self, number: int = 1) -> int:
        return self.energy.register


class SimulatedInside(VirtualBoard):
    """The same machine, but the daemon works its own simulated board: nothing on the terminals matters."""

    plug, unplug, swipe, register = ChargePoint.plug, ChargePoint.unplug, ChargePoint.swipe, ChargePoint.register

    async def power_cut(self):
        # The simulated meter's register is a file that nobody syncs; a real one outlives the supply. Only that file is helped.
        if self.pid is not None:
            await self.machine.do("kill", pid=self.pid, name="SIGSTOP")
            await self.machine.do("run", argv=["sh", "-c", "sync /data/*/simulated-meter-*.bin"])
        await super().power_cut()

    async def leave(self):
        """Nobody is there after a restart."""
