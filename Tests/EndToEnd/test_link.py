import time

import pytest

from central_system import Refusal
from conditions import eventually
from journeys import CARD, charging, registered, stops

GARBAGE = [
    "", " ", "hello", "{", "[", "[]", "{}", "null", "[2]", "[2,", '[2,"1"]', '[2,"1","Reset"]', '[2,1,"Reset",{}]', '["2","1","Reset",{}]',
    '[9,"1","Reset",{}]', '[3,"nobody-asked",{}]', '[4,"nobody-asked","GenericError"]', '[3,"nobody-asked"]', '[2,"1","Reset",{"type":}]',
    '[2,"1","Reset",{"type":"Ice","type":"Fire"},1,2,3]', '[2,"' + "x" * 5000 + '","Nonsense",{}]', "[" * 50_000, '{"a":' * 10_000,
    '[2,"1","Nonsense",{"a":1e999}]', '[2,"1","\\ud800",{}]', "\ufeff[]", "[2,\"\u0000\",\"x\",{}]",
]  # fmt: skip
MEASURANDS = ("Energy.Active.Import.Register", "Power.Active.Import", "Current.Import", "Voltage", "Frequency", "SoC", "RPM", "Temperature")


async def test_garbage_neither_breaks_the_link_nor_disturbs_a_session(start, central_system):
    point = await start()
    started = await charging(central_system, point)

    for text in GARBAGE:
        await central_system.send_text(text)
    await central_system.send_text(b"\x00\xff binary")

    assert await central_system.request("GetConfiguration", key=["HeartbeatInterval"])
    assert len(central_system.connections) == 1
    await point.has(status="Charging")
    await point.swipe(CARD)
    await stops(central_system, point, started)


async def test_every_probe_of_a_central_system_is_answered_before_the_boot_is(central_system, charge_point, configure):
    boot = central_system.hold("BootNotification")
    configure(central_system.url)
    await charge_point.start()
    await central_system.expect("BootNotification")

    probes = [("GetConfiguration", {"key": [key]}) for key in ("NumberOfConnectors", "SupportedFeatureProfiles", "HeartbeatInterval")]
    probes += [("ChangeConfiguration", {"key": "MeterValuesSampledData", "value": measurand}) for measurand in MEASURANDS]
    probes += [
        ("ChangeAvailability", {"connectorId": 0, "type": "Operative"}),
        ("TriggerMessage", {"requestedMessage": "BootNotification"}),
        ("TriggerMessage", {"requestedMessage": "StatusNotification"}),
        ("GetConfiguration", {}),
    ]
    for action, payload in probes:
        asked = time.monotonic()
        answer = await central_system.ask(action, payload)
        assert not isinstance(answer, Refusal), f"{action}: {answer}"
        assert time.monotonic() - asked < 1, f"{action} took longer than a second"
    boot.release()

    await central_system.expect("StatusNotification", connectorId=1, status="Available")
    assert len(central_system.connections) == 1


async def test_a_request_in_many_fragments_is_one_request(start, central_system):
    await start()

    answer = await central_system.ask("GetConfiguration", {"key": ["HeartbeatInterval"]}, fragments=7)

    assert answer["configurationKey"][0]["key"] == "HeartbeatInterval"


@pytest.mark.parametrize("fragments", [1, 16])
async def test_a_request_of_a_mebibyte_is_answered(start, central_system, fragments):
    await start()

    answer = await central_system.ask("DataTransfer", {"vendorId": "com.example", "data": "x" * (1 << 20)}, fragments)

    assert answer == {"status": "UnknownVendorId"}
    assert len(central_system.connections) == 1


async def test_a_closed_connection_is_made_again_and_the_status_told(start, central_system):
    point = await start()
    await charging(central_system, point)

    await central_system.close_connection()
    await central_system.connected(2)

    await central_system.expect("StatusNotification", connectorId=1, status="Charging")
    assert not central_system.calls("StopTransaction")


async def test_a_refused_connection_is_tried_again_and_the_reason_is_shown(central_system, charge_point, configure):
    central_system.refuse_with = 404
    configure(central_system.url)
    await charge_point.start()
    await eventually(lambda: central_system.attempts_refused >= 2, "two attempts to connect")

    status = (await charge_point.api.get("/v1/status"))["centralSystem"]
    assert status["connected"] is False
    assert "404" in status["lastError"]
    central_system.refuse_with = None

    await registered(central_system)
    assert (await charge_point.api.get("/v1/status"))["centralSystem"]["registration"] == "Accepted"


async def test_a_dropped_link_stays_away_until_it_is_asked_back(start, central_system):
    point = await start()

    await point.go_offline()
    assert (await point.api.get("/v1/status"))["centralSystem"]["connected"] is False
    await central_system.quiet("Heartbeat", 2)
    assert len(central_system.connections) == 1
    await point.go_online()

    await central_system.connected(2)
    assert await central_system.request("GetConfiguration", key=["HeartbeatInterval"])


async def test_pings_are_sent_at_WebSocketPingInterval_and_a_silent_link_is_dropped(start, central_system):
    await start(ocpp={"WebSocketPingInterval": 1})
    socket = central_system.connections[0].socket

    # The network goes silent: nothing is read any more, so no ping is answered.
    socket.transport.pause_reading()
    await central_system.connected(2)

    assert await central_system.request("GetConfiguration", key=["HeartbeatInterval"])
    socket.transport.abort()


async def test_requests_are_answered_while_its_own_call_waits(start, central_system):
    point = await start()
    held = central_system.hold("Authorize")
    await point.plug()
    await point.swipe(CARD)
    await central_system.expect("Authorize")

    answer = await central_system.ask("GetConfiguration", {"key": ["HeartbeatInterval"]}, timeout=2)

    assert answer["configurationKey"]
    held.release()
    await central_system.expect("StartTransaction")
