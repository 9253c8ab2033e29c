"""The real daemon as a process, its local API, and the hand that plugs and swipes on its simulated board."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import socket
import time
from pathlib import Path
from urllib.parse import quote

from conditions import PATIENCE, eventually

# Another daemon than the one just built may be tested; its command line is expected beside it.
DAEMON = Path(os.environ.get("LADEPUNKTD", Path(__file__).resolve().parents[2] / ".build/debug/ladepunktd")).absolute()


class ApiError(Exception):
    def __init__(self, status: int, body):
        super().__init__(f"HTTP {status}: {body}")
        self.status, self.body = status, body


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path):
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class LocalAPI:
    """HTTP over the daemon's Unix socket."""

    def __init__(self, path: Path):
        self.path = path

    async def get(self, path: str):
        return json.loads(await self.text("GET", path))

    async def post(self, path: str, **body):
        return json.loads(await self.text("POST", path, body))

    async def put(self, path: str, **body):
        return json.loads(await self.text("PUT", path, body))

    async def text(self, method: str, path: str, body: dict | None = None) -> str:
        return await asyncio.to_thread(self._text, method, path, body)

    def _text(self, method: str, path: str, body: dict | None) -> str:
        connection = _UnixConnection(self.path)
        try:
            headers = {"Content-Type": "application/json", "Connection": "close"} if body is not None else {"Connection": "close"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status >= 300:
            raise ApiError(response.status, text)
        return text


class ChargePoint:
    """A daemon in a folder of its own: configuration, board file, data, socket and log."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.api = LocalAPI(folder / "control.sock")
        self.process: asyncio.subprocess.Process | None = None
        self._end_is_known = False
        self._presentable: dict[str, float] = {}

    # Files

    @property
    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def write(self, name: str, content: dict | str) -> Path:
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else "\n".join(yaml_lines(content)) + "\n")
        return path

    # The process

    async def start(self, *arguments: str):
        """Starts the daemon (by default with the folder's own configuration) and waits until its API answers."""
        await self.spawn(*(arguments or ("--config", "ladepunkt.yaml")))
        await eventually(self._answers, "the daemon's API answers")

    async def spawn(self, *arguments: str):
        with (self.folder / "log").open("ab") as log:
            self._end_is_known = False
            self.process = await asyncio.create_subprocess_exec(
                DAEMON, *arguments, cwd=self.folder, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )

    def adopt(self, process: asyncio.subprocess.Process):
        """Goes on with this one of several processes."""
        self.process, self._end_is_known = process, False

    async def _answers(self) -> bool:
        assert self.process.returncode is None, f"the daemon ended with status {self.process.returncode}:\n{self.log}"
        try:
            await self.api.get("/v1/status")
            return True
        except OSError:
            return False

    async def ended(self, timeout: float = PATIENCE) -> int:
        """Waits for the end of the process and returns its exit status."""
        try:
            status = await asyncio.wait_for(self.process.wait(), timeout)
            self._end_is_known = True
            return status
        except TimeoutError:
            raise AssertionError(f"the daemon did not end within {timeout:g} s") from None

    async def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return await self.ended()

    async def kill(self):
        """As if the supply had failed."""
        self.process.kill()
        await self.ended()

    async def clean_up(self):
        """Ends the process if it still runs; it must not have ended by itself, and must end properly now."""
        if self.process is None or self._end_is_known:
            return
        assert self.process.returncode is None, f"the daemon ended by itself with status {self.process.returncode}"
        self.process.send_signal(signal.SIGTERM)
        try:
            status = await asyncio.wait_for(self.process.wait(), 8)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise AssertionError("the daemon did not end within 8 s of SIGTERM") from None
        assert status == 0, f"the daemon ended with status {status} on SIGTERM"

    # The hand

    async def plug(self, connector: int = 1):
        await self.simulate(connector, "plug")

    async def unplug(self, connector: int = 1):
        await self.simulate(connector, "unplug")

    async def simulate(self, connector: int, what: str, **body):
        await self.api.post(f"/v1/simulator/connectors/{connector}/{what}", **body)

    async def swipe(self, id_tag: str, connector: int | None = None):
        # Nobody presents a card twice within a second, and the charge point may take that for one card held too long.
        await asyncio.sleep(max(0, self._presentable.get(id_tag, 0) - time.monotonic()))
        self._presentable[id_tag] = time.monotonic() + 1.3
        body = {} if connector is None else {"connectors": [connector]}
        await self.api.post("/v1/simulator/cards", idTag=id_tag, **body)

    async def operate(self, connector: int, what: str, **body):
        return await self.api.post(f"/v1/connectors/{connector}/{what}", **body)

    async def add_card(self, id_tag: str, **fields):
        await self.api.put(f"/v1/cards/{quote(id_tag, safe='')}", **fields)

    async def go_offline(self):
        await self.api.post("/v1/link/disconnect")

    async def go_online(self):
        await self.api.post("/v1/link/connect")

    # The views

    async def connector(self, number: int = 1) -> dict:
        status = await self.api.get("/v1/status")
        return next(connector for connector in status["connectors"] if connector["id"] == number)

    async def truth(self, number: int = 1) -> dict:
        """What is really so at the connector, whatever the daemon believes."""
        truth = await self.api.get("/v1/simulator")
        return next(connector for connector in truth["connectors"] if connector["id"] == number)

    async def register(self, number: int = 1) -> int:
        return (await self.truth(number))["registerWh"]

    async def sessions(self) -> list[dict]:
        return (await self.api.get("/v1/sessions"))["sessions"]

    async def has(self, connector: int = 1, **expected):
        """Waits until the connector's status shows these values."""

        async def matches():
            shown = await self.connector(connector)
            return all(shown[key] == value for key, value in expected.items())

        await eventually(matches, f"connector {connector} shows {expected}")

    async def draws(self, energy: int, connector: int = 1, since: int | None = None):
        """Waits until this many Wh have flowed since the register stood at `since` (default: now)."""
        start = await self.register(connector) if since is None else since

        async def flowed():
            return await self.register(connector) >= start + energy

        await eventually(flowed, f"{energy} Wh flow at connector {connector}")


def yaml_lines(mapping: dict, indent: str = ""):
    """Block-style YAML of mappings, sequences of mappings and scalars that need no quotes."""
    for key, value in mapping.items():
        if isinstance(value, dict) and value:
            yield f"{indent}{key}:"
            yield from yaml_lines(value, indent + "  ")
        elif isinstance(value, list):
            yield f"{indent}{key}:"
            for item in value:
                first, *rest = yaml_lines(item)
                yield f"{indent}  - {first}"
                yield from (f"{indent}    {line}" for line in rest)
        else:
            yield f"{indent}{key}: {'{}' if value == {} else str(value).lower() if isinstance(value, bool) else value}"
