import asyncio
import time

from conditions import eventually
from journeys import CARD, charging, registered

STRANGER = "DEADBEEF"
LONG_LIST = 10_000


def entry(id_tag: str, status: str | None = "Accepted", **info) -> dict:
    return {"idTag": id_tag} | ({"idTagInfo": {"status": status} | info} if status else {})


def long_list(count: int = LONG_LIST, generation: int = 0) -> list[dict]:
    """As long as entries can be: with expiry date and group."""
    expiry = "2039-12-31T23:59:59.000Z"
    return [
        entry(f"04{number * 2_654_435_761 % 2**56:014X}{generation:02X}", expiryDate=expiry, parentIdTag=f"FLEET-{number % 100:014d}")
        for number in range(count)
    ]


async def send_list(central_system, version: int, update_type: str, entries: list[dict] | None = None) -> str:
    body = {} if entries is None else {"localAuthorizationList": entries}
    payload = {"listVersion": version, "updateType": update_type} | body
    # Validating our own ten thousand entries takes longer than all that the charge point does with them.
    send = central_system.ask if len(entries or []) > 100 else lambda action, payload: central_system.request(action, **payload)
    return (await send("SendLocalList", payload))["status"]


async def version(central_system) -> int:
    return (await central_system.request("GetLocalListVersion"))["listVersion"]


async def listed(point) -> dict[str, str]:
    """Status per identifier of the local list, page after page."""
    found, cursor = {}, ""
    while True:
        page = await point.api.get(f"/v1/cards?limit=5000{cursor}")
        found |= {card["idTag"]: card["status"] for card in page["cards"] if card["source"] == "localList"}
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


async def test_a_listed_card_charges_offline_and_a_blocked_one_does_not(start, central_system):
    point = await start(ocpp={"LocalAuthorizeOffline": True, "AllowOfflineTxForUnknownId": True})
    assert await version(central_system) == 0
    assert await send_list(central_system, 1, "Full", [entry(CARD), entry(STRANGER, "Blocked")]) == "Accepted"
    await point.go_offline()
    await point.plug()

    assert (await point.api.get(f"/v1/cards/{STRANGER}/explain"))["outcome"] == "refused"
    await point.swipe(STRANGER)
    await point.has(status="Preparing")
    await point.swipe(CARD)
    await point.has(status="Charging")
    await point.go_online()

    await central_system.expect("StartTransaction", idTag=CARD)


async def test_a_list_is_changed_by_differential_updates_and_survives_a_killed_process(start, central_system, charge_point):
    point = await start()
    assert await send_list(central_system, 3, "Full", [entry("A"), entry("B", "Blocked")]) == "Accepted"
    assert await send_list(central_system, 4, "Differential", [entry("A", None), entry("B"), entry("C", "Expired")]) == "Accepted"
    assert await send_list(central_system, 4, "Differential", [entry("D")]) == "VersionMismatch"
    assert await send_list(central_system, -1, "Full", [entry("D")]) == "Failed"

    await charge_point.kill()
    await charge_point.start()
    await registered(central_system)

    assert await version(central_system) == 4
    assert await listed(point) == {"B": "Accepted", "C": "Expired"}
    assert await send_list(central_system, 0, "Full", []) == "Accepted"
    assert await version(central_system) == 0
    assert await listed(point) == {}


async def test_the_list_is_before_the_cache_and_its_cards_are_never_cached(start, central_system):
    point = await start(ocpp={"LocalPreAuthorize": True, "AuthorizationCacheEnabled": True})
    await send_list(central_system, 1, "Full", [entry(CARD)])

    await charging(central_system, point)

    assert not central_system.calls("Authorize")
    await eventually(lambda: _delivered(point), "the start is delivered")
    assert [card["source"] for card in (await point.api.get("/v1/cards"))["cards"]] == ["localList"]


async def _delivered(point) -> bool:
    return (await point.api.get("/v1/status"))["ledger"]["queued"] == 0


async def test_a_list_that_the_central_system_contradicts_is_reported_at_connector_0(start, central_system):
    central_system.cards[CARD] = {"status": "Blocked"}
    point = await start()
    await send_list(central_system, 1, "Full", [entry(CARD)])

    await point.plug()
    await point.swipe(CARD)
    await central_system.expect("StatusNotification", connectorId=0, errorCode="LocalListConflict")

    await send_list(central_system, 2, "Differential", [entry(CARD, "Blocked")])
    await central_system.expect("StatusNotification", connectorId=0, errorCode="NoError")


async def test_a_list_that_is_off_is_off(start, central_system):
    point = await start(ocpp={"LocalPreAuthorize": True})
    await send_list(central_system, 1, "Full", [entry(CARD)])
    answer = await central_system.request("ChangeConfiguration", key="LocalAuthListEnabled", value="false")
    assert answer == {"status": "Accepted"}

    assert await version(central_system) == -1
    assert await send_list(central_system, 2, "Full", []) == "NotSupported"
    await point.plug()
    await point.swipe(CARD)
    await central_system.expect("Authorize", idTag=CARD)


async def test_without_its_profile_there_is_no_list(start, central_system):
    await start(ocpp={"SupportedFeatureProfiles": "Core"})

    assert await central_system.refused("GetLocalListVersion", {}) == "NotSupported"
    assert await central_system.refused("SendLocalList", {"listVersion": 1, "updateType": "Full"}) == "NotSupported"


async def test_a_list_of_100000_cards_comes_in_ten_messages_while_the_charge_point_serves(start, central_system):
    point = await start()
    slowest = 0.0
    answered = 0.0

    async def serve():
        """What goes through the loop waits for it: how long at most."""
        nonlocal slowest
        while True:
            begun = time.monotonic()
            await point.simulate(1, "suspend-ev")
            slowest = max(slowest, time.monotonic() - begun)
            await asyncio.sleep(0.02)

    server = asyncio.create_task(serve())
    try:
        for number in range(10):
            begun = time.monotonic()
            kind = "Differential" if number else "Full"
            assert await send_list(central_system, number + 1, kind, long_list(generation=number)) == "Accepted"
            answered = max(answered, time.monotonic() - begun)
    finally:
        server.cancel()
    assert await send_list(central_system, 11, "Differential", [entry("ONE-MORE")]) == "Failed"
    assert await send_list(central_system, 11, "Full", long_list(LONG_LIST + 1)) == "Failed"

    assert await version(central_system) == 10
    status = await point.api.get("/v1/status")
    assert status["localList"] == {"version": 10, "length": 100_000}
    print(f"10,000 entries: answered within {answered:.2f} s, the loop busy for {slowest:.2f} s at most")
    known = long_list(1, generation=9)[0]["idTag"]
    assert (await point.api.get(f"/v1/cards/{known}"))["source"] == "localList"


async def test_a_process_killed_while_a_long_list_arrives_has_the_old_list_or_the_new_one(start, central_system, charge_point):
    point = await start()
    lists = {version: {card["idTag"]: "Accepted" for card in long_list(2000, generation=version)} for version in range(1, 8)}
    assert await send_list(central_system, 1, "Full", long_list(2000, generation=1)) == "Accepted"

    for number in range(2, 8):
        sending = asyncio.create_task(send_list(central_system, number, "Full", long_list(2000, generation=number)))
        await asyncio.sleep(0.02 * number)
        await charge_point.kill()
        sending.cancel()
        await charge_point.start()
        await registered(central_system)

        held = await version(central_system)
        assert held in (number - 1, number)
        assert await listed(point) == lists[held]
        if held != number:
            assert await send_list(central_system, number, "Full", long_list(2000, generation=number)) == "Accepted"
