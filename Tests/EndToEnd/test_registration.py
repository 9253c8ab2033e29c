import itertools
from base64 import b64encode

from journeys import CARD, registered

NOW = "2026-11-22T09:00:00Z"


def _answer(status: str, interval: int) -> dict:
    return {"currentTime": NOW, "interval": interval, "status": status}


async def test_it_introduces_itself_under_its_encoded_identity(central_system, charge_point, configure):
    configure(
        f"{central_system.url}/", chargePoint={"id": "lot 7/42", "vendor": "Example", "model": "Wallbox 11", "serialNumber": '"0001"'}
    )

    await charge_point.start()

    boot = await central_system.expect("BootNotification")
    expected = {"chargePointVendor": "Example", "chargePointModel": "Wallbox 11", "chargePointSerialNumber": "0001"}
    assert boot.payload.items() >= expected.items()
    connection = central_system.connections[0]
    assert (connection.path, connection.subprotocol) == ("/ocpp/lot%207%2F42", "ocpp1.6")


async def test_it_shows_its_password_with_security_profile_1(central_system, charge_point, configure):
    section = {"url": central_system.url, "securityProfile": 1, "authorizationKey": "correct-horse-16+"}
    configure(central_system.url, centralSystem=section)

    await charge_point.start()

    await central_system.expect("BootNotification")
    expected = b64encode(b"cp001:correct-horse-16+").decode()
    headers = {name.lower(): value for name, value in central_system.connections[0].headers.items()}
    assert headers["authorization"] == f"Basic {expected}"


async def test_while_Pending_it_sends_nothing_but_what_is_asked_for(central_system, charge_point, configure):
    central_system.answer("BootNotification", _answer("Pending", 1))
    configure(central_system.url)
    await charge_point.start()
    await central_system.expect("BootNotification")

    await charge_point.plug()
    await charge_point.swipe(CARD)
    assert await central_system.request("RemoteStartTransaction", connectorId=1, idTag=CARD) == {"status": "Rejected"}
    assert await central_system.request("RemoteStopTransaction", transactionId=1) == {"status": "Rejected"}
    assert (await central_system.request("GetConfiguration", key=["HeartbeatInterval"]))["configurationKey"]
    await central_system.expect("BootNotification")
    assert {call.action for call in central_system.calls()} == {"BootNotification"}
    assert await central_system.request("TriggerMessage", requestedMessage="StatusNotification", connectorId=1) == {"status": "Accepted"}
    await central_system.expect("StatusNotification", connectorId=1)
    assert (await charge_point.truth())["contactor"] == "open"

    central_system.answer("BootNotification")
    await central_system.expect("StatusNotification", connectorId=0, status="Available")
    assert {call.action for call in central_system.calls()} == {"BootNotification", "StatusNotification"}


async def test_while_Rejected_it_only_tries_again_after_each_interval(central_system, charge_point, configure):
    central_system.answer("BootNotification", _answer("Rejected", 1), _answer("Rejected", 1), _answer("Rejected", 1), None)
    configure(central_system.url)
    await charge_point.start()

    boots = [await central_system.expect("BootNotification") for _ in range(4)]

    assert all(later.at - earlier.at >= 0.9 for earlier, later in itertools.pairwise(boots))
    await central_system.expect("StatusNotification", connectorId=1)
    assert [call.action for call in central_system.calls()][:4] == ["BootNotification"] * 4


async def test_an_interval_of_0_means_its_own_choice_and_no_flood(central_system, charge_point, configure):
    central_system.answer("BootNotification", _answer("Accepted", 0))
    configure(central_system.url)
    await charge_point.start()
    await registered(central_system)

    await central_system.quiet("Heartbeat", 2)
    await central_system.quiet("BootNotification", 0.5)


async def test_an_interval_of_0_while_Pending_means_its_own_choice_and_no_flood(central_system, charge_point, configure):
    central_system.answer("BootNotification", _answer("Pending", 0))
    configure(central_system.url)
    await charge_point.start()
    await central_system.expect("BootNotification")

    await central_system.quiet("BootNotification", 2)


async def test_the_interval_of_the_answer_is_the_HeartbeatInterval(central_system, charge_point, configure):
    central_system.answer("BootNotification", _answer("Accepted", 1))
    configure(central_system.url)
    await charge_point.start()

    await central_system.expect("Heartbeat")
    await central_system.expect("Heartbeat")

    answer = await central_system.request("GetConfiguration", key=["HeartbeatInterval"])
    assert answer["configurationKey"] == [{"key": "HeartbeatInterval", "readonly": False, "value": "1"}]
