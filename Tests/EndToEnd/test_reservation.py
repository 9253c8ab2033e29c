import datetime

import pytest
from conditions import eventually
from journeys import CARD

STRANGER = "DEADBEEF"
COLLEAGUE = "C011EA6E"


def expiry(seconds: float) -> str:
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def reserve(central_system, number: int = 7, connector: int = 1, card: str = CARD, seconds: float = 600, **more) -> str:
    answer = await central_system.request(
        "ReserveNow", reservationId=number, connectorId=connector, idTag=card, expiryDate=expiry(seconds), **more
    )
    return answer["status"]


async def cancel(central_system, number: int = 7) -> str:
    return (await central_system.request("CancelReservation", reservationId=number))["status"]


async def test_a_reserved_connector_is_for_its_card_alone(start, central_system):
    point = await start()
    assert await reserve(central_system) == "Accepted"
    await central_system.expect("StatusNotification", connectorId=1, status="Reserved")
    assert await reserve(central_system, 8) == "Occupied"

    await point.plug()
    explanation = await point.api.get(f"/v1/cards/{STRANGER}/explain")
    assert explanation["outcome"] == "refused" and "reserved" in explanation["reason"]
    await point.swipe(STRANGER)
    answer = await central_system.request("RemoteStartTransaction", connectorId=1, idTag=STRANGER)
    assert answer == {"status": "Rejected"}
    await point.has(status="Reserved")

    await point.swipe(CARD)
    started = await central_system.expect("StartTransaction", idTag=CARD)
    assert started["reservationId"] == 7
    await point.has(status="Charging")
    assert await cancel(central_system) == "Rejected"
    assert not central_system.calls("StartTransaction", idTag=STRANGER)


async def test_a_card_of_the_group_may_use_it(start, central_system):
    central_system.cards[COLLEAGUE] = {"status": "Accepted", "parentIdTag": "FLEET"}
    point = await start()
    assert await reserve(central_system, parentIdTag="FLEET") == "Accepted"
    await point.plug()

    await point.swipe(COLLEAGUE)

    assert (await central_system.expect("StartTransaction", idTag=COLLEAGUE))["reservationId"] == 7


async def test_it_expires_and_can_be_cancelled(start, central_system):
    await start()
    assert await reserve(central_system, seconds=2) == "Accepted"
    await central_system.expect("StatusNotification", connectorId=1, status="Reserved")
    await central_system.expect("StatusNotification", connectorId=1, status="Available")
    assert await cancel(central_system) == "Rejected"

    assert await reserve(central_system, 8) == "Accepted"
    await central_system.expect("StatusNotification", connectorId=1, status="Reserved")
    assert await cancel(central_system, 8) == "Accepted"
    await central_system.expect("StatusNotification", connectorId=1, status="Available")
    assert await reserve(central_system, 9, seconds=-1) == "Rejected"


async def test_it_holds_over_a_killed_process(start, central_system, charge_point):
    point = await start()
    assert await reserve(central_system) == "Accepted"

    await charge_point.kill()
    await charge_point.start()
    await central_system.expect("BootNotification")
    await central_system.expect("StatusNotification", connectorId=1, status="Reserved")

    reservations = (await point.api.get("/v1/status"))["reservations"]
    assert [(entry["reservationId"], entry["idTag"]) for entry in reservations] == [(7, CARD)]
    await point.plug()
    await point.swipe(STRANGER)
    await point.swipe(CARD)
    assert (await central_system.expect("StartTransaction"))["reservationId"] == 7


@pytest.mark.parametrize("ending", ["fault", "inoperative"])
async def test_it_ends_with_the_connector(start, central_system, ending):
    point = await start()
    assert await reserve(central_system) == "Accepted"
    if ending == "fault":
        await point.simulate(1, "fault", errorCode="OtherError", active=True)
        await central_system.expect("StatusNotification", connectorId=1, status="Faulted")
        assert await reserve(central_system, 8) == "Faulted"
        await point.simulate(1, "fault", errorCode="OtherError", active=False)
    else:
        await central_system.request("ChangeAvailability", connectorId=1, type="Inoperative")
        await central_system.expect("StatusNotification", connectorId=1, status="Unavailable")
        assert await reserve(central_system, 8) == "Unavailable"
        await central_system.request("ChangeAvailability", connectorId=1, type="Operative")

    await central_system.expect("StatusNotification", connectorId=1, status="Available")
    assert await cancel(central_system) == "Rejected"


async def test_a_reservation_of_connector_0_keeps_one_connector_free(start, central_system):
    point = await start(connectors=2)
    assert await reserve(central_system, connector=0) == "Accepted"
    await point.plug(1)
    await point.swipe(STRANGER, 1)
    await central_system.expect("StartTransaction", connectorId=1)

    await point.plug(2)
    explanation = await point.api.get(f"/v1/cards/{COLLEAGUE}/explain")
    assert explanation["outcome"] == "refused" and "connector 0" in explanation["reason"]
    await point.swipe(COLLEAGUE, 2)
    await point.swipe(CARD, 2)

    assert (await central_system.expect("StartTransaction", connectorId=2))["idTag"] == CARD
    assert central_system.calls("StartTransaction")[-1]["reservationId"] == 7


async def test_connector_0_cannot_be_reserved_where_it_is_not_supported(start, central_system):
    await start(ocpp={"ReserveConnectorZeroSupported": False})

    assert await reserve(central_system, connector=0) == "Rejected"
    assert await reserve(central_system, connector=5) == "Rejected"


async def test_without_its_profile_nothing_can_be_reserved(start, central_system):
    await start(ocpp={"SupportedFeatureProfiles": "Core"})

    payload = {"reservationId": 1, "connectorId": 1, "idTag": CARD, "expiryDate": expiry(60)}
    assert await central_system.refused("ReserveNow", payload) == "NotSupported"


async def test_a_reservation_made_offline_sales_survive_goes_with_the_start_when_it_is_told(start, central_system):
    point = await start(ocpp={"AllowOfflineTxForUnknownId": True})
    assert await reserve(central_system) == "Accepted"
    await point.go_offline()
    await point.plug()
    await point.swipe(STRANGER)
    await point.swipe(CARD)
    await point.has(status="Charging")
    await point.go_online()
    await central_system.connected(2)

    assert (await central_system.expect("StartTransaction"))["reservationId"] == 7
    await eventually(lambda: central_system.calls("StatusNotification", connectorId=1, status="Charging"), "the status is told")
