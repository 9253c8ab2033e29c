"""Certificates managed over OCPP (security whitepaper A02, A03, M03 to M05)."""

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from certificates import DAY, Authority, rsa_key, self_signed
from conditions import eventually
from journeys import charging, registered, stops
from security import change, hash_data, reconnected, relisten, same_hash, shown_serial, signing_request, value

CENTRAL, MANUFACTURER = "CentralSystemRootCertificate", "ManufacturerRootCertificate"


@pytest.fixture(scope="module")
def root():
    return Authority()


@pytest.fixture
def begin(central_system, charge_point, configure, folder, root):
    """A charge point that has registered with security profile 3; `own`: what `Authority.issue` makes its certificate with."""

    async def begin(own: dict | None = None, ocpp: dict | None = None, optional: bool = False, **keys):
        await relisten(central_system, folder, root.issue(), clients=root, optional=optional)
        (folder / "ca.pem").write_bytes(root.pem)
        root.issue("0001", names=(), **(own or {})).write(folder, "cp")
        section = {
            "url": central_system.url_of("localhost"), "reconnect": {"minimumSeconds": 1, "maximumSeconds": 2, "randomSeconds": 0},
            "securityProfile": 3, "caFile": "ca.pem", "clientCertificate": "cp.pem", "clientKey": "cp.key",
        }  # fmt: skip
        configure(section["url"], centralSystem=section | keys, ocpp={"CpoName": "Example"} | (ocpp or {}))
        await charge_point.start()
        await registered(central_system)
        return charge_point

    return begin


def pem(certificate: x509.Certificate | Authority) -> str:
    return certificate.pem.decode()


async def install(system, certificate: str, kind: str = CENTRAL) -> str:
    return (await system.request("InstallCertificate", certificateType=kind, certificate=certificate))["status"]


async def installed(system, kind: str = CENTRAL) -> list[dict]:
    answer = await system.request("GetInstalledCertificateIds", certificateType=kind)
    assert (answer["status"] == "Accepted") == bool(answer.get("certificateHashData"))
    return answer.get("certificateHashData", [])


async def delete(system, data: dict) -> str:
    return (await system.request("DeleteCertificate", certificateHashData=data))["status"]


async def asked(system) -> x509.CertificateSigningRequest:
    answer = await system.request("ExtendedTriggerMessage", requestedMessage="SignChargePointCertificate")
    assert answer["status"] == "Accepted"
    return await signing_request(system)


async def signed(system, identity) -> str:
    return (await system.request("CertificateSigned", certificateChain=identity.pem.decode()))["status"]


# Roots


async def test_a_root_is_installed_listed_and_deleted(begin, central_system, root):
    await begin()
    other = Authority("Another root", key=rsa_key(2048))
    assert [same_hash(entry, hash_data(root.certificate, root.certificate)) for entry in await installed(central_system)] == [True]

    assert await install(central_system, pem(other)) == "Accepted"
    assert await install(central_system, pem(other)) == "Accepted"
    assert len(await installed(central_system)) == 2
    assert await installed(central_system, MANUFACTURER) == []

    for algorithm in (hashes.SHA512(), hashes.SHA384(), hashes.SHA256()):
        assert await delete(central_system, hash_data(other.certificate, other.certificate, algorithm)) == "Accepted"
        assert len(await installed(central_system)) == 1
        assert await delete(central_system, hash_data(other.certificate, other.certificate, algorithm)) == "NotFound"
        assert await install(central_system, pem(other)) == "Accepted"


async def test_the_root_in_use_and_the_own_certificate_cannot_be_deleted(begin, central_system, folder, root):
    await begin()
    own = x509.load_pem_x509_certificate((folder / "cp.pem").read_bytes())

    assert await delete(central_system, hash_data(root.certificate, root.certificate)) == "Failed"
    assert await delete(central_system, hash_data(own, root.certificate)) == "Failed"

    assert len(await installed(central_system)) == 1


@pytest.mark.parametrize("what", ["nothing", "no authority", "expired", "weak", "two"])
async def test_what_is_no_sound_root_is_rejected(begin, central_system, root, what):
    await begin()
    expired = Authority("Old root")
    expired.certificate = Authority._build(expired._key, expired._name, expired._name, -2 * DAY, -DAY, ca=True).sign(expired._key, hashes.SHA256())
    certificate = {
        "nothing": "-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n",
        "no authority": self_signed().pem.decode(),
        "expired": pem(expired),
        "weak": pem(Authority("Weak root", key=rsa_key(1024))),
        "two": pem(root) + pem(Authority("Second root")),
    }[what]

    assert await install(central_system, certificate) == "Rejected"

    assert len(await installed(central_system)) == 1


