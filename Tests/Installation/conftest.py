import os

# The machine may be busy, and starting services takes its time.
os.environ.setdefault("LADEPUNKT_TEST_PATIENCE", "60")

import shutil  # noqa: E402
import tempfile  # noqa: E402
from pathlib import Path  # noqa: E402

import pytest  # noqa: E402
import pytest_asyncio  # noqa: E402

import packages  # noqa: E402
from central_system import CentralSystem  # noqa: E402
from charger import Charger  # noqa: E402
from container import Container  # noqa: E402


def pytest_configure(config):
    if os.geteuid() != 0:
        raise pytest.UsageError("a container with a systemd of its own needs root")


@pytest_asyncio.fixture(scope="session")
async def charger():
    """One machine for all tests, which follow its life: installed, at work, in trouble, updated, purged."""
    container = Container()
    try:
        await container.boot()
        yield Charger(container, packages.built())
    finally:
        print(container.console)
        await container.shut_down()


@pytest_asyncio.fixture(autouse=True)
async def _journal(charger):
    before = int(await charger.container.run("sh", "-c", "journalctl --no-pager | wc -l"))
    yield
    print((await charger.container.try_to("sh", "-c", f"journalctl --no-pager -o short-precise | tail -n +{before}"))[1])


@pytest.fixture
def folder():
    path = Path(tempfile.mkdtemp(prefix="ladepunkt-"))
    yield path
    shutil.rmtree(path)


@pytest_asyncio.fixture
async def central_system():
    system = CentralSystem()
    await system.start()
    yield system
    await system.stop()
    print("\n".join(system.transcript))
    assert not system.faults, "the charge point broke the protocol:\n" + "\n".join(system.faults)
