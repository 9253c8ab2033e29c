import json

import pytest

from central_system import DROP, Refusal
from conditions import eventually


def events(central_system) -> list[str]:
    return [call["type"] for call in central_system.calls("SecurityEventNotification")]


async def test_the_start_is_told_after_the_registration(start, central_system):
    await start()

    call = await central_system.expect("SecurityEventNotification")

    assert call["type"] == "StartupOfTheDevice"
    assert call["techInfo"] == "start 1, firmware 1.0.0"
    assert [call.action for call in central_system.calls()][0] == "BootNotification"


async def test_critical_events_survive_a_power_cut_and_arrive_once_in_order(start, central_system, charge_point):
    point = await start()
    await central_system.expect("SecurityEventNotification", type="StartupOfTheDevice")
    await point.go_offline()
    for _ in range(2):
        await point.kill()
        central_system.refuse_with = 503
        await point.start()
    await point.kill()
    central_system.refuse_with = None
    await point.start()

    await eventually(lambda: len(events(central_system)) == 4, "every start is told")

    told = [call["techInfo"].split(",")[0] for call in central_system.calls("SecurityEventNotification")]
    assert told == ["start 1", "start 2", "start 3", "start 4"]
    await point.go_offline()
    await point.go_online()
    await central_system.quiet("SecurityEventNotification", 1)


async def test_an_event_whose_answer_was_lost_is_told_again(central_system, charge_point, configure):
    central_system.answer("SecurityEventNotification", DROP, None)
    configure(central_system.url)
    await charge_point.start()

    await eventually(lambda: events(central_system) == ["StartupOfTheDevice"] * 2, "the event is repeated")

    await central_system.quiet("SecurityEventNotification", 1)


async def test_a_central_system_that_does_not_know_the_message_is_asked_once_a_connection(start, central_system):
    central_system.answer("SecurityEventNotification", Refusal("NotImplemented"))
    point = await start()
    await central_system.expect("SecurityEventNotification")
    await central_system.quiet("SecurityEventNotification", 2)
    central_system.answer("SecurityEventNotification", None)

    await point.go_offline()
    await point.go_online()

    await eventually(lambda: events(central_system) == ["StartupOfTheDevice"] * 2, "the event is told on the next connection")


@pytest.mark.parametrize(("reach", "told"), [("All", ["InvalidMessages"]), ("Critical", [])])
async def test_what_is_not_critical_is_told_as_the_key_says(start, central_system, reach, told):
    await start(ocpp={"SecurityEventNotifications": reach})
    await central_system.expect("SecurityEventNotification", type="StartupOfTheDevice")

    assert await central_system.refused("Reset", {"type": "Perhaps"}) == "PropertyConstraintViolation"
    await central_system.request("TriggerMessage", requestedMessage="Heartbeat")
    await central_system.expect("Heartbeat")

    await eventually(lambda: events(central_system) == ["StartupOfTheDevice"] + told, "what the key says is told")


async def test_a_reset_is_told_before_or_after_it(start, central_system, charge_point):
    await start()
    await central_system.request("Reset", type="Soft")
    assert await charge_point.ended() == 10

    await charge_point.start()

    await eventually(
        lambda: sorted(events(central_system)) == ["ResetOrReboot", "StartupOfTheDevice", "StartupOfTheDevice"], "all are told"
    )


async def test_a_refused_password_is_in_the_security_log(central_system, charge_point, configure):
    central_system.refuse_with = 401
    configure(central_system.url)
    await charge_point.start()

    await eventually(lambda: "FailedToAuthenticateAtCentralSystem" in charge_point.log, "the refusal is logged")

    log = json.loads(await charge_point.api.text("GET", "/v1/security-log"))
    assert [entry["event"] for entry in log["events"]][:2] == ["StartupOfTheDevice", "FailedToAuthenticateAtCentralSystem"]
    assert log["events"][0]["waiting"] is True


async def test_the_security_log_can_be_cleared_and_says_so(start, central_system):
    point = await start()
    await central_system.expect("SecurityEventNotification", type="StartupOfTheDevice")

    await eventually(lambda: _is_told(point), "the start's answer is on record")
    await point.api.text("DELETE", "/v1/security-log")

    await central_system.expect("SecurityEventNotification", type="SecurityLogWasCleared")
    log = await point.api.get("/v1/security-log")
    assert [entry["event"] for entry in log["events"]] == ["SecurityLogWasCleared"]


async def _is_told(point) -> bool:
    return not (await point.api.get("/v1/security-log"))["events"][0]["waiting"]
