"""A qemu machine without a screen: Debian's kernel, two serial ports, a data disk, and an agent inside that does as it is told."""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import subprocess
import time
from pathlib import Path

from conditions import PATIENCE

HERE = Path(__file__).parent
# A software-emulated machine is several times slower than this one.
BOOT = 3 * PATIENCE


class GuestError(Exception):
    """What went wrong inside, in the guest's words."""


class Machine:
    """`boot`, ask the agent (`do`), `power_cut`, `boot` again: the disk stays."""

    def __init__(self, folder: Path, kernel: Path, disk: Path, serial_ports: list[str]):
        """`kernel`: what build.sh made; `serial_ports`: where /dev/ttyS1, /dev/ttyS2, … connect to, in qemu's words (`path=…`)."""
        self.folder, self.kernel, self.disk, self.serial_ports = folder, kernel, disk, serial_ports
        self.on_event = lambda event: None
        """Called for whatever the agent says unasked."""
        self.boots: list[int] = []
        """Seconds that each boot took until the agent spoke."""
        self._process: asyncio.subprocess.Process | None = None
        self._answers: dict[int, asyncio.Future] = {}
        self._numbers = itertools.count(1)
        self._reading: asyncio.Task | None = None

    async def boot(self):
        agent = self.folder / "agent.sock"
        agent.unlink(missing_ok=True)
        began = time.monotonic()
        with (self.folder / "console.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(*self._command(agent), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            async with asyncio.timeout(BOOT):
                reader, self._writer = await self._connect(agent)
                up = asyncio.get_running_loop().create_future()
                self._reading = asyncio.create_task(self._listen(reader, up))
                await up
            self.boots.append(round(time.monotonic() - began))
        except TimeoutError:
            await self.power_cut()
            raise AssertionError(f"the machine did not come up within {BOOT:g} s:\n{self.console}") from None

    def _command(self, agent: Path) -> list[str]:
        # One processor: the simulated interrupts of Linux 6.1 are not made for two that raise them at once.
        command = ["qemu-system-x86_64", "-machine", "q35", "-cpu", "max", "-smp", "1", "-m", "768", "-accel", "tcg,tb-size=256"]
        command += ["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"]
        command += ["-kernel", str(self.kernel / "kernel"), "-initrd", str(self.kernel / "initramfs")]
        command += ["-append", f"console=ttyS0 quiet panic=-1 random.trust_cpu=on mitigations=off agent={HERE / 'guest_agent.py'}"]
        command += ["-drive", f"file={self.disk},format=raw,if=virtio,cache=writeback"]
        command += ["-fsdev", "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap"]
        command += ["-device", "virtio-9p-pci,fsdev=host,mount_tag=host", "-device", "virtio-rng-pci"]
        command += ["-netdev", "user,id=net,ipv6=off", "-device", "virtio-net-pci,netdev=net,romfile="]
        command += ["-serial", "stdio"]
        for number, end in enumerate(self.serial_ports, 1):
            command += ["-chardev", f"socket,id=port{number},{end},reconnect=1", "-serial", f"chardev:port{number}"]
        command += ["-device", "virtio-serial-pci", "-chardev", f"socket,id=agent,path={agent},server=on,wait=off"]
        return command + ["-device", "virtserialport,chardev=agent,name=agent"]

    async def _connect(self, path: Path):
        while True:
            assert self._process.returncode is None, f"qemu ended with status {self._process.returncode}:\n{self.console}"
            try:
                return await asyncio.open_unix_connection(str(path), limit=1 << 24)
            except OSError:
                await asyncio.sleep(0.05)

    @property
    def is_on(self) -> bool:
        return self._process is not None

    @property
    def console(self) -> str:
        return (self.folder / "console.log").read_text(errors="replace")

    async def power_cut(self):
        """The supply fails: nothing inside gets another instruction."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        self._process = None
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
            self._writer.close()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the power was cut"))
        self._answers.clear()

    # The agent

    async def _listen(self, reader: asyncio.StreamReader, up: asyncio.Future):
        while line := await reader.readline():
            message = json.loads(line)
            if message.get("event") == "up":
                up.set_result(None)
            elif "event" in message:
                self.on_event(message)
            elif not (answer := self._answers.pop(message["id"])).done():
                if "error" in message:
                    answer.set_exception(GuestError(message["error"]))
                else:
                    answer.set_result(message["answer"])

    async def do(self, do: str, wait: float = PATIENCE, **details):
        """Has the agent do something (a `do_…` of guest_agent.py) and returns its answer."""
        if self._process is None:
            raise ConnectionError("the machine is off")
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._writer.write((json.dumps({"id": number, "do": do} | details) + "\n").encode())
        try:
            return await asyncio.wait_for(answer, wait)
        except TimeoutError:
            raise AssertionError(f"the agent did not {do} {details} within {wait:g} s:\n{self.console}") from None

    async def run(self, *argv: str, **details) -> str:
        """Runs a program to its end and returns what it printed."""
        done = await self.do("run", argv=argv, **details)
        if done["status"] != 0:
            raise GuestError(f"{' '.join(argv)}: status {done['status']}: {done['output']}{done['errors']}")
        return done["output"]

    async def read(self, path: str) -> bytes:
        return base64.b64decode(await self.do("read", path=path))

    async def write(self, path: str, content: str):
        await self.do("write", path=path, content=base64.b64encode(content.encode()).decode())


def kernel() -> Path:
    """The folder with kernel and initramfs, made if need be."""
    cache = Path(os.environ.get("LADEPUNKT_VIRTUAL_BOARD", HERE.parents[1] / ".build/virtual-board"))
    return Path(subprocess.run([HERE / "build.sh", cache], check=True, stdout=subprocess.PIPE, text=True).stdout.strip())


def data_disk(path: Path, megabytes: int = 64):
    """An empty ext4 file system."""
    with path.open("wb") as file:
        file.truncate(megabytes << 20)
    subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", "-L", "data", path], check=True)
