import pytest

from journeys import CARD, charging, stops

NO_PROBLEM = {"status": "Accepted"}


async def test_unlocking_ends_the_session_first(start, central_system):
    point = await start()
    started = await charging(central_system, point)

    assert await central_system.request("UnlockConnector", connectorId=1) == {"status": "Unlocked"}

    await stops(central_system, point, started, "UnlockCommand")
    truth = await point.truth()
    assert (truth["contactor"], truth["locked"]) == ("open", False)


async def test_an_idle_connector_is_unlocked_and_a_stuck_lock_is_told(start, central_system):
    point = await start()
    await point.plug()

    assert await central_system.request("UnlockConnector", connectorId=1) == {"status": "Unlocked"}
    await point.unplug()
    await central_system.expect("StatusNotification", connectorId=1, status="Available")
    await charging(central_system, point)
    await point.simulate(1, "lock", failure="stuck")
    assert await central_system.request("UnlockConnector", connectorId=1) == {"status": "UnlockFailed"}


async def test_an_unknown_connector_cannot_be_unlocked(start, central_system):
    await start()

    assert await central_system.request("UnlockConnector", connectorId=9) == {"status": "NotSupported"}


async def test_TriggerMessage_StatusNotification_tells_the_status_again(start, central_system):
    await start(connectors=2)

    assert await central_system.request("TriggerMessage", requestedMessage="StatusNotification", connectorId=2) == NO_PROBLEM
    await central_system.expect("StatusNotification", connectorId=2, status="Available")
    assert await central_system.request("TriggerMessage", requestedMessage="StatusNotification") == NO_PROBLEM

    for connector in (1, 2):
        await central_system.expect("StatusNotification", connectorId=connector, status="Available")


async def test_TriggerMessage_Heartbeat_sends_one(start, central_system):
    await start()

    assert await central_system.request("TriggerMessage", requestedMessage="Heartbeat") == NO_PROBLEM

    await central_system.expect("Heartbeat")


async def test_TriggerMessage_MeterValues_reads_the_meter(start, central_system):
    point = await start()
    started = await charging(central_system, point)

    assert await central_system.request("TriggerMessage", requestedMessage="MeterValues", connectorId=1) == NO_PROBLEM

    sent = await central_system.expect("MeterValues", connectorId=1, transactionId=started.answer["transactionId"])
    assert {sample["context"] for sample in sent["meterValue"][0]["sampledValue"]} == {"Trigger"}


async def test_TriggerMessage_BootNotification_is_rejected_once_registered(start, central_system):
    await start()

    assert await central_system.request("TriggerMessage", requestedMessage="BootNotification") == {"status": "Rejected"}


@pytest.mark.parametrize("message", ["DiagnosticsStatusNotification", "FirmwareStatusNotification"])
async def test_TriggerMessage_of_a_transfer_tells_Idle_or_that_there_is_none(start, central_system, message):
    await start()

    answer = await central_system.request("TriggerMessage", requestedMessage=message)

    assert answer["status"] in ("Accepted", "NotImplemented")
    if answer == NO_PROBLEM:
        assert (await central_system.expect(message))["status"] == "Idle"


async def test_TriggerMessage_of_an_unknown_connector_is_rejected(start, central_system):
    await start()

    assert await central_system.request("TriggerMessage", requestedMessage="MeterValues", connectorId=9) == {"status": "Rejected"}


async def test_DataTransfer_of_an_unknown_vendor_is_told_so(start, central_system):
    await start()

    answer = await central_system.request("DataTransfer", vendorId="com.example", messageId="hello", data="{}")

    assert answer == {"status": "UnknownVendorId"}


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("Nonsense", {}, "NotImplemented"),
        ("StatusNotification", {"connectorId": 1, "errorCode": "NoError", "status": "Available"}, "NotImplemented"),
        ("Reset", {}, "OccurenceConstraintViolation"),
        ("Reset", {"type": None}, "OccurenceConstraintViolation"),
        ("RemoteStartTransaction", {"connectorId": 1}, "OccurenceConstraintViolation"),
        ("ChangeAvailability", {"type": "Inoperative"}, "OccurenceConstraintViolation"),
        ("Reset", {"type": 1}, "TypeConstraintViolation"),
        ("ChangeAvailability", {"connectorId": "one", "type": "Inoperative"}, "TypeConstraintViolation"),
        ("GetConfiguration", {"key": "HeartbeatInterval"}, "TypeConstraintViolation"),
        ("Reset", {"type": "Lukewarm"}, "PropertyConstraintViolation"),
        ("UnlockConnector", {"connectorId": -1}, "PropertyConstraintViolation"),
        ("RemoteStartTransaction", {"idTag": "X" * 21}, "PropertyConstraintViolation"),
        ("ChangeConfiguration", {"key": "K" * 51, "value": "1"}, "PropertyConstraintViolation"),
        ("Reset", [], "FormationViolation"),
        ("Reset", "Soft", "FormationViolation"),
    ],
)
async def test_a_bad_request_is_refused_with_the_code_that_says_why(start, central_system, action, payload, code):
    await start()

    assert await central_system.refused(action, payload) == code

    assert await central_system.request("ClearCache")


async def test_requests_with_more_than_the_specification_has_are_understood(start, central_system):
    await start()

    payload = {"key": ["HeartbeatInterval"], "comment": "hello", "vendor": {"nested": [1, None]}}
    answer = await central_system.ask("GetConfiguration", payload)

    assert answer["configurationKey"][0]["key"] == "HeartbeatInterval"


async def test_an_operation_whose_profile_is_off_is_not_supported(start, central_system):
    await start(ocpp={"SupportedFeatureProfiles": "Core"})

    assert await central_system.refused("TriggerMessage", {"requestedMessage": "Heartbeat"}) == "NotSupported"


async def test_a_remote_start_on_a_busy_connector_is_rejected(start, central_system):
    point = await start()
    started = await charging(central_system, point)

    assert await central_system.request("RemoteStartTransaction", connectorId=1, idTag="0BADF00D") == {"status": "Rejected"}

    await point.swipe(CARD)
    await stops(central_system, point, started)
