import itertools

import pytest

from charge_point import ApiError
from journeys import CARD, charging, stops

FRIEND, STRANGER = "0BADF00D", "DEADBEEF"


async def test_card_first_the_session_begins_when_the_cable_comes(start, central_system):
    point = await start()

    await point.swipe(CARD)
    assert (await central_system.expect("Authorize"))["idTag"] == CARD
    await central_system.expect("StatusNotification", connectorId=1, status="Preparing")
    assert not central_system.calls("StartTransaction")
    register = await point.register()
    await point.plug()

    started = await central_system.expect("StartTransaction")
    assert started.payload.items() >= {"connectorId": 1, "idTag": CARD, "meterStart": register}.items()
    await central_system.expect("StatusNotification", connectorId=1, status="Charging")
    await point.draws(100)
    await point.swipe(CARD)
    await stops(central_system, point, started)
    await central_system.expect("StatusNotification", connectorId=1, status="Finishing")
    assert (await point.truth())["contactor"] == "open"
    await point.unplug()
    await central_system.expect("StatusNotification", connectorId=1, status="Available")


async def test_cable_first_the_session_begins_when_the_card_is_accepted(start, central_system):
    point = await start()

    await point.plug()
    await central_system.expect("StatusNotification", connectorId=1, status="Preparing")
    authorization = central_system.hold("Authorize")
    await point.swipe(CARD)
    await central_system.expect("Authorize")
    assert (await point.truth())["contactor"] == "open"
    authorization.release()

    started = await central_system.expect("StartTransaction", connectorId=1, idTag=CARD)
    await point.draws(100)
    await point.swipe(CARD)
    await stops(central_system, point, started)


@pytest.mark.parametrize("target", [{"connectorId": 1}, {}], ids=["with_a_connector", "without_a_connector"])
async def test_remote_first_the_session_begins_when_the_cable_comes(start, central_system, target):
    point = await start(ocpp={"AuthorizeRemoteTxRequests": False})

    assert await central_system.request("RemoteStartTransaction", idTag=CARD, **target) == {"status": "Accepted"}
    await central_system.expect("StatusNotification", connectorId=1, status="Preparing")
    await point.plug()

    started = await central_system.expect("StartTransaction", connectorId=1, idTag=CARD)
    assert not central_system.calls("Authorize")
    await point.draws(50)
    transaction = started.answer["transactionId"]
    assert await central_system.request("RemoteStopTransaction", transactionId=transaction) == {"status": "Accepted"}
    await stops(central_system, point, started, "Remote")


async def test_a_remote_start_is_authorized_first_where_AuthorizeRemoteTxRequests_says_so(start, central_system):
    central_system.cards[STRANGER] = {"status": "Blocked"}
    point = await start(ocpp={"AuthorizeRemoteTxRequests": True})
    await point.plug()

    await central_system.request("RemoteStartTransaction", idTag=STRANGER, connectorId=1)
    await central_system.expect("Authorize", idTag=STRANGER)
    await central_system.request("RemoteStartTransaction", idTag=CARD, connectorId=1)
    await central_system.expect("Authorize", idTag=CARD)

    assert (await central_system.expect("StartTransaction"))["idTag"] == CARD


async def test_a_remote_stop_of_an_unknown_transaction_is_rejected(start, central_system):
    point = await start()
    started = await charging(central_system, point)

    assert await central_system.request("RemoteStopTransaction", transactionId=424242) == {"status": "Rejected"}

    await point.draws(20)
    await point.swipe(CARD)
    await stops(central_system, point, started)


async def test_two_connectors_charge_at_once_each_on_its_own_bill(start, central_system):
    point = await start(connectors=2, ocpp={"MeterValueSampleInterval": 1})

    first = await charging(central_system, point, 1, CARD)
    second = await charging(central_system, point, 2, FRIEND)

    for started in (first, second):
        transaction = started.answer["transactionId"]
        await central_system.expect("MeterValues", connectorId=started["connectorId"], transactionId=transaction)
    await point.swipe(FRIEND, 2)
    await stops(central_system, point, second)
    await point.has(1, status="Charging")
    await point.swipe(CARD, 1)
    await stops(central_system, point, first)


async def test_transaction_ids_of_zero_and_below_are_ids_like_any_other(start, central_system):
    central_system.transaction_ids = itertools.chain([0, -7], itertools.count(1))
    point = await start()

    for expected in (0, -7, 1):
        started = await charging(central_system, point)
        assert started.answer["transactionId"] == expected
        await point.swipe(CARD)
        await stops(central_system, point, started)
        await point.unplug()
        await central_system.expect("StatusNotification", connectorId=1, status="Available")


