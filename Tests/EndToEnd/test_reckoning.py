"""The reckoning itself is held against accounts that were falsified on purpose."""

import copy

import pytest

from central_system import Call
from reckoning import discrepancies

START = {"connectorId": 1, "idTag": "CARD0001", "meterStart": 100, "timestamp": "2026-11-22T09:00:00Z"}
VALUES = {
    "connectorId": 1, "transactionId": 7,
    "meterValue": [{"timestamp": "2026-11-22T09:30:00Z", "sampledValue": [{"value": "150"}]}],
}  # fmt: skip
STOP = {"meterStop": 180, "timestamp": "2026-11-22T10:00:00Z", "transactionId": 7, "reason": "PowerLoss"}
TOLD = {
    "connectorId": 1, "idTag": "CARD0001", "startedAt": "2026-11-22T09:00:00.000Z", "meterStartWh": 100, "meterStopWh": 180,
    "stopReason": "PowerLoss", "transactionId": 7, "delivery": "delivered",
}  # fmt: skip


def calls():
    answer = {"idTagInfo": {"status": "Accepted"}, "transactionId": 7}
    messages = (
        ("StartTransaction", START),
        ("StartTransaction", START),
        ("MeterValues", VALUES),
        ("StopTransaction", STOP),
        ("StopTransaction", STOP),
    )
    return [
        Call(action, copy.deepcopy(payload), str(number), 1, answer=answer if action == "StartTransaction" else {})
        for number, (action, payload) in enumerate(messages)
    ]  # fmt: skip


def found(heard, told=TOLD, registers=(100, 180), charged=("CARD0001",)) -> str:
    return "\n".join(discrepancies(heard, [told] if told else [], {1: registers}, set(charged)))


def test_repeats_in_the_same_words_are_no_discrepancy():
    assert found(calls()) == ""


@pytest.mark.parametrize("index, key, value, problem", [
    (1, "timestamp", "2026-11-22T09:00:01Z", "a start before the stop"),
    (1, "meterStart", 101, "the charge point knows nothing of"),
    (1, "reservationId", 3, "repeated in other words"),
    (4, "meterStop", 181, "after the stop"),
    (2, "transactionId", 8, "never began"),
])  # fmt: skip
def test_a_falsified_message_is_found(index, key, value, problem):
    heard = calls()
    heard[index].payload[key] = value

    assert problem in found(heard)


@pytest.mark.parametrize("missing, problem", [((3, 4), "no stop for"), ((0, 1, 2, 3, 4), "never heard of")])
def test_a_lost_message_is_found(missing, problem):
    assert problem in found([call for index, call in enumerate(calls()) if index not in missing])


def test_a_lost_or_undelivered_or_altered_session_is_found():
    assert "card CARD0002 charged, but no session tells of it" in found(calls(), charged=("CARD0002",))
    assert "the charge point knows nothing of" in found(calls(), told=None)
    assert "not delivered" in found(calls(), told=TOLD | {"delivery": "queued"})
    assert "never heard of" in found(calls(), told=TOLD | {"meterStopWh": 179})


@pytest.mark.parametrize("registers, problem", [((99, 180), "the register stood at 99 Wh"), ((100, 181), "80 Wh were sold, 81 Wh flowed")])
def test_a_watt_hour_too_little_or_too_many_is_found(registers, problem):
    assert problem in found(calls(), registers=registers)


def test_a_register_that_goes_back_is_found():
    heard = calls()
    heard[2].payload["meterValue"][0]["sampledValue"][0]["value"] = "99"

    assert "the register went back" in found(heard)


def test_an_end_before_the_begin_is_found():
    heard = calls()
    for stop in heard[3:]:
        stop.payload["timestamp"] = "2026-11-22T08:59:59Z"

    assert "ends before it begins" in found(heard)
