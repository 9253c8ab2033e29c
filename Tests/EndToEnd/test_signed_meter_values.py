"""Readings under the simulated meter's own signature, from the meter to the central system, checked as a customer would."""

import base64
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from journeys import CARD, charging, stops

METER = {"driver": "simulated", "signs": True}
SIGNED = {"SampledDataSignReadings": True}


def board() -> dict:
    parts = {name: {"driver": "simulated"} for name in ("lock", "contactor", "controlPilot")}
    return {"connectors": [{"id": 1, "rating": {"current": "32 A", "phases": 3}, **parts, "meter": METER}]}


async def public_key(central_system) -> str:
    """As the configuration key tells it, to compare with what is printed on the meter."""
    answer = await central_system.request("GetConfiguration", key=["MeterPublicKey1"])
    (key,) = answer["configurationKey"]
    assert key["readonly"]
    return base64.b64decode(key["value"]).decode()


def records(meter_values: list[dict], key: str) -> list[tuple[str, dict]]:
    """Context and payload of each signed value, once its signature has been verified."""
    marker, encoding, content, digits = key.split(":")
    assert (marker, encoding, content) == ("oca", "base16", "asn1")
    verifier = load_der_public_key(bytes.fromhex(digits))
    assert isinstance(verifier.curve, ec.SECP256R1)
    found = []
    for value in (value for meter_value in meter_values for value in meter_value["sampledValue"]):
        if value.get("format") != "SignedData":
            continue
        signed = json.loads(value["value"])
        assert set(signed) == {"signedMeterData", "signingMethod", "encodingMethod", "publicKey"}
        assert (signed["encodingMethod"], signed["signingMethod"]) == ("OCMF", "")
        assert signed["publicKey"] == "" or base64.b64decode(signed["publicKey"]).decode() == key
        header, payload, signature = base64.b64decode(signed["signedMeterData"]).decode().split("|")
        assert header == "OCMF"
        signature = json.loads(signature)
        assert signature["SA"] == "ECDSA-secp256r1-SHA256"
        verifier.verify(bytes.fromhex(signature["SD"]), payload.encode(), ec.ECDSA(hashes.SHA256()))
        with pytest.raises(InvalidSignature):
            verifier.verify(bytes.fromhex(signature["SD"]), payload.replace(CARD, "0BADF00D").encode(), ec.ECDSA(hashes.SHA256()))
        found.append((value["context"], json.loads(payload)))
    return found


def watt_hours(record: dict) -> int:
    (reading,) = record["RD"]
    assert (reading["RU"], reading["RI"], reading["ST"], reading["EF"]) == ("kWh", "01-00:01.08.00*FF", "G", "")
    return round(reading["RV"] * 1000)


def summary(meter_values: list[dict], key: str) -> list[tuple[str, str, int]]:
    return [(context, record["RD"][0]["TX"], watt_hours(record)) for context, record in records(meter_values, key)]


async def test_begin_and_end_are_signed_and_say_what_is_billed(start, central_system):
    point = await start(board=board(), ocpp=SIGNED)
    key = await public_key(central_system)

    started = await charging(central_system, point)
    await point.draws(100)
    await point.swipe(CARD)
    stopped = await stops(central_system, point, started)

    assert summary(stopped["transactionData"], key) == [
        ("Transaction.Begin", "B", started["meterStart"]),
        ("Transaction.End", "L", stopped["meterStop"]),
    ]
    begin, end = (record for _, record in records(stopped["transactionData"], key))
    assert begin["FV"] == "1.4" and begin["ID"] == end["ID"] == CARD
    assert int(end["PG"][1:]) > int(begin["PG"][1:])


async def test_the_start_and_each_sample_are_signed_where_that_is_asked_for(start, central_system):
    point = await start(board=board(), ocpp=SIGNED | {
        "StartTxnSampledData": "Energy.Active.Import.Register",
        "SampledDataSignStartedReadings": True,
        "SampledDataSignUpdatedReadings": True,
        "MeterValueSampleInterval": 1,
        "PublicKeyWithSignedMeterValue": "EveryMeterValue",
    })  # fmt: skip
    key = await public_key(central_system)

    started = await charging(central_system, point)
    first = await central_system.expect("MeterValues")
    second = await central_system.expect("MeterValues")

    transaction = started.answer["transactionId"]
    assert first["transactionId"] == second["transactionId"] == transaction
    assert summary(first["meterValue"], key) == [("Transaction.Begin", "B", started["meterStart"])]
    ((context, letter, register),) = summary(second["meterValue"], key)
    assert (context, letter) == ("Sample.Periodic", "C") and register >= started["meterStart"]
    await point.swipe(CARD)
    await stops(central_system, point, started)


async def test_signatures_survive_a_power_cut_and_key_and_pages_go_on(start, central_system):
    point = await start(board=board(), ocpp=SIGNED)
    key = await public_key(central_system)
    started = await charging(central_system, point)
    await point.draws(100)

    await point.kill()
    await point.start()
    stopped = await central_system.expect("StopTransaction", transactionId=started.answer["transactionId"])

    assert await public_key(central_system) == key
    assert stopped["reason"] == "PowerLoss"
    assert summary(stopped["transactionData"], key) == [
        ("Transaction.Begin", "B", started["meterStart"]),
        ("Transaction.End", "P", stopped["meterStop"]),
    ]
    begin, end = (record for _, record in records(stopped["transactionData"], key))
    # A record that was made twice, because the first came too late, leaves a gap; no number is ever used again.
    assert int(end["PG"][1:]) > int(begin["PG"][1:])


async def test_a_meter_that_does_not_sign_has_none_of_the_keys(start, central_system):
    await start()

    answer = await central_system.request("GetConfiguration", key=["MeterPublicKey1", "SampledDataSignReadings"])

    assert sorted(answer["unknownKey"]) == ["MeterPublicKey1", "SampledDataSignReadings"]
