"""Charging profiles at the real daemon: what it takes, what it obeys, and what it remembers."""

import datetime
import time

import pytest
import pytest_asyncio

from central_system import Refusal
from conditions import eventually
from journeys import CARD, charging, stops

ACCEPTED = {"status": "Accepted"}
REJECTED = {"status": "Rejected"}


def profile(identifier: int, *periods, purpose="TxDefaultProfile", level=0, kind="Relative", unit="A", schedule=None, **fields) -> dict:
    """`periods`: limits, or (start in seconds, limit)."""
    pairs = [period if isinstance(period, tuple) else (0, period) for period in periods]
    return {
        "chargingProfileId": identifier, "stackLevel": level, "chargingProfilePurpose": purpose, "chargingProfileKind": kind,
        "chargingSchedule": {
            "chargingRateUnit": unit, "chargingSchedulePeriod": [{"startPeriod": start, "limit": limit} for start, limit in pairs],
        } | (schedule or {}),
    } | fields  # fmt: skip


def ago(seconds: float) -> str:
    moment = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.fixture
def limit(central_system):
    """Sets a profile and holds the answer against what is expected."""

    async def limit(connector: int, set_profile: dict, answer=ACCEPTED):
        assert await central_system.request("SetChargingProfile", connectorId=connector, csChargingProfiles=set_profile) == answer

    return limit


async def offers(point, current, connector: int = 1, within: float = 1.0, **shown):
    """Waits no longer than a second until this is offered."""

    async def offered():
        connector_shown = await point.connector(connector)
        return connector_shown["offeredCurrentA"] == current and all(connector_shown[key] == value for key, value in shown.items())

    await eventually(offered, f"connector {connector} offers {current} A, {shown}", timeout=within)


async def draws_at_most(point, watts: float, connector: int = 1):
    """Waits until the meter shows that the vehicle obeys: within five seconds."""

    async def obeys():
        power = (await point.connector(connector))["meter"]["powerW"]
        return power is not None and power <= watts

    await eventually(obeys, f"connector {connector} draws at most {watts} W", timeout=5)


async def test_the_feature_profile_and_its_keys_are_told(start, central_system):
    await start()
    keys = [
        "SupportedFeatureProfiles", "ChargeProfileMaxStackLevel", "ChargingScheduleAllowedChargingRateUnit", "ChargingScheduleMaxPeriods",
        "MaxChargingProfilesInstalled", "ConnectorSwitch3to1PhaseSupported",
    ]  # fmt: skip

    answer = await central_system.request("GetConfiguration", key=keys)

    values = {entry["key"]: entry["value"] for entry in answer["configurationKey"]}
    assert "SmartCharging" in values["SupportedFeatureProfiles"].split(",")
    assert values["ChargingScheduleAllowedChargingRateUnit"] == "Current,Power"
    assert values["ConnectorSwitch3to1PhaseSupported"] == "false"
    assert all(int(values[key]) > 0 for key in keys[1:2] + keys[3:5])
    assert all(entry["readonly"] for entry in answer["configurationKey"])


async def test_a_limit_is_offered_within_a_second_and_obeyed_by_the_vehicle(start, central_system, limit):
    point = await start()
    started = await charging(central_system, point)
    assert (await point.connector())["limitedBy"] == "board rating 32 A"

    await limit(1, profile(7, 10, purpose="TxProfile", transactionId=started.answer["transactionId"]))
    await offers(point, 10, limitedBy="ChargingProfile 7", status="Charging")
    await draws_at_most(point, 2300)
    await limit(0, profile(8, 8, purpose="ChargePointMaxProfile"))
    await offers(point, 8, limitedBy="ChargingProfile 8")
    assert await central_system.request("ClearChargingProfile", id=8) == ACCEPTED
    await offers(point, 10)
    assert await central_system.request("ClearChargingProfile") == ACCEPTED
    await offers(point, 32, limitedBy="board rating 32 A")

    await point.swipe(CARD)
    await stops(central_system, point, started)


@pytest.mark.parametrize(("watts", "current"), [(11_040, 16), (4140, 6), (4139.9, None)])
async def test_a_limit_in_watts_is_for_all_phases(start, central_system, limit, watts, current):
    point = await start()
    await charging(central_system, point)

    await limit(0, profile(3, watts, unit="W"))

    await offers(point, current, limitedBy="ChargingProfile 3")


