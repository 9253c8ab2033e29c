import pytest

from conditions import eventually
from journeys import charging, registered, stops

NORMAL = {"status": "Accepted"}


@pytest.mark.parametrize(("kind", "reason"), [("Soft", "SoftReset"), ("Hard", "HardReset")])
async def test_a_reset_ends_the_session_and_the_process_and_is_told_once(start, central_system, kind, reason):
    point = await start()
    started = await charging(central_system, point)

    assert await central_system.request("Reset", type=kind) == NORMAL
    assert await point.ended() == 10
    await point.start()

    await central_system.expect("BootNotification")
    await stops(central_system, point, started, reason)
    await eventually(lambda: _nothing_waits(point), "the queue is empty")
    assert len(central_system.calls("StartTransaction")) == len(central_system.calls("StopTransaction")) == 1
    assert (await point.truth())["contactor"] == "open"


@pytest.mark.parametrize("kind", ["Soft", "Hard"])
async def test_a_reset_of_an_idle_charge_point_is_followed_by_a_boot(start, central_system, kind):
    point = await start()

    assert await central_system.request("Reset", type=kind) == NORMAL
    assert await point.ended() == 10
    await point.start()

    await registered(central_system)


@pytest.mark.parametrize(("kind", "restarts"), [("Soft", False), ("Hard", True)])
async def test_a_hard_reset_asks_the_service_manager_for_the_board_where_it_is_configured(
    start, central_system, folder, monkeypatch, kind, restarts
):
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(folder))
    point = await start(chargePoint={"id": "cp001", "hardReset": "board"})

    assert await central_system.request("Reset", type=kind) == NORMAL

    assert await point.ended() == 10
    assert (folder / "restart-board").exists() == restarts


async def test_without_a_service_manager_a_hard_reset_restarts_the_daemon_and_says_so_from_the_start(start, central_system):
    point = await start(chargePoint={"id": "cp001", "hardReset": "board"})
    assert "a hard Reset restarts the daemon alone" in point.log

    assert await central_system.request("Reset", type="Hard") == NORMAL

    assert await point.ended() == 10


async def test_SIGTERM_while_charging_opens_the_contactor_and_records_the_end(start, central_system):
    point = await start()
    started = await charging(central_system, point)

    assert await point.terminate() == 0
    stopped = await central_system.expect("StopTransaction", transactionId=started.answer["transactionId"])
    assert stopped["reason"] == "Reboot"
    await point.start()

    assert await point.register() == stopped["meterStop"], "not a watt-hour after the end"
    assert [session["stopReason"] for session in await point.sessions()] == ["Reboot"]
    await registered(central_system)
    assert len(central_system.calls("StopTransaction")) == 1


async def test_SIGTERM_without_a_network_keeps_the_end_for_later(start, central_system):
    point = await start()
    started = await charging(central_system, point)
    await central_system.stop()

    assert await point.terminate() == 0
    # Closed in good order: the log is written back into the ledger's file.
    assert not list(point.folder.glob("**/ledger.sqlite-wal"))
    await central_system.start()
    await point.start()

    await stops(central_system, point, started, "Reboot")


async def _nothing_waits(point) -> bool:
    return (await point.api.get("/v1/status"))["ledger"]["queued"] == 0