async def test_no_more_roots_are_installed_than_CertificateStoreMaxLength(begin, central_system):
    await begin(ocpp={"CertificateStoreMaxLength": 2})

    assert await install(central_system, pem(Authority("Maker")), MANUFACTURER) == "Accepted"
    assert await install(central_system, pem(Authority("One too many"))) == "Rejected"

    assert await change(central_system, "CertificateStoreMaxLength", 9) == "Rejected"


async def test_a_root_of_the_future_is_used_once_the_server_shows_it(begin, central_system, folder, root):
    """How the certificate authority of a central system is replaced."""
    point = await begin()
    new = Authority("New root")
    assert await install(central_system, pem(new)) == "Accepted"

    await relisten(central_system, folder, new.issue(), clients=root)
    await reconnected(central_system, 2)
    assert await delete(central_system, hash_data(root.certificate, root.certificate)) == "Accepted"

    await point.kill()
    await point.start()
    await reconnected(central_system, 3)
    assert len(await installed(central_system)) == 1


async def test_with_AdditionalRootCertificateCheck_a_root_replaces_the_one_that_signed_it(begin, central_system, folder, root):
    await begin(ocpp={"AdditionalRootCertificateCheck": "true"})
    new = Authority("New root", issuer=root)

    assert await install(central_system, pem(Authority("Stranger"))) == "Rejected"
    assert await install(central_system, pem(new)) == "Accepted"
    assert len(await installed(central_system)) == 2
    # As long as the server shows the old one, that is kept.
    await central_system.close_connections()
    await reconnected(central_system, 2)
    assert len(await installed(central_system)) == 2

    await relisten(central_system, folder, new.issue(), clients=root)
    await reconnected(central_system, 3)

    async def one_is_left():
        return len(await installed(central_system)) == 1

    await eventually(one_is_left, "the replaced root is removed")
    (left,) = await installed(central_system)
    assert same_hash(left, hash_data(new.certificate, root.certificate))


# The charge point's own certificate


async def test_a_new_certificate_is_asked_for_signed_and_used(begin, central_system, folder, root):
    point = await begin()
    request = await asked(central_system)
    names = {attribute.oid: attribute.value for attribute in request.subject}
    assert names == {NameOID.ORGANIZATION_NAME: "Example", NameOID.COMMON_NAME: "0001"}
    identity = root.issue("0001", names=(), key=request)

    assert await signed(central_system, identity) == "Accepted"
    await reconnected(central_system, 2)

    assert shown_serial(central_system) == identity.certificate.serial_number
    keys = sorted((folder / "data/certificates/ChargePointCertificate").glob("*.key"))
    assert [oct(key.stat().st_mode & 0o777) for key in keys] == ["0o600"]
    await point.kill()
    await point.start()
    await reconnected(central_system, 3)
    assert shown_serial(central_system) == identity.certificate.serial_number


async def test_a_chain_with_an_intermediate_authority_is_used(begin, central_system, root):
    await begin()
    request = await asked(central_system)
    identity = Authority("Intermediate", issuer=root).issue("0001", names=(), key=request)

    assert await signed(central_system, identity) == "Accepted"

    await reconnected(central_system, 2)
    assert shown_serial(central_system) == identity.certificate.serial_number


@pytest.mark.parametrize("flaw", ["key", "expired", "root", "name", "organization", "nothing", "not asked", "authority", "too long"])
async def test_a_bad_certificate_is_rejected_and_the_old_one_stays(begin, central_system, root, flaw):
    await begin(ocpp={"CertificateSignedMaxChainSize": 2000})
    if flaw == "organization":
        assert await change(central_system, "CpoName", "Other operator") == "Accepted"
    request = None if flaw == "not asked" else await asked(central_system)
    identity = {
        "key": lambda: root.issue("0001", names=()),
        "expired": lambda: root.issue("0001", names=(), key=request, start=-3 * DAY, end=-DAY),
        "root": lambda: Authority("Stranger").issue("0001", names=(), key=request),
        "name": lambda: root.issue("0002", names=(), key=request),
        "organization": lambda: root.issue("0001", names=(), key=request),
        "not asked": lambda: root.issue("0001", names=()),
        "too long": lambda: Authority("I", Authority("J", Authority("K", root))).issue("0001", names=(), key=request),
    }.get(flaw, lambda: None)()
    text = identity.pem.decode() if identity else {"nothing": "no certificate", "authority": pem(root)}[flaw]

    assert (await central_system.request("CertificateSigned", certificateChain=text))["status"] == "Rejected"

    assert len(central_system.connections) == 1
    await central_system.close_connections()
    await reconnected(central_system, 2)


