import asyncio
import csv
import io

import pytest

from conditions import eventually
from journeys import CARD, charging

STRANGER = "DEADBEEF"


@pytest.fixture
async def standalone(charge_point, configure):
    """Without a central system: the charger's own cards decide."""
    configure(None)
    await charge_point.start()
    await charge_point.add_card(CARD)
    return charge_point


async def _session(point, card: str = CARD) -> tuple[int, int]:
    begin = await point.register()
    await point.plug()
    await point.swipe(card)
    await point.has(status="Charging", contactor="closed")
    await point.draws(100, since=begin)
    await point.swipe(card)
    await point.has(status="Finishing", contactor="open", transaction=None)
    end = await point.register()
    await point.unplug()
    await point.has(status="Available")
    return begin, end


async def test_an_own_card_starts_and_stops(standalone):
    begin, end = await _session(standalone)

    (session,) = await standalone.sessions()
    expected = {"connectorId": 1, "idTag": CARD, "meterStartWh": begin, "meterStopWh": end, "energyWh": end - begin}
    assert session.items() >= (expected | {"stopReason": "Local", "transactionId": None, "delivery": "standalone"}).items()
    status = await standalone.api.get("/v1/status")
    assert (status["centralSystem"], status["ledger"]["queued"]) == (None, 0)


async def test_a_strange_card_starts_nothing(standalone):
    await standalone.plug()

    await standalone.swipe(STRANGER)

    assert await standalone.sessions() == []
    assert (await standalone.truth())["contactor"] == "open"
    assert (await standalone.connector())["status"] == "Preparing"


async def test_a_removed_card_starts_nothing_any_more(standalone):
    await standalone.api.text("DELETE", f"/v1/cards/{CARD}")
    assert (await standalone.api.get("/v1/cards"))["cards"] == []
    await standalone.plug()

    await standalone.swipe(CARD)

    assert await standalone.sessions() == []


async def test_a_card_is_learnt_by_presenting_it(standalone):
    learning = asyncio.create_task(standalone.api.post("/v1/cards/learn"))

    async def learnt():
        # The call answers once a card was learnt; a card that is presented before it has arrived is merely refused.
        if not learning.done():
            await standalone.swipe(STRANGER)
        return learning.done()

    await eventually(learnt, "a card is learnt")
    assert (await learning)["idTag"] == STRANGER
    await _session(standalone, STRANGER)


async def test_the_list_of_sessions_adds_up_to_the_register_in_JSON_and_in_CSV(standalone):
    first = await standalone.register()
    bills = [await _session(standalone) for _ in range(3)]
    drawn = await standalone.register() - first

    sessions = await standalone.sessions()
    rows = list(csv.DictReader(io.StringIO(await standalone.api.text("GET", "/v1/sessions?format=csv"))))

    assert [(session["meterStartWh"], session["meterStopWh"]) for session in sessions] == bills[::-1], "newest first"
    assert sum(session["energyWh"] for session in sessions) == drawn
    assert sum(int(row["energyWh"]) for row in rows) == drawn
    assert [row["id"] for row in rows] == [session["id"] for session in sessions]


async def test_a_session_survives_a_power_loss_with_the_register_of_the_meter(standalone):
    begin = await standalone.register()
    await standalone.plug()
    await standalone.swipe(CARD)
    await standalone.draws(100)

    await standalone.kill()
    await standalone.start()

    (session,) = await standalone.sessions()
    assert (session["stopReason"], session["meterStartWh"], session["meterStopWh"]) == ("PowerLoss", begin, await standalone.register())
    assert "powerLoss" in session["flags"]


async def test_a_ground_failure_opens_the_contactor_at_once_and_is_told(start, central_system):
    point = await start()
    await charging(central_system, point)

    await point.simulate(1, "fault", errorCode="GroundFailure", active=True)

    assert (await point.truth())["contactor"] == "open"
    await central_system.expect("StatusNotification", connectorId=1, status="Faulted", errorCode="GroundFailure")
    await point.has(status="Faulted", errorCode="GroundFailure", contactor="open")
    await point.simulate(1, "fault", errorCode="GroundFailure", active=False)
    cleared = await central_system.expect("StatusNotification", connectorId=1, errorCode="NoError")
    assert cleared["status"] != "Faulted"


async def test_a_faulted_connector_takes_no_card(standalone):
    await standalone.simulate(1, "fault", errorCode="HighTemperature", active=True)
    await standalone.has(status="Faulted", errorCode="HighTemperature")
    await standalone.plug()

    await standalone.swipe(CARD)

    assert await standalone.sessions() == []
    assert (await standalone.truth())["contactor"] == "open"


async def test_a_welded_contactor_locks_the_connector_out(start, central_system):
    point = await start()
    await charging(central_system, point)

    await point.simulate(1, "contactor", failure="welded")
    await point.swipe(CARD)

    await central_system.expect("StatusNotification", connectorId=1, status="Faulted", errorCode="PowerSwitchFailure")


async def test_a_silent_meter_is_a_PowerMeterFailure(start, central_system):
    point = await start()
    await charging(central_system, point)

    await point.simulate(1, "meter", failure="silent")

    await central_system.expect("StatusNotification", connectorId=1, errorCode="PowerMeterFailure")


@pytest.mark.parametrize("failure", ["gone", "hung"])
async def test_a_dead_reader_is_a_ReaderFailure_and_nothing_else_stops(start, central_system, failure):
    point = await start()

    await point.api.post("/v1/simulator/reader", failure=failure)
    failed = await central_system.expect("StatusNotification", errorCode="ReaderFailure")
    assert failed["status"] != "Faulted"
    await point.plug()
    await central_system.request("RemoteStartTransaction", idTag=CARD, connectorId=1)

    await central_system.expect("StatusNotification", connectorId=1, status="Charging")