async def test_below_6_A_the_session_is_suspended_and_goes_on_when_the_limit_rises(start, central_system, limit):
    point = await start()
    started = await charging(central_system, point)

    await limit(0, profile(1, 0))
    suspended = await central_system.expect("StatusNotification", connectorId=1, status="SuspendedEVSE")
    assert suspended["info"] == "ChargingProfile 1 allows less than 6 A"
    await offers(point, None, limitedBy="ChargingProfile 1")
    await eventually(lambda: _is_open(point), "the contactor opens")
    register = await point.register()
    await limit(0, profile(1, 6))
    await central_system.expect("StatusNotification", connectorId=1, status="Charging")

    await offers(point, 6)
    await point.draws(20, since=register)
    await point.swipe(CARD)
    await stops(central_system, point, started)


async def _is_open(point):
    return (await point.truth())["contactor"] == "open"


async def test_periods_follow_each_other_on_the_second(start, central_system, limit):
    point = await start()
    await charging(central_system, point)
    begin = time.monotonic() - 2

    await limit(1, profile(1, (0, 20), (5, 13), (8, 0), (11, 8), kind="Absolute", schedule={"startSchedule": ago(2)}))

    await offers(point, 20)
    for instant, current in ((5, 13), (8, None), (11, 8)):
        # The charge point has its time from BootNotification, to the second below.
        await offers(point, current, within=instant - (time.monotonic() - begin) + 2)
        assert time.monotonic() - begin > instant - 0.1, f"{current} A too early"


async def test_the_composite_schedule_is_told_for_a_connector_and_for_the_grid(start, central_system, limit):
    await start(connectors=2)
    await limit(0, profile(1, 20, purpose="ChargePointMaxProfile", validTo=ago(-600)))
    await limit(1, profile(2, (0, 10), (90, 6.5), kind="Absolute", schedule={"startSchedule": ago(30)}))

    answer = await central_system.request("GetCompositeSchedule", connectorId=1, duration=300)
    assert (answer["status"], answer["connectorId"]) == ("Accepted", 1)
    schedule = answer["chargingSchedule"]
    assert (schedule["duration"], schedule["chargingRateUnit"]) == (300, "A")
    first, second = schedule["chargingSchedulePeriod"]
    assert (first["startPeriod"], first["limit"], second["limit"]) == (0, 10, 6.5)
    # To the second that the charge point's time may be late by.
    assert 55 <= second["startPeriod"] <= 61
    assert "startSchedule" not in schedule
    grid = await central_system.request("GetCompositeSchedule", connectorId=0, duration=300, chargingRateUnit="W")

    assert [period["limit"] for period in grid["chargingSchedule"]["chargingSchedulePeriod"]] == [13_800]
    assert await central_system.request("GetCompositeSchedule", connectorId=7, duration=300) == REJECTED


async def test_a_limit_for_the_charge_point_is_shared(start, central_system, limit):
    point = await start(connectors=2)
    await limit(0, profile(4, 20, purpose="ChargePointMaxProfile"))
    await charging(central_system, point, 1)
    await offers(point, 20, limitedBy="ChargingProfile 4")

    await charging(central_system, point, 2, "0BADF00D")
    await offers(point, 10, 1, limitedBy="ChargingProfile 4, shared")
    await offers(point, 10, 2, limitedBy="ChargingProfile 4, shared")
    # Not enough for two: the one that came first goes on.
    await limit(0, profile(4, 10, purpose="ChargePointMaxProfile"))
    await offers(point, None, 2)
    await central_system.expect("StatusNotification", connectorId=2, status="SuspendedEVSE")
    await offers(point, 10, 1, within=8)
    await point.unplug(1)

    await central_system.expect("StatusNotification", connectorId=2, status="Charging")
    await offers(point, 10, 2)


async def test_a_remote_start_brings_its_own_limit(start, central_system):
    point = await start()
    await point.plug()
    wanted = profile(5, 9, purpose="TxProfile")

    assert await central_system.request("RemoteStartTransaction", connectorId=1, idTag=CARD, chargingProfile=wanted) == ACCEPTED
    await central_system.expect("StartTransaction", connectorId=1)
    await central_system.expect("StatusNotification", connectorId=1, status="Charging")

    await offers(point, 9, limitedBy="ChargingProfile 5")
    await point.swipe(CARD)
    await central_system.expect("StopTransaction")
    await point.unplug()
    await charging(central_system, point)
    await offers(point, 32)


