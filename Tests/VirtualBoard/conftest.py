import shutil
import tempfile
from pathlib import Path

import pytest
import pytest_asyncio

import machine
from central_system import CentralSystem
from charge_point import DAEMON
from virtual_board import VirtualBoard


def pytest_configure(config):
    if not DAEMON.exists():
        raise pytest.UsageError(f"{DAEMON} is not there: build it with 'swift build', or name another daemon in LADEPUNKTD")


@pytest.fixture(scope="session")
def kernel():
    return machine.kernel()


@pytest.fixture
def folder():
    # Not tmp_path: the path of a Unix socket has at most 107 characters.
    path = Path(tempfile.mkdtemp(prefix="ladepunkt-"))
    yield path
    shutil.rmtree(path)


@pytest_asyncio.fixture
async def central_system():
    """Listens, and fails the test for every frame of the charge point that breaks the protocol."""
    system = CentralSystem()
    await system.start()
    yield system
    await system.stop()
    print("\n".join(system.transcript))
    assert not system.faults, "the charge point broke the protocol:\n" + "\n".join(system.faults)


@pytest_asyncio.fixture
async def board(folder, kernel):
    """A board that is switched off; console and log are shown at the end."""
    board = VirtualBoard(folder, kernel)
    await board.set_up()
    try:
        yield board
    finally:
        await board.tear_down()
        print(board.machine.console, board.log, sep="\n")
