import pytest

from journeys import CARD, charging, stops


async def _change(system, connector: int, kind: str) -> str:
    return (await system.request("ChangeAvailability", connectorId=connector, type=kind))["status"]


async def test_an_inoperative_connector_takes_no_card_and_stays_so_over_a_restart(start, central_system):
    point = await start()

    assert await _change(central_system, 1, "Inoperative") == "Accepted"
    await central_system.expect("StatusNotification", connectorId=1, status="Unavailable")
    await point.plug()
    await point.swipe(CARD)
    await point.kill()
    await point.start()
    await central_system.expect("BootNotification")
    await central_system.expect("StatusNotification", connectorId=1, status="Unavailable")
    assert not central_system.calls("StartTransaction")

    assert await _change(central_system, 1, "Operative") == "Accepted"
    await central_system.expect("StatusNotification", connectorId=1, status="Available")
    await charging(central_system, point)


async def test_a_change_during_a_session_is_scheduled_until_its_end(start, central_system):
    point = await start()
    started = await charging(central_system, point)

    assert await _change(central_system, 1, "Inoperative") == "Scheduled"
    await point.draws(20)
    await point.has(status="Charging")
    await point.swipe(CARD)

    await stops(central_system, point, started)
    await central_system.expect("StatusNotification", connectorId=1, status="Unavailable")


async def test_connector_0_means_every_connector(start, central_system):
    point = await start(connectors=2)

    assert await _change(central_system, 0, "Inoperative") == "Accepted"
    for connector in (0, 1, 2):
        await central_system.expect("StatusNotification", connectorId=connector, status="Unavailable")
    await point.terminate()
    await point.start()
    for connector in (0, 1, 2):
        await central_system.expect("StatusNotification", connectorId=connector, status="Unavailable")
    assert await _change(central_system, 0, "Operative") == "Accepted"

    for connector in (0, 1, 2):
        await central_system.expect("StatusNotification", connectorId=connector, status="Available")


async def test_a_change_of_all_while_one_connector_charges_takes_the_other_at_once(start, central_system):
    point = await start(connectors=2)
    started = await charging(central_system, point, 1)

    assert await _change(central_system, 0, "Inoperative") == "Scheduled"
    await central_system.expect("StatusNotification", connectorId=2, status="Unavailable")
    await point.has(1, status="Charging")
    await point.swipe(CARD, 1)

    await stops(central_system, point, started)
    await central_system.expect("StatusNotification", connectorId=1, status="Unavailable")


async def test_an_unknown_connector_is_rejected(start, central_system):
    await start()

    assert await _change(central_system, 9, "Inoperative") == "Rejected"


@pytest.mark.parametrize("kind", ["Operative", "Inoperative"])
async def test_asking_for_what_is_so_already_is_accepted(start, central_system, kind):
    await start()
    await _change(central_system, 1, kind)

    assert await _change(central_system, 1, kind) == "Accepted"


async def test_an_operator_changes_availability_as_the_central_system_does(start, central_system):
    point = await start()

    assert await point.operate(1, "availability", type="Inoperative") == {"status": "Accepted"}
    await central_system.expect("StatusNotification", connectorId=1, status="Unavailable")
    assert await point.operate(1, "availability", type="Operative") == {"status": "Accepted"}

    await central_system.expect("StatusNotification", connectorId=1, status="Available")