async def test_a_certificate_that_the_server_refuses_gives_way_to_the_old_one(begin, central_system, folder, root):
    point = await begin()
    old = shown_serial(central_system)
    identity = root.issue("0001", names=(), key=await asked(central_system))
    central_system.admits = lambda _, shown: None if shown and int(shown["serialNumber"], 16) == old else 403

    assert await signed(central_system, identity) == "Accepted"
    await reconnected(central_system, 2)

    assert shown_serial(central_system) == old
    assert central_system.attempts_refused >= 3
    central_system.admits = None
    await point.kill()
    await point.start()
    await reconnected(central_system, 3)
    assert shown_serial(central_system) == old
    assert not list((folder / "data/certificates/ChargePointCertificate").glob("*"))


async def test_a_certificate_of_the_future_is_used_from_its_beginning(begin, central_system, root):
    await begin()
    request = await asked(central_system)
    identity = root.issue("0001", names=(), key=request, start=datetime.timedelta(seconds=6))

    assert await signed(central_system, identity) == "Accepted"

    assert len(central_system.connections) == 1
    await reconnected(central_system, 2)
    assert datetime.datetime.now(datetime.UTC) >= identity.certificate.not_valid_before_utc
    assert shown_serial(central_system) == identity.certificate.serial_number


async def test_a_certificate_that_expires_soon_is_renewed_while_a_session_runs(begin, central_system, root):
    point = await begin(own={"start": -30 * DAY, "end": 2 * DAY})
    request = await signing_request(central_system)
    started = await charging(central_system, point)
    identity = root.issue("0001", names=(), key=request)

    assert await signed(central_system, identity) == "Accepted"
    await reconnected(central_system, 2)
    assert shown_serial(central_system) == identity.certificate.serial_number
    await point.draws(50)
    await point.swipe(started["idTag"])

    await stops(central_system, point, started)
    assert len(central_system.calls("SignCertificate")) == 1


@pytest.mark.parametrize("moment", ["asked", "signed"])
async def test_a_power_cut_between_request_and_certificate_loses_neither_key_nor_link(begin, central_system, root, moment):
    point = await begin()
    identity = root.issue("0001", names=(), key=await asked(central_system))
    if moment == "signed":
        assert await signed(central_system, identity) == "Accepted"

    await point.kill()
    await point.start()
    await reconnected(central_system, 2)
    if moment == "asked":
        assert await signed(central_system, identity) == "Accepted"
        await reconnected(central_system, 3)

    assert shown_serial(central_system) == identity.certificate.serial_number


async def test_without_a_name_of_the_operator_no_certificate_is_asked_for(central_system, start):
    await start()

    answer = await central_system.request("ExtendedTriggerMessage", requestedMessage="SignChargePointCertificate")

    assert answer["status"] == "Rejected"
    assert await value(central_system, "CpoName") == ""


async def test_profile_1_is_raised_to_3_with_everything_over_OCPP(central_system, charge_point, configure, folder, root):
    """A charge point that knows nothing but a URL and a password gets root, certificate and profile."""
    url = central_system.url_of("localhost")
    (folder / "ca.pem").write_bytes(Authority("Unused").pem)
    section = {
        "url": url, "reconnect": {"minimumSeconds": 1, "maximumSeconds": 2, "randomSeconds": 0}, "securityProfile": 1,
        "authorizationKey": "correct-horse-16+", "caFile": "ca.pem",
    }  # fmt: skip
    configure(url, centralSystem=section)
    await charge_point.start()
    await registered(central_system)
    assert await install(central_system, pem(root)) == "Accepted"
    assert await change(central_system, "CpoName", "Example") == "Accepted"
    identity = root.issue("0001", names=(), key=await asked(central_system))
    assert await signed(central_system, identity) == "Accepted"

    assert await change(central_system, "SecurityProfile", 3) == "Accepted"
    await relisten(central_system, folder, root.issue(), clients=root)

    await reconnected(central_system, 2)
    assert shown_serial(central_system) == identity.certificate.serial_number
