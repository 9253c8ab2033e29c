"""The real daemon with the real drivers: a card is swiped, lines move, a meter counts, and a central system hears of it."""

import pytest
import pytest_asyncio

from conditions import eventually
from installed import BOARD, configuration

CARD, OTHER_CARD = "04A2B3C4D5E680", "08BADCAB"


@pytest_asyncio.fixture
async def ready(board, central_system):
    """Starts the daemon on a new ledger and waits until the connector can be used; returns the board."""

    async def ready(**charge_point):
        await board.install(configuration(central_system.url, **charge_point), BOARD)
        await board.start()
        await central_system.expect("BootNotification")
        await central_system.expect("StatusNotification", connectorId=1, status="Available")
        return board

    return ready


@pytest.fixture
def charging(ready, central_system):
    """A session during which energy flows; returns the board and the start."""

    async def charging(**charge_point):
        board = await ready(**charge_point)
        board.before = board.energy.register
        await board.plug()
        await board.swipe(CARD)
        start = await central_system.expect("StartTransaction", idTag=CARD)
        await flows(board)
        return board, start

    return charging


async def flows(board, energy: int = 10):
    target = board.energy.register + energy
    await eventually(lambda: board.energy.register >= target, f"{energy} Wh flow")


async def opens(board):
    await eventually(lambda: not board.contactor.closed, "the contactor opens")


async def test_a_card_closes_the_contactor_and_the_bill_is_what_the_meter_counted(charging, central_system):
    board, start = await charging()
    assert await board.is_held("relay")

    await board.swipe(CARD)

    stop = await central_system.expect("StopTransaction")
    assert not board.contactor.closed
    assert (start["meterStart"], stop["meterStop"]) == (board.before, board.energy.register)
    assert stop.payload.get("reason", "Local") == "Local"
    await board.unplug()
    await central_system.expect("StatusNotification", connectorId=1, status="Available")


async def test_another_card_does_not_end_the_session(charging, central_system):
    board, _ = await charging()

    await board.swipe(OTHER_CARD)

    await flows(board)
    assert not central_system.calls("StopTransaction")


async def test_the_cable_pulled_while_charging_opens_the_contactor(charging, central_system):
    board, _ = await charging()

    await board.unplug()

    await opens(board)
    stop = await central_system.expect("StopTransaction", reason="EVDisconnected")
    assert stop["meterStop"] == board.energy.register


async def test_a_welded_contactor_trips_the_upstream_breaker_and_locks_the_connector_out(charging, central_system):
    board, _ = await charging()
    board.contactor.fail("welded")

    await board.swipe(CARD)

    await central_system.expect("StatusNotification", connectorId=1, status="Faulted", errorCode="PowerSwitchFailure")
    await eventually(lambda: not board.energy.is_supplied, "the upstream breaker is tripped")
    await central_system.expect("StopTransaction")
    assert not board.contactor.coil and board.energy.power == 0


async def test_a_contactor_that_does_not_close_is_a_fault_and_nothing_is_sold(ready, central_system):
    board = await ready()
    before = board.energy.register
    board.contactor.fail("stuckOpen")

    await board.plug()
    await board.swipe(CARD)

    await central_system.expect("StatusNotification", connectorId=1, status="Faulted", errorCode="PowerSwitchFailure")
    stop = await central_system.expect("StopTransaction")
    assert stop["meterStop"] == before == board.energy.register


async def test_the_emergency_stop_opens_the_contactor_and_ends_the_session(charging, central_system):
    board, _ = await charging()

    board.pull("estop", False)

    await opens(board)
    stop = await central_system.expect("StopTransaction", reason="EmergencyStop")
    assert stop["meterStop"] == board.energy.register


async def test_a_residual_current_trip_opens_the_contactor(charging, central_system):
    board, _ = await charging()

    board.pull("rcd-trip", True)

    await opens(board)
    await central_system.expect("StatusNotification", connectorId=1, errorCode="GroundFailure")
    await central_system.expect("StopTransaction")


async def test_an_unplugged_reader_is_reported_and_serves_again_when_it_is_back(charging, central_system):
    board, _ = await charging()

    board.reader.unplug()
    await central_system.expect("StatusNotification", errorCode="ReaderFailure")
    await flows(board)

    board.reader.replug()
    await central_system.expect("StatusNotification", connectorId=0, errorCode="NoError")
    await board.swipe(CARD)
    await central_system.expect("StopTransaction")


async def test_a_dead_meter_ends_the_sale_at_the_last_register_that_was_read(charging, central_system):
    board, start = await charging(onMeterFailure="stop")

    board.meter.dead = True

    await central_system.expect("StatusNotification", connectorId=1, errorCode="PowerMeterFailure")
    await opens(board)
    stop = await central_system.expect("StopTransaction")
    assert start["meterStart"] <= stop["meterStop"] <= board.energy.register


@pytest.mark.parametrize("is_held", [pytest.param(False, id="the chip drops the line"), pytest.param(True, id="the chip holds the line")])
async def test_a_daemon_killed_while_charging_opens_the_contactor_at_the_latest_when_it_starts_again(charging, central_system, is_held):
    board, start = await charging()
    if is_held:
        await board.hold()

    await board.kill()
    if is_held:
        # Nothing that the daemon does can open now: that takes systemd's ExecStopPost, or the restart.
        await flows(board)
    else:
        await opens(board)
    await board.start()

    await opens(board)
    stop = await central_system.expect("StopTransaction")
    assert (start["meterStart"], stop["meterStop"]) == (board.before, board.energy.register)
