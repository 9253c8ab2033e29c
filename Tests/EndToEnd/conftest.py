import shutil
import tempfile
from pathlib import Path

import pytest
import pytest_asyncio

from central_system import CentralSystem
from charge_point import DAEMON, ChargePoint
from journeys import registered


def pytest_configure(config):
    if not DAEMON.exists():
        raise pytest.UsageError(f"{DAEMON} is not there: build it with 'swift build', or name another daemon in LADEPUNKTD")


@pytest_asyncio.fixture
async def central_system():
    """Listens, and fails the test for every frame of the charge point that breaks the protocol."""
    system = CentralSystem()
    await system.start()
    yield system
    await system.stop()
    print("\n".join(system.transcript))
    assert not system.faults, "the charge point broke the protocol:\n" + "\n".join(system.faults)


@pytest.fixture
def folder():
    # Not tmp_path: the path of a Unix socket has at most 107 characters.
    path = Path(tempfile.mkdtemp(prefix="ladepunkt-"))
    yield path
    shutil.rmtree(path)


@pytest_asyncio.fixture
async def charge_point(folder):
    """A charge point that is not running yet; it is stopped and its log is shown at the end."""
    point = ChargePoint(folder)
    try:
        yield point
        await point.clean_up()
    finally:
        print(point.log)


@pytest.fixture
def configure(charge_point):
    """Writes the configuration; `ocpp`: keys, `speed`: how fast energy flows (100: some 200 Wh/s), `board`: more of the board file."""

    def write(url: str | None, connectors: int = 1, ocpp=None, speed: int = 100, vehicle=None, board=None, **sections):
        drivers = ("lock", "contactor", "controlPilot", "meter")
        charge_point.write("board.yaml", {
            "model": "simulated",
            "connectors": [
                {"id": number, "rating": {"current": "32 A", "phases": 3}} | {name: {"driver": "simulated"} for name in drivers}
                for number in range(1, connectors + 1)
            ],
            "cardReaders": [{"driver": "simulated"}],
            "simulation": {"speed": speed, "vehicle": {"current": "32 A", "phases": 1, "readyAfter": "100 ms"} | (vehicle or {})},
        } | (board or {}))  # fmt: skip
        central_system = {"url": url, "reconnect": {"minimumSeconds": 1, "maximumSeconds": 2, "randomSeconds": 0}}
        keys = {"MeterValueSampleInterval": 0, "MinimumStatusDuration": 0, "TransactionMessageRetryInterval": 1, "ConnectionTimeOut": 60}
        configuration = {
            "board": "board.yaml",
            "dataDirectory": "data",
            "chargePoint": {"id": "cp001", "vendor": "Example", "model": "Wallbox 11", "serialNumber": "0001", "firmwareVersion": "1.0.0"},
            "control": {"socket": "control.sock"},
            "centralSystem": central_system,
            "ocpp": keys | (ocpp or {}),
        } | sections
        charge_point.write("ladepunkt.yaml", {key: value for key, value in configuration.items() if key != "centralSystem" or url})

    return write


@pytest.fixture
def start(central_system, charge_point, configure):
    """Starts the configured charge point and waits until it has registered and told its status."""

    async def start(connectors: int = 1, **configuration) -> ChargePoint:
        configure(central_system.url, connectors=connectors, **configuration)
        await charge_point.start()
        await registered(central_system, connectors)
        return charge_point

    return start
