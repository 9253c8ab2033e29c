"""A Debian of its own in a container, with a systemd that boots it; for the package to be installed into."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".build/installation"
# What a small board's image has, and nothing that the package should bring itself.
DEBIAN = ["--variant=minbase", "--include=systemd,systemd-sysv,udev,dbus", "bookworm"]
MIRROR = "http://deb.debian.org/debian"


class CommandFailed(Exception):
    """What went wrong inside, in its own words."""


def debian() -> Path:
    """The root of a clean Debian 12, made if need be."""
    root = CACHE / ("debian-" + hashlib.sha256(repr(DEBIAN).encode()).hexdigest()[:8])
    if not root.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix="making.", dir=CACHE))
        try:
            subprocess.run(["mmdebstrap", "--quiet", *DEBIAN, making, MIRROR], check=True)
            making.chmod(0o755)
            making.rename(root)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return root


class Container:
    """The clean root under an overlay: what is written is gone with the container."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="ladepunkt-installation-"))
        self.root = self.folder / "root"
        self._leader = 0
        self._process: subprocess.Popen | None = None

    async def boot(self):
        for name in ("root", "upper", "work"):
            (self.folder / name).mkdir()
        layers = f"lowerdir={debian()},upperdir={self.folder}/upper,workdir={self.folder}/work"
        subprocess.run(["mount", "-t", "overlay", "-o", layers, "overlay", self.root], check=True)
        # The machine's own way to packages.
        for source in ("/etc/resolv.conf", "/etc/hosts"):
            shutil.copy(source, str(self.root) + source)
        await self._start()

    async def rebooted(self):
        """Waits until the machine has asked to be started again, as one without a supply of its own has to, and starts it."""
        assert self._process is not None
        status = await asyncio.to_thread(self._process.wait, 120)
        assert status == 133, f"the container ended with status {status} instead of a reboot:\n{self.console}"
        await self._start()

    async def _start(self):
        (self.folder / "notify").unlink(missing_ok=True)
        told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        told.bind(str(self.folder / "notify"))
        told.settimeout(120)
        command = ["systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit", "--notify-ready=yes", "--console=read-only"]
        command += ["--resolv-conf=off", "--link-journal=no", f"--directory={self.root}", f"--machine={self.folder.name}"]
        with (self.folder / "console").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | {"NOTIFY_SOCKET": str(self.folder / "notify")}
            )
        message = ""
        while "READY=1" not in message:
            try:
                message = (await asyncio.to_thread(told.recv, 4096)).decode()
            except TimeoutError:
                raise AssertionError(f"the container did not boot:\n{self.console}") from None
            for line in message.split("\n"):
                if line.startswith("X_NSPAWN_LEADER_PID="):
                    self._leader = int(line.partition("=")[2])
        told.close()

    @property
    def console(self) -> str:
        path = self.folder / "console"
        return path.read_text(errors="replace") if path.exists() else ""

    def command(self, *argv: str) -> list[str]:
        return ["nsenter", f"--target={self._leader}", "--mount", "--uts", "--ipc", "--pid", "--root", "--wdns=/", "--", *argv]

    async def try_to(self, *argv: str, wait: float = 300) -> tuple[int, str]:
        """Runs a program inside; its exit status, and what it said."""
        process = await asyncio.create_subprocess_exec(
            *self.command(*argv), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", "SYSTEMD_COLORS": "0"},
        )  # fmt: skip
        try:
            output, _ = await asyncio.wait_for(process.communicate(), wait)
        except TimeoutError:
            process.kill()
            await process.wait()
            raise AssertionError(f"{' '.join(argv)} did not end within {wait:g} s") from None
        return process.returncode, output.decode(errors="replace")

    async def run(self, *argv: str, wait: float = 300) -> str:
        status, output = await self.try_to(*argv, wait=wait)
        if status != 0:
            raise CommandFailed(f"{' '.join(argv)}: status {status}: {output}")
        return output.strip()

    def path(self, inside: str) -> Path:
        return Path(f"/proc/{self._leader}/root{inside}")

    def disk(self, inside: str) -> Path:
        """The same without a link on the way, for what is not on a file system of the container's own."""
        return Path(f"{self.root}{inside}")

    def outside(self, pid: int) -> int:
        """The number that a process of the container has on this machine."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                numbers = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("NSpid:")).split()[1:]
                if len(numbers) > 1 and int(numbers[-1]) == pid and (folder / "root").samefile(f"/proc/{self._leader}/root"):
                    return int(folder.name)
            except (OSError, StopIteration):
                continue
        raise AssertionError(f"no process {pid} is in the container")

    async def shut_down(self):
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            try:
                await asyncio.to_thread(self._process.wait, 30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        subprocess.run(["umount", self.root], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
