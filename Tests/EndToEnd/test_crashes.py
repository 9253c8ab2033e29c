"""The process dies at any moment, online and offline; afterwards every session must have been billed once, to the watt-hour.

`LADEPUNKT_CRASHES`: how many sessions (default 20); `LADEPUNKT_SEED`: the seed to repeat (default: another one each time, see the output).
"""

import os
import random

import pytest

from campaign import CONNECTORS, Campaign, report
from reckoning import account, discrepancies

SESSIONS = int(os.environ.get("LADEPUNKT_CRASHES", "20"))
SEED = int(os.environ.get("LADEPUNKT_SEED", random.SystemRandom().randrange(1_000_000)))
KEYS = {
    "LocalAuthorizeOffline": True, "AllowOfflineTxForUnknownId": True, "MeterValueSampleInterval": 1, "MessageTimeout": 1,
    # What the troubles cost must not exhaust the attempts: a message that was set aside is another test's matter.
    "TransactionMessageAttempts": 100, "TransactionMessageRetryInterval": 0,
}  # fmt: skip


@pytest.mark.timeout(60 + 6 * SESSIONS)
@pytest.mark.parametrize("after_power_loss, stays_plugged, by_api", [
    pytest.param("stop", False, False, id="the session ends with the process"),
    pytest.param("resume", True, False, id="the vehicle stays and the session goes on"),
    pytest.param("stop", False, True, id="the supply fails"),
])  # fmt: skip
async def test_every_session_is_billed_once_and_to_the_watt_hour_whenever_the_process_dies(
    configure, charge_point, central_system, after_power_loss, stays_plugged, by_api
):
    configure(
        central_system.url, connectors=len(CONNECTORS), speed=200, ocpp=KEYS, vehicle={"staysPlugged": stays_plugged, "readyAfter": "10 ms"},
        chargePoint={"id": "cp001", "vendor": "Example", "model": "Wallbox 11", "afterPowerLoss": after_power_loss},
    )  # fmt: skip
    campaign = Campaign(charge_point, central_system, SEED, SESSIONS, by_api=by_api)

    print(f"LADEPUNKT_SEED={SEED}")
    await campaign.run()

    sessions = await campaign.sessions()
    registers = {connector: (0, await charge_point.register(connector)) for connector in CONNECTORS}
    calls = central_system.calls()
    print(report(campaign, SEED), f"{len(sessions)} sessions, {account(calls).repeats} repeats, {len(calls)} calls", sep="\n")
    assert (await charge_point.api.get("/v1/status"))["ledger"]["parked"] == 0
    problems = discrepancies(calls, sessions, registers, campaign.charged)
    assert not problems, "\n".join(problems)
