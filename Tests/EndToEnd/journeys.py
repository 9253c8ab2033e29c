"""Stretches of the way that many tests go, with what must hold on every one of them."""

import datetime

from central_system import Call, CentralSystem
from charge_point import ChargePoint

CARD = "04A2B3C4"


def moment(call: Call) -> datetime.datetime:
    return datetime.datetime.fromisoformat(call["timestamp"])


async def registered(system: CentralSystem, connectors: int = 1):
    await system.expect("BootNotification")
    for number in range(connectors + 1):
        await system.expect("StatusNotification", connectorId=number, status="Available")


async def charging(system: CentralSystem, point: ChargePoint, connector: int = 1, card: str = CARD):
    """Plugs in, swipes, lets some energy flow, and returns the StartTransaction."""
    await point.plug(connector)
    await system.expect("StatusNotification", connectorId=connector, status="Preparing")
    await point.swipe(card, connector)
    started = await system.expect("StartTransaction", connectorId=connector)
    await system.expect("StatusNotification", connectorId=connector, status="Charging")
    await point.draws(50, connector)
    return started


async def stops(system: CentralSystem, point: ChargePoint, started, reason: str = "Local"):
    """Waits for the end of this transaction, and holds its meter values against the truth."""
    stopped = await system.expect("StopTransaction", transactionId=started.answer["transactionId"])
    assert stopped.payload.get("reason", "Local") == reason
    assert stopped["meterStop"] == await point.register(started["connectorId"])
    assert stopped["meterStop"] > started["meterStart"]
    assert moment(stopped) >= moment(started)
    return stopped
