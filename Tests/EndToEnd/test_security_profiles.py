"""SecurityProfile and AuthorizationKey changed over OCPP (security whitepaper A01, A05): tried, and back to what worked."""

import asyncio

import pytest

from certificates import Authority
from journeys import charging, registered, stops
from security import KEY, change, password_check, reconnected, relisten, value

NEW_KEY = "battery-staple-16+"


@pytest.fixture(scope="module")
def root():
    return Authority()


@pytest.fixture
def begin(central_system, charge_point, configure, folder, root):
    """A charge point that has registered: plainly, or over TLS where `tls`."""

    async def begin(tls: bool = False, profile: int = 1, ca: bool = True, **keys):
        if tls:
            await relisten(central_system, folder, root.issue())
        url = central_system.url_of("localhost")
        section = {"url": url, "reconnect": {"minimumSeconds": 1, "maximumSeconds": 2, "randomSeconds": 0}, "securityProfile": profile}
        (folder / "ca.pem").write_bytes(root.pem)
        root.issue("0001", names=()).write(folder, "cp")
        if ca:
            section["caFile"] = "ca.pem"
        if profile in (1, 2):
            section["authorizationKey"] = KEY
        configure(url, centralSystem=section | keys)
        await charge_point.start()
        await registered(central_system)
        return charge_point

    return begin


OWN = {"clientCertificate": "cp.pem", "clientKey": "cp.key"}


async def secure(point) -> bool:
    status = await point.api.get("/v1/status")
    return status["centralSystem"]["url"].startswith("wss:")


async def test_profile_1_is_raised_to_2_and_stays_over_a_restart(begin, central_system, folder, root):
    point = await begin()
    central_system.admits = password_check(KEY)

    assert await change(central_system, "SecurityProfile", 2) == "Accepted"
    await relisten(central_system, folder, root.issue())
    await reconnected(central_system, 2)

    assert await value(central_system, "SecurityProfile") == "2"
    assert await secure(point)
    await point.kill()
    await point.start()
    await reconnected(central_system, 3)
    assert await secure(point)


async def test_profile_2_that_fails_gives_way_to_1(begin, central_system):
    point = await begin()

    assert await change(central_system, "SecurityProfile", 2) == "Accepted"
    await reconnected(central_system, 2)

    assert await value(central_system, "SecurityProfile") == "1"
    assert not await secure(point)
    assert "did not work" in point.log


async def test_profile_2_is_raised_to_3(begin, central_system, folder, root):
    point = await begin(tls=True, profile=2, **OWN)

    assert await change(central_system, "SecurityProfile", 3) == "Accepted"
    await relisten(central_system, folder, root.issue(), clients=root)
    await reconnected(central_system, 2)

    assert await value(central_system, "SecurityProfile") == "3"
    assert "Authorization" not in central_system.connections[-1].headers
    status = await point.api.get("/v1/status")
    assert "CN=0001" in status["centralSystem"]["tls"]["clientCertificate"]["subject"].replace(" ", "")


async def test_profile_3_whose_certificate_is_refused_gives_way_to_2(begin, central_system, folder, root):
    await begin(tls=True, profile=2, **OWN)

    assert await change(central_system, "SecurityProfile", 3) == "Accepted"
    await relisten(central_system, folder, root.issue(), optional=True, clients=Authority("Another root"))
    await reconnected(central_system, 2)

    assert await value(central_system, "SecurityProfile") == "2"
    assert "Authorization" in central_system.connections[-1].headers


@pytest.mark.parametrize(
    ("tls", "profile", "ca", "keys", "wanted"),
    [
        (False, 1, True, {}, 0),
        (False, 1, True, {}, 1),
        (True, 2, True, {}, 1),
        (False, 0, True, {}, 1),
        (False, 1, True, {}, 3),
        (False, 1, True, {}, 4),
        (False, 0, True, {}, 2),
    ],
)
async def test_a_profile_that_cannot_be_used_is_refused_and_changes_nothing(begin, central_system, tls, profile, ca, keys, wanted):
    await begin(tls=tls, profile=profile, ca=ca, **keys)

    assert await change(central_system, "SecurityProfile", wanted) == "Rejected"

    assert await value(central_system, "SecurityProfile") == str(profile)
    assert len(central_system.connections) == 1


async def test_a_new_AuthorizationKey_is_used_at_once_and_stays(begin, central_system):
    point = await begin()
    central_system.admits = password_check(NEW_KEY)

    assert await change(central_system, "AuthorizationKey", NEW_KEY) == "Accepted"
    await reconnected(central_system, 2)
    await point.kill()
    await point.start()

    await reconnected(central_system, 3)
    assert central_system.attempts_refused == 0
    assert NEW_KEY not in point.log


async def test_an_AuthorizationKey_in_hexadecimal_is_shown_as_bytes(begin, central_system):
    await begin()
    central_system.admits = password_check(bytes(range(20)))

    assert await change(central_system, "AuthorizationKey", bytes(range(20)).hex()) == "Accepted"

    await reconnected(central_system, 2)
    assert central_system.attempts_refused == 0


async def test_an_AuthorizationKey_that_is_refused_gives_way_to_the_old_one(begin, central_system):
    await begin()
    central_system.admits = password_check(KEY)

    assert await change(central_system, "AuthorizationKey", NEW_KEY) == "Accepted"

    await reconnected(central_system, 2)
    assert central_system.attempts_refused >= 3


async def test_the_old_AuthorizationKey_is_kept_however_long_nobody_answers(begin, central_system):
    """The network fails just when the key was changed: whichever of the two is right in the end, it is found."""
    point = await begin()

    assert await change(central_system, "AuthorizationKey", NEW_KEY) == "Accepted"
    await central_system.stop()
    await asyncio.sleep(8)
    central_system.admits = password_check(NEW_KEY)
    await central_system.start()

    await reconnected(central_system, 2)
    assert point.log.count("trying") >= 2


@pytest.mark.parametrize("works", [1, 2])
async def test_a_power_cut_in_the_middle_of_a_switch_comes_back_with_a_working_link(begin, central_system, folder, root, works):
    point = await begin()
    assert await change(central_system, "SecurityProfile", 2) == "Accepted"

    await point.kill()
    await relisten(central_system, folder, root.issue() if works == 2 else None)
    await point.start()

    await reconnected(central_system, 2)
    assert await value(central_system, "SecurityProfile") == str(works)


async def test_a_session_goes_on_while_the_profile_changes(begin, central_system, folder, root):
    point = await begin()
    started = await charging(central_system, point)

    assert await change(central_system, "SecurityProfile", 2) == "Accepted"
    await relisten(central_system, folder, root.issue())
    await reconnected(central_system, 2)
    await point.draws(50)
    await point.swipe(started["idTag"])

    await stops(central_system, point, started)


async def test_a_profile_changed_in_the_file_wins_over_what_came_over_OCPP(begin, central_system, folder, root):
    point = await begin()
    assert await change(central_system, "SecurityProfile", 2) == "Accepted"
    await relisten(central_system, folder, root.issue())
    await reconnected(central_system, 2)
    await point.terminate()

    text = (folder / "ladepunkt.yaml").read_text()
    (folder / "ladepunkt.yaml").write_text(text.replace("securityProfile: 1", "securityProfile: 0"))
    await relisten(central_system, folder)
    await point.start()

    await reconnected(central_system, 3)
    assert await value(central_system, "SecurityProfile") == "0"