async def test_a_card_of_the_same_parent_stops_the_session(start, central_system):
    central_system.cards |= {card: {"status": "Accepted", "parentIdTag": "FAMILY"} for card in (CARD, FRIEND)}
    point = await start()
    started = await charging(central_system, point)

    await point.swipe(FRIEND)

    stopped = await stops(central_system, point, started)
    assert stopped["idTag"] == FRIEND


@pytest.mark.parametrize("status", ["Accepted", "Invalid", "Blocked"])
async def test_a_foreign_card_does_not_disturb_a_session(start, central_system, status):
    central_system.cards[STRANGER] = {"status": status}
    point = await start()
    started = await charging(central_system, point)

    await point.swipe(STRANGER)
    await point.draws(200)

    await point.has(status="Charging")
    assert not central_system.calls("StopTransaction")
    await point.swipe(CARD)
    await stops(central_system, point, started)


async def test_an_accepted_card_is_forgotten_after_ConnectionTimeOut(start, central_system):
    point = await start(ocpp={"ConnectionTimeOut": 1})

    await point.swipe(CARD)
    await central_system.expect("StatusNotification", connectorId=1, status="Preparing")
    await central_system.expect("StatusNotification", connectorId=1, status="Available")
    await point.plug()
    await central_system.expect("StatusNotification", connectorId=1, status="Preparing")

    await central_system.quiet("StartTransaction", 1)
    assert (await point.truth())["contactor"] == "open"


async def test_pulling_the_cable_ends_the_session(start, central_system):
    point = await start(ocpp={"StopTransactionOnEVSideDisconnect": True})
    started = await charging(central_system, point)

    await point.unplug()

    assert (await point.truth())["contactor"] == "open"
    await stops(central_system, point, started, "EVDisconnected")
    await central_system.expect("StatusNotification", connectorId=1, status="Available")


async def test_a_pulled_cable_is_waited_for_where_StopTransactionOnEVSideDisconnect_is_false(start, central_system):
    point = await start(ocpp={"StopTransactionOnEVSideDisconnect": False, "UnlockConnectorOnEVSideDisconnect": False})
    started = await charging(central_system, point)

    await point.unplug()
    assert (await point.truth())["contactor"] == "open"
    await central_system.expect("StatusNotification", connectorId=1, status="SuspendedEV")
    await central_system.quiet("StopTransaction", 1)
    await point.plug()
    await central_system.expect("StatusNotification", connectorId=1, status="Charging")
    await point.draws(50)

    await point.swipe(CARD)
    await stops(central_system, point, started)
    assert len(central_system.calls("StartTransaction")) == 1


async def test_a_vehicle_that_stops_asking_suspends_the_session_and_may_ask_again(start, central_system):
    point = await start()
    started = await charging(central_system, point)

    await point.simulate(1, "suspend-ev")
    await central_system.expect("StatusNotification", connectorId=1, status="SuspendedEV")
    await point.simulate(1, "resume-ev")
    await central_system.expect("StatusNotification", connectorId=1, status="Charging")

    await point.swipe(CARD)
    await stops(central_system, point, started)


async def test_an_operator_starts_and_stops_without_a_card_in_hand(start, central_system):
    point = await start()
    await point.plug()

    await point.operate(1, "start", idTag=CARD)
    started = await central_system.expect("StartTransaction", connectorId=1, idTag=CARD)
    await point.draws(50)
    with pytest.raises(ApiError) as refusal:
        await point.operate(1, "start", idTag=FRIEND)
    assert refusal.value.status == 409
    await point.operate(1, "stop")

    await stops(central_system, point, started)


async def test_sampled_values_of_the_whole_session_come_with_its_end_where_StopTxnSampledData_asks_for_them(start, central_system):
    keys = {"MeterValueSampleInterval": 1, "StopTxnSampledData": "Energy.Active.Import.Register"}
    point = await start(ocpp=keys)
    started = await charging(central_system, point)
    await central_system.expect("MeterValues", connectorId=1)
    await central_system.expect("MeterValues", connectorId=1)

    await point.swipe(CARD)

    stopped = await stops(central_system, point, started)
    values = [sample for value in stopped["transactionData"] for sample in value["sampledValue"]]
    assert len(values) >= 2
    assert {sample.get("measurand", "Energy.Active.Import.Register") for sample in values} == {"Energy.Active.Import.Register"}
