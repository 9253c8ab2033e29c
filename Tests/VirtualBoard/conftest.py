import os

# A software-emulated machine takes its time.
os.environ.setdefault("LADEPUNKT_TEST_PATIENCE", "60")

import shutil  # noqa: E402
import tempfile  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
import pytest_asyncio  # noqa: E402

import machine  # noqa: E402
from central_system import CentralSystem  # noqa: E402
from charge_point import DAEMON  # noqa: E402
from virtual_board import SimulatedInside, VirtualBoard  # noqa: E402


def pytest_configure(config):
    if not DAEMON.exists():
        raise pytest.UsageError(f"{DAEMON} is not there: build it with 'swift build', or name another daemon in LADEPUNKTD")


async def set_up(kind: type[VirtualBoard]):
    """One board for all tests, because each boot takes its time."""
    # Not tmp_path: the path of a Unix socket has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="ladepunkt-"))
    board = kind(folder, machine.kernel())
    await board.set_up()
    try:
        yield board
    finally:
        await board.tear_down()
        shutil.rmtree(folder)


async def under_power(board: VirtualBoard):
    """Everything is in order and no daemon runs; the log is shown at the end."""
    board.forget_log()
    if not board.machine.is_on:
        await board.power_on()
    try:
        yield board
        await board.clean_up()
    finally:
        print(board.machine.console, board.log, sep="\n")
        if board.pid is not None:
            await board.kill()
        if board.machine.is_on:
            await board.hold(False)
        board.heal()


@pytest_asyncio.fixture(scope="session")
async def shared_board():
    async for board in set_up(VirtualBoard):
        yield board


@pytest_asyncio.fixture
async def board(shared_board):
    """A board under power."""
    async for board in under_power(shared_board):
        yield board


@pytest_asyncio.fixture
async def simulated_board(shared_board):
    """A machine in which the daemon works its own simulated board."""
    # Two machines at once would only slow each other down.
    await shared_board.power_cut()
    async for powered in set_up(SimulatedInside):
        async for board in under_power(powered):
            yield board


@pytest_asyncio.fixture
async def central_system():
    """Listens, and fails the test for every frame of the charge point that breaks the protocol."""
    system = CentralSystem()
    await system.start()
    yield system
    await system.stop()
    print("\n".join(system.transcript))
    assert not system.faults, "the charge point broke the protocol:\n" + "\n".join(system.faults)