async def test_profiles_survive_a_killed_daemon_and_the_one_of_a_transaction_its_transaction_alone(
    configure, charge_point, central_system, limit
):
    configure(central_system.url, chargePoint=RESUMES, vehicle={"staysPlugged": True})
    point = charge_point
    await point.start()
    await central_system.expect("StatusNotification", connectorId=1, status="Preparing")
    await point.swipe(CARD)
    started = await central_system.expect("StartTransaction")
    await central_system.expect("StatusNotification", connectorId=1, status="Charging")
    await limit(0, profile(1, 13))
    await limit(1, profile(2, 9, purpose="TxProfile", transactionId=started.answer["transactionId"]))
    await offers(point, 9)

    await point.kill()
    await point.start()
    await central_system.expect("BootNotification")
    await point.has(status="Charging", offeredCurrentA=9, limitedBy="ChargingProfile 2")
    assert await point.terminate() == 0
    # What ended the session ended its profile.
    await point.start()
    await central_system.expect("BootNotification")
    await central_system.expect("StopTransaction", transactionId=started.answer["transactionId"])
    await point.swipe(CARD)
    await central_system.expect("StartTransaction")
    await central_system.expect("StatusNotification", connectorId=1, status="Charging")

    await point.has(status="Charging", offeredCurrentA=13, limitedBy="ChargingProfile 1")
    assert await central_system.request("ClearChargingProfile", id=2) == {"status": "Unknown"}


RESUMES = {
    "id": "cp001", "vendor": "Example", "model": "Wallbox 11", "serialNumber": "0001", "firmwareVersion": "1.0.0", "afterPowerLoss": "resume",
}  # fmt: skip


@pytest_asyncio.fixture
async def idle(start):
    return await start()


@pytest.mark.parametrize(
    ("connector", "bad"),
    [
        (0, profile(1, 10, purpose="TxProfile")),
        (1, profile(1, 10, purpose="TxProfile")),
        (1, profile(1, 10, purpose="ChargePointMaxProfile")),
        (0, profile(1, 10, level=1000)),
        (0, profile(1, (5, 10))),
        (0, profile(1, (0, 10), (60, 8), (30, 6))),
        (0, profile(1, *((start, 10) for start in range(201)))),
        (0, profile(1, 10, kind="Recurring", schedule={"startSchedule": "2026-01-01T00:00:00Z"})),
        (0, profile(1, 10, kind="Recurring", recurrencyKind="Daily")),
        (0, profile(1, 10, kind="Absolute", schedule={"startSchedule": "2020-01-01T00:00:00Z", "duration": 60})),
        (0, profile(1, 10, validTo="2020-01-01T00:00:00Z")),
    ],
)
async def test_a_profile_that_cannot_be_obeyed_is_rejected(idle, central_system, limit, connector, bad):
    await limit(connector, bad, REJECTED)

    assert await central_system.request("ClearChargingProfile") == {"status": "Unknown"}


async def test_requests_that_break_the_protocol_get_the_code_that_says_so(idle, central_system):
    async def code(action, payload):
        answer = await central_system.ask(action, payload)
        assert isinstance(answer, Refusal), answer
        return answer.code

    good = profile(1, 10)
    assert await code("SetChargingProfile", {"connectorId": 9, "csChargingProfiles": good}) == "PropertyConstraintViolation"
    for change, expected in (
        ({"chargingProfileKind": "Sometimes"}, "PropertyConstraintViolation"),
        ({"chargingSchedule": good["chargingSchedule"] | {"chargingRateUnit": "kW"}}, "PropertyConstraintViolation"),
        ({"chargingSchedule": good["chargingSchedule"] | {"chargingSchedulePeriod": []}}, "OccurenceConstraintViolation"),
        ({"stackLevel": -1}, "PropertyConstraintViolation"),
        ({"stackLevel": "high"}, "TypeConstraintViolation"),
    ):
        assert await code("SetChargingProfile", {"connectorId": 0, "csChargingProfiles": good | change}) == expected, change
    assert await code("GetCompositeSchedule", {"connectorId": 0, "duration": 60, "chargingRateUnit": "V"}) == "PropertyConstraintViolation"


async def test_switched_off_it_is_not_supported(start, central_system):
    point = await start(ocpp={"SupportedFeatureProfiles": "Core,RemoteTrigger"})

    for action, payload in (
        ("SetChargingProfile", {"connectorId": 0, "csChargingProfiles": profile(1, 6)}),
        ("ClearChargingProfile", {}),
        ("GetCompositeSchedule", {"connectorId": 0, "duration": 60}),
    ):
        answer = await central_system.ask(action, payload)
        assert isinstance(answer, Refusal) and answer.code == "NotSupported", (action, answer)
    # "this parameter SHOULD be ignored"
    await point.plug()
    ignored = profile(1, 6, purpose="TxProfile")
    assert await central_system.request("RemoteStartTransaction", connectorId=1, idTag=CARD, chargingProfile=ignored) == ACCEPTED
    await point.has(status="Charging", offeredCurrentA=32)
