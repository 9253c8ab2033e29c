"""A charger as its installer sees it: a package, a service, a configuration, a journal."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from pathlib import Path

from charge_point import LocalAPI
from conditions import eventually
from container import Container

CONFIGURATION = "/etc/ladepunkt/ladepunkt.yaml"
SOCKET = "/run/ladepunkt/control.sock"


class Charger:
    def __init__(self, container: Container, package: Path):
        self.container, self.package = container, package
        self._presentable = 0.0

    @property
    def api(self) -> LocalAPI:
        return LocalAPI(self.container.path(SOCKET))

    async def install(self, package: Path):
        shutil.copy(package, self.container.path(f"/root/{package.name}"))
        return await self.container.run("apt-get", "install", "-q", "-y", "--no-install-recommends", f"/root/{package.name}")

    # The service

    async def shows(self, name: str, unit: str = "ladepunktd.service") -> str:
        return await self.container.run("systemctl", "show", "-P", name, unit)

    async def main_pid(self) -> int:
        return int(await self.shows("MainPID"))

    async def is_up(self):
        """Waits until the service is ready and its API answers."""

        async def answers():
            return await self.shows("ActiveState") == "active" and await self._answers()

        await eventually(answers, "the service is active and its API answers")

    async def _answers(self) -> bool:
        try:
            await self.api.get("/v1/status")
            return True
        except OSError:
            return False

    async def systemctl(self, *words: str):
        await self.container.run("systemctl", *words)

    async def restarted(self, pid: int):
        async def is_another():
            return await self.main_pid() not in (0, pid)

        await eventually(is_another, "another process runs")
        await self.is_up()

    # The configuration

    def configure(self, text: str):
        self.container.path(CONFIGURATION).write_text(text)

    @property
    def configuration(self) -> str:
        return self.container.path(CONFIGURATION).read_text()

    # The command line

    async def ladepunkt(self, *words: str):
        return await self.container.run("ladepunkt", *words)

    async def status(self) -> dict:
        return json.loads(await self.ladepunkt("status", "--json"))

    async def sessions(self) -> list[dict]:
        return json.loads(await self.ladepunkt("sessions", "--json"))["sessions"]

    async def connector(self) -> dict:
        return (await self.status())["connectors"][0]

    async def present(self, card: str):
        # A card that comes again within a second counts as one that is held.
        await asyncio.sleep(max(0.0, self._presentable - time.monotonic()))
        self._presentable = time.monotonic() + 1.3
        await self.ladepunkt("simulate", "card", card)

    async def charging(self, card: str = "04A2B3C4"):
        """Plugs in, swipes, and waits until energy flows."""
        await self.ladepunkt("simulate", "plug", "1")
        await self.present(card)

        async def flows():
            connector = await self.connector()
            return connector["status"] == "Charging" and connector["meter"]["energyWh"] > connector["transaction"]["meterStartWh"]

        await eventually(flows, "energy flows")

    async def has_sessions(self, count: int) -> list[dict]:
        async def ended():
            sessions = await self.sessions()
            return len(sessions) == count and all(session["stoppedAt"] for session in sessions) and sessions

        return await eventually(ended, f"{count} sessions have ended")

    # The journal

    async def journal(self, *matches: str, unit: str = "ladepunktd.service") -> list[dict]:
        lines = await self.container.run("journalctl", "--no-pager", "-o", "json", "--unit", unit, *matches)
        return [json.loads(line) for line in lines.splitlines() if line.startswith("{")]

    async def says(self, text: str, since: int = 0, unit: str = "ladepunktd.service") -> dict:
        """Waits for a line of the journal after the first `since` ones."""

        async def said():
            lines = (await self.journal(unit=unit))[since:]
            return next((line for line in lines if text in str(line.get("MESSAGE"))), None)

        return await eventually(said, f"the journal of {unit} says '{text}'")

    async def lines(self, unit: str = "ladepunktd.service") -> int:
        return len(await self.journal(unit=unit))

    # Updates

    async def ask_for_update(self, file: Path) -> tuple[int, str]:
        """Has a file installed as the daemon would: by its program, as its user, in its sandbox."""
        inside = f"/var/lib/ladepunkt/{file.name}"
        shutil.copy(file, self.container.path(inside))
        await self.container.run("chown", "ladepunkt:", inside)
        sandbox = ["--uid=ladepunkt", "-pProtectSystem=strict", "-pReadWritePaths=/var/lib/ladepunkt", "-pNoNewPrivileges=yes"]
        try:
            return await self.container.try_to(
                "systemd-run", "--quiet", "--wait", "--pipe", *sandbox, "/usr/lib/ladepunkt/install-firmware", inside, wait=200
            )
        finally:
            self.container.path(inside).unlink(missing_ok=True)

    async def update_is_over(self):
        async def is_over():
            return not self.container.path("/var/lib/ladepunkt-update/pending").exists()

        await eventually(is_over, "the update is over", timeout=300)

    async def version(self) -> str:
        return await self.container.run("dpkg-query", "-W", "-f", "${Version}", "ladepunkt")


class StopWatch:
    def __init__(self):
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began
