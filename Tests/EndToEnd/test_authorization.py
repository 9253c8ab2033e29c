from conditions import eventually
from journeys import CARD, charging, stops

STRANGER = "DEADBEEF"


async def test_a_refused_card_starts_nothing(start, central_system):
    central_system.cards[STRANGER] = {"status": "Expired"}
    point = await start()
    await point.plug()

    await point.swipe(STRANGER)
    await central_system.expect("Authorize", idTag=STRANGER)

    await central_system.quiet("StartTransaction", 1)
    assert (await point.truth())["contactor"] == "open"


async def test_a_session_whose_card_turns_out_invalid_is_stopped(start, central_system):
    central_system.answer("StartTransaction", {"transactionId": 5, "idTagInfo": {"status": "Invalid"}})
    point = await start(ocpp={"StopTransactionOnInvalidId": True})
    await point.plug()

    await point.swipe(CARD)

    stopped = await central_system.expect("StopTransaction", transactionId=5)
    assert stopped["reason"] == "DeAuthorized"
    await eventually(lambda: _is_open(point), "the contactor opens")
    assert stopped["meterStop"] == await point.register()


async def test_a_session_whose_card_turns_out_invalid_is_suspended_where_StopTransactionOnInvalidId_is_false(start, central_system):
    central_system.answer("StartTransaction", {"transactionId": 5, "idTagInfo": {"status": "Invalid"}})
    point = await start(ocpp={"StopTransactionOnInvalidId": False, "MaxEnergyOnInvalidId": 0})
    await point.plug()

    await point.swipe(CARD)

    await central_system.expect("StatusNotification", connectorId=1, status="SuspendedEVSE")
    await eventually(lambda: _is_open(point), "the contactor opens")
    assert not central_system.calls("StopTransaction")
    await point.unplug()
    assert (await central_system.expect("StopTransaction", transactionId=5))["meterStop"] == await point.register()


async def test_an_invalid_card_gets_MaxEnergyOnInvalidId_and_no_more(start, central_system):
    central_system.answer("StartTransaction", {"transactionId": 5, "idTagInfo": {"status": "Invalid"}})
    point = await start(ocpp={"StopTransactionOnInvalidId": False, "MaxEnergyOnInvalidId": 100}, speed=20)
    await point.plug()
    register = await point.register()

    await point.swipe(CARD)

    await point.draws(50, since=register)
    await central_system.expect("StatusNotification", connectorId=1, status="SuspendedEVSE")
    await eventually(lambda: _is_open(point), "the contactor opens")
    # 41 Wh flow in a second: it may take about two to notice.
    assert 100 <= await point.register() - register <= 200
    assert not central_system.calls("StopTransaction")


async def test_with_LocalPreAuthorize_a_known_card_starts_before_the_central_system_has_answered(start, central_system):
    point = await start(ocpp={"LocalPreAuthorize": True, "AuthorizationCacheEnabled": True})
    started = await charging(central_system, point)
    await point.swipe(CARD)
    await stops(central_system, point, started)
    await point.unplug()
    await central_system.expect("StatusNotification", connectorId=1, status="Available")
    held = central_system.hold("Authorize")

    await point.plug()
    await point.swipe(CARD)

    async def closed():
        return (await point.truth())["contactor"] == "closed"

    await eventually(closed, "the contactor closes")
    held.release()


async def test_ClearCache_forgets_the_cards_that_are_known_offline(start, central_system):
    point = await start(ocpp={"AuthorizationCacheEnabled": True, "LocalAuthorizeOffline": True, "AllowOfflineTxForUnknownId": False})
    started = await charging(central_system, point)
    await point.swipe(CARD)
    await stops(central_system, point, started)
    await point.unplug()

    assert await central_system.request("ClearCache") == {"status": "Accepted"}
    await point.go_offline()
    await point.plug()
    await point.swipe(CARD)
    await point.has(status="Preparing")
    await point.go_online()
    await central_system.connected(2)

    await central_system.quiet("StartTransaction", 1)


async def _is_open(point) -> bool:
    return (await point.truth())["contactor"] == "open"
