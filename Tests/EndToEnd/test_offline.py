from central_system import DROP, NEVER, Refusal
from conditions import eventually
from journeys import CARD, charging, moment, stops

OFFLINE = {"LocalAuthorizeOffline": True, "AllowOfflineTxForUnknownId": True}
OF_TRANSACTIONS = ("StartTransaction", "MeterValues", "StopTransaction")


async def test_sessions_without_a_network_are_delivered_later_in_order(start, central_system):
    point = await start(ocpp=OFFLINE | {"MeterValueSampleInterval": 1})
    first_register = await point.register()
    await point.go_offline()

    bills = [await _session_offline(point, card) for card in (CARD, "0BADF00D")]
    assert not central_system.calls(*OF_TRANSACTIONS)
    await point.go_online()

    for card, (begin, end) in zip((CARD, "0BADF00D"), bills):
        started = await central_system.expect("StartTransaction", idTag=card, meterStart=begin)
        stopped = await central_system.expect("StopTransaction", transactionId=started.answer["transactionId"])
        assert stopped["meterStop"] == end
        assert moment(stopped) > moment(started)
    calls = central_system.calls(*OF_TRANSACTIONS)
    transactions = [call.answer["transactionId"] if call.action == "StartTransaction" else call["transactionId"] for call in calls]
    assert transactions == sorted(transactions), "one session after the other"
    assert [moment(call) for call in calls if call.action != "MeterValues"] == sorted(
        moment(call) for call in calls if call.action != "MeterValues"
    )
    assert sum(end - begin for begin, end in bills) == await point.register() - first_register
    assert len(central_system.calls("StartTransaction")) == len(central_system.calls("StopTransaction")) == 2


async def test_a_session_goes_on_while_the_network_is_away(start, central_system):
    point = await start(ocpp=OFFLINE)
    started = await charging(central_system, point)

    await central_system.stop()
    await point.draws(100)
    await point.swipe(CARD)
    await point.has(status="Finishing", transaction=None)
    await central_system.start()

    await stops(central_system, point, started)
    assert len(central_system.calls("StartTransaction")) == 1


async def test_a_session_cut_by_a_power_loss_is_stopped_once_with_the_register_of_the_meter(start, central_system):
    point = await start()
    started = await charging(central_system, point)

    await point.kill()
    await point.start()

    await stops(central_system, point, started, "PowerLoss")
    assert (await point.truth())["contactor"] == "open"
    await eventually(lambda: _nothing_waits(point), "the queue is empty")
    await point.terminate()
    await point.start()
    await central_system.expect("StatusNotification", connectorId=1, status="Available")
    assert len(central_system.calls("StartTransaction")) == len(central_system.calls("StopTransaction")) == 1


async def test_a_start_that_was_not_answered_before_a_power_loss_is_repeated_word_for_word(start, central_system):
    central_system.answer("StartTransaction", NEVER, None)
    point = await start(ocpp={"LocalAuthorizeOffline": True})
    await point.plug()
    await point.swipe(CARD)
    first = await central_system.expect("StartTransaction")
    await point.draws(50)

    await point.kill()
    await point.start()

    again = await central_system.expect("StartTransaction")
    assert again.payload == first.payload
    await stops(central_system, point, again, "PowerLoss")


async def test_a_session_offline_survives_a_power_loss_offline(start, central_system):
    point = await start(ocpp=OFFLINE)
    register = await point.register()
    await central_system.stop()
    await point.plug()
    await point.swipe(CARD)
    await point.draws(50)

    await point.kill()
    await point.start()
    await central_system.start()

    started = await central_system.expect("StartTransaction", meterStart=register)
    await stops(central_system, point, started, "PowerLoss")


async def test_an_answer_that_is_lost_with_the_connection_costs_a_repetition_and_no_session(start, central_system):
    central_system.answer("StartTransaction", DROP, None)
    point = await start()
    await point.plug()
    await point.swipe(CARD)

    first = await central_system.expect("StartTransaction")
    second = await central_system.expect("StartTransaction")

    assert second.payload == first.payload
    await point.draws(50)
    await point.swipe(CARD)
    await stops(central_system, point, second)


async def test_a_message_that_is_refused_again_and_again_is_set_aside_and_later_sessions_pass(start, central_system):
    central_system.answer("StartTransaction", Refusal("InternalError", "no"), Refusal("InternalError", "no"), None)
    point = await start(ocpp={"TransactionMessageAttempts": 2})
    started = await charging(central_system, point)
    await point.swipe(CARD)
    assert (await central_system.expect("StartTransaction")).payload == started.payload
    stopped = await central_system.expect("StopTransaction")
    assert stopped["transactionId"] == -1

    queue = await point.api.get("/v1/queue")
    assert (queue["parked"], queue["messages"][0]["action"]) == (1, "StartTransaction")
    await point.unplug()
    later = await charging(central_system, point)
    await point.swipe(CARD)
    await stops(central_system, point, later)
    await point.api.post(f"/v1/queue/{queue['messages'][0]['id']}/resend")

    again = await central_system.expect("StartTransaction", meterStart=started["meterStart"], timestamp=started["timestamp"])
    end = await central_system.expect("StopTransaction", transactionId=again.answer["transactionId"])
    assert end["meterStop"] == stopped["meterStop"]


async def _session_offline(point, card: str) -> tuple[int, int]:
    """A whole session; the registers at its begin and its end."""
    begin = await point.register()
    await point.plug()
    await point.swipe(card)
    await point.has(status="Charging")
    await point.draws(100)
    await point.swipe(card)
    await point.has(status="Finishing", contactor="open", transaction=None)
    end = await point.register()
    await point.unplug()
    await point.has(status="Available")
    return begin, end


async def _nothing_waits(point) -> bool:
    return (await point.api.get("/v1/status"))["ledger"]["queued"] == 0
