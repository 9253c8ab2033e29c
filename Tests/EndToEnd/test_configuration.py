import pytest

from charge_point import ApiError
from journeys import charging

REQUIRED = {
    "AuthorizeRemoteTxRequests", "ClockAlignedDataInterval", "ConnectionTimeOut", "ConnectorPhaseRotation", "GetConfigurationMaxKeys",
    "HeartbeatInterval", "LocalAuthorizeOffline", "LocalPreAuthorize", "MeterValuesAlignedData", "MeterValuesSampledData",
    "MeterValueSampleInterval", "NumberOfConnectors", "ResetRetries", "StopTransactionOnEVSideDisconnect",
    "StopTransactionOnInvalidId", "StopTxnAlignedData", "StopTxnSampledData", "SupportedFeatureProfiles",
    "TransactionMessageAttempts", "TransactionMessageRetryInterval", "UnlockConnectorOnEVSideDisconnect",
}  # fmt: skip
OFFERED = {
    "AllowOfflineTxForUnknownId", "AuthorizationCacheEnabled", "MaxEnergyOnInvalidId", "MessageTimeout", "MinimumStatusDuration",
    "StopTransactionMaxMeterValues", "WebSocketPingInterval",
}  # fmt: skip
REGISTER = "Energy.Active.Import.Register"


async def _value(system, key: str) -> str | None:
    answer = await system.request("GetConfiguration", key=[key])
    assert not answer.get("unknownKey"), answer
    return answer["configurationKey"][0].get("value")


async def _change(system, key: str, value: str) -> str:
    return (await system.request("ChangeConfiguration", key=key, value=value))["status"]


async def test_every_key_is_told_once_and_none_is_missing(start, central_system):
    await start(connectors=2)

    for request in ({}, {"key": []}):
        told = (await central_system.request("GetConfiguration", **request))["configurationKey"]
        names = [entry["key"] for entry in told]
        assert len(names) == len(set(names))
        assert not (REQUIRED | OFFERED) - set(names)
    values = {entry["key"]: entry["value"] for entry in told if "value" in entry}
    assert values["NumberOfConnectors"] == "2"
    assert "Core" in values["SupportedFeatureProfiles"].split(",")
    assert int(values["GetConfigurationMaxKeys"]) >= 1


async def test_keys_that_nobody_knows_are_named(start, central_system):
    await start()

    answer = await central_system.request("GetConfiguration", key=["HeartbeatInterval", "Nonsense"])

    assert [entry["key"] for entry in answer["configurationKey"]] == ["HeartbeatInterval"]
    assert answer["unknownKey"] == ["Nonsense"]


@pytest.mark.parametrize(
    ("key", "value", "status"),
    [
        ("NumberOfConnectors", "4", "Rejected"),
        ("Nonsense", "1", "NotSupported"),
        ("HeartbeatInterval", "often", "Rejected"),
        ("HeartbeatInterval", "-1", "Rejected"),
        ("ConnectionTimeOut", "99999999999999999999", "Rejected"),
        ("LocalPreAuthorize", "perhaps", "Rejected"),
        ("LocalPreAuthorize", "true", "Accepted"),
        ("HeartbeatInterval", "600", "Accepted"),
        ("MeterValuesSampledData", f"{REGISTER},Nonsense", "Rejected"),
        ("MeterValuesSampledData", f"{REGISTER},Power.Active.Import", "Accepted"),
        ("MeterValuesSampledData", "", "Accepted"),
    ],
)
async def test_a_change_is_judged_by_its_key_and_a_refused_one_changes_nothing(start, central_system, key, value, status):
    await start()
    known = key != "Nonsense"
    before = await _value(central_system, key) if known else None

    assert await _change(central_system, key, value) == status

    if known:
        assert (await _value(central_system, key) or "") == (value if status == "Accepted" else before)


async def test_a_change_stays_over_a_restart_although_the_file_says_otherwise(start, central_system):
    point = await start(ocpp={"ConnectionTimeOut": 60})
    assert await _change(central_system, "ConnectionTimeOut", "77") == "Accepted"

    await point.kill()
    await point.start()

    await central_system.expect("BootNotification")
    assert await _value(central_system, "ConnectionTimeOut") == "77"


async def test_MeterValueSampleInterval_takes_effect_in_a_running_session(start, central_system):
    point = await start(ocpp={"MeterValueSampleInterval": 0, "MeterValuesSampledData": REGISTER})
    started = await charging(central_system, point)

    assert await _change(central_system, "MeterValueSampleInterval", "1") == "Accepted"

    readings = []
    for _ in range(3):
        sent = await central_system.expect("MeterValues", connectorId=1, transactionId=started.answer["transactionId"])
        (sample,) = sent["meterValue"][0]["sampledValue"]
        assert sample.get("context", "Sample.Periodic") == "Sample.Periodic"
        assert sample.get("measurand", REGISTER) == REGISTER
        readings.append(float(sample["value"]) * (1000 if sample.get("unit") == "kWh" else 1))
    assert started["meterStart"] < readings[0] < readings[1] < readings[2]


async def test_every_measurand_that_is_asked_for_is_sampled(start, central_system):
    measurands = [REGISTER, "Power.Active.Import", "Current.Import", "Voltage", "Current.Offered"]
    point = await start(ocpp={"MeterValueSampleInterval": 1, "MeterValuesSampledData": ",".join(measurands)})
    await charging(central_system, point)

    sent = await central_system.expect("MeterValues", connectorId=1)

    assert {sample.get("measurand", REGISTER) for sample in sent["meterValue"][0]["sampledValue"]} == set(measurands)


async def test_clock_aligned_values_come_without_a_session_too(start, central_system):
    await start(ocpp={"ClockAlignedDataInterval": 1, "MeterValuesAlignedData": REGISTER})

    sent = await central_system.expect("MeterValues", connectorId=1)

    assert sent["meterValue"][0]["sampledValue"][0]["context"] == "Sample.Clock"
    assert "transactionId" not in sent.payload


async def test_the_local_API_changes_keys_under_the_same_rules(start, central_system):
    point = await start()

    assert await point.api.put("/v1/configuration/HeartbeatInterval", value="123") == {"status": "Accepted"}
    for key, value, status in [("HeartbeatInterval", "often", 409), ("NumberOfConnectors", "9", 409), ("Nonsense", "1", 404)]:
        with pytest.raises(ApiError) as refusal:
            await point.api.put(f"/v1/configuration/{key}", value=value)
        assert refusal.value.status == status

    keys = {entry["key"]: entry for entry in (await point.api.get("/v1/configuration"))["configurationKey"]}
    assert keys["HeartbeatInterval"] == {"key": "HeartbeatInterval", "value": "123", "readonly": False}
    assert await _value(central_system, "HeartbeatInterval") == "123"
