"""Keys that never leave a TPM or a token: `clientKey: handle:…` and `clientKey: pkcs11:…`, with software in the hardware's place."""

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives import serialization

from certificates import Authority
from conditions import eventually
from journeys import registered
from security import reconnected, relisten, shown_serial, signing_request

SOFT_TOKEN = Path("/usr/lib/softhsm/libsofthsm2.so")
ENGINE = Path("/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so")
PROVIDER = Path("/usr/lib/x86_64-linux-gnu/ossl-modules/tpm2.so")
PIN = "1234"


def needs(*paths_and_programs):
    missing = [str(name) for name in paths_and_programs if not (Path(name).exists() or shutil.which(str(name)))]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)} (make provider-packages)")


class Public:
    """What an authority needs of a key that stays where it is."""

    def __init__(self, pem: bytes):
        self._key = serialization.load_pem_public_key(pem)

    def public_key(self):
        return self._key


@pytest.fixture(scope="module")
def root():
    return Authority()


@pytest.fixture
def begin(central_system, charge_point, configure, folder, root):
    """Starts a charge point with this certificate and this key, and waits until it has registered."""

    async def begin(identity, key: str, **manner):
        await relisten(central_system, folder, root.issue(), clients=root, **manner)
        (folder / "ca.pem").write_bytes(root.pem)
        (folder / "cp.pem").write_bytes(identity.pem)
        section = {
            "url": central_system.url_of("localhost"), "reconnect": {"minimumSeconds": 1, "maximumSeconds": 2, "randomSeconds": 0},
            "securityProfile": 3, "caFile": "ca.pem", "clientCertificate": "cp.pem", "clientKey": f'"{key}"',
        }  # fmt: skip
        configure(section["url"], centralSystem=section, ocpp={"CpoName": "Example"})
        await charge_point.start()
        await registered(central_system)
        return charge_point

    return begin


def run(*command, **environment):
    subprocess.run([str(word) for word in command], check=True, capture_output=True, timeout=30, env=os.environ | environment)


@pytest.fixture
def token(folder, monkeypatch):
    """A software token in the test's folder; returns the URI of the key that was put in."""
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
    monkeypatch.setenv("PKCS11_MODULE_PATH", str(SOFT_TOKEN))
    run("softhsm2-util", "--init-token", "--free", "--label", "test", "--pin", PIN, "--so-pin", PIN)

    def put(identity) -> str:
        (folder / "token.key").write_bytes(identity.key_pem())
        run("softhsm2-util", "--import", folder / "token.key", "--label", "cp", "--id", "01", "--token", "test", "--pin", PIN)
        (folder / "token.key").unlink()
        return f"pkcs11:token=test;object=cp;type=private;pin-value={PIN}"

    return put


@needs("softhsm2-util", SOFT_TOKEN, ENGINE)
async def test_a_key_on_a_token_authenticates_and_its_PIN_is_nowhere_to_be_seen(begin, central_system, root, token):
    identity = root.issue("0001", names=())

    point = await begin(identity, token(identity))

    assert shown_serial(central_system) == identity.certificate.serial_number
    assert PIN not in point.log.replace(str(point.folder), "")


@needs("softhsm2-util", SOFT_TOKEN, ENGINE)
async def test_a_key_on_a_token_gets_a_new_certificate(begin, central_system, root, token):
    identity = root.issue("0001", names=())
    await begin(identity, token(identity))

    await central_system.request("ExtendedTriggerMessage", requestedMessage="SignChargePointCertificate")
    request = await signing_request(central_system)
    assert request.public_key() == identity.key.public_key()
    renewed = root.issue("0001", names=(), key=request)
    answer = await central_system.request("CertificateSigned", certificateChain=renewed.pem.decode())

    assert answer["status"] == "Accepted"
    await reconnected(central_system, 2)
    assert shown_serial(central_system) == renewed.certificate.serial_number


@needs("softhsm2-util", SOFT_TOKEN, ENGINE)
async def test_a_key_that_is_not_on_the_token_ends_the_start_with_status_78(charge_point, configure, folder, root, token):
    identity = root.issue("0001", names=())
    token(identity)
    (folder / "ca.pem").write_bytes(root.pem)
    identity.write(folder, "cp")
    section = {
        "url": "wss://localhost:1/", "securityProfile": 3, "caFile": "ca.pem", "clientCertificate": "cp.pem",
        "clientKey": f'"pkcs11:token=test;object=other;type=private;pin-value={PIN}"',
    }  # fmt: skip
    configure(section["url"], centralSystem=section)

    await charge_point.spawn("--config", "ladepunkt.yaml")

    assert await charge_point.ended() == 78
    assert "centralSystem.clientKey" in charge_point.log
    assert f"pin-value={PIN}" not in charge_point.log


def neighbours() -> tuple[int, int]:
    """Two free ports, one above the other: the TPM's tools expect the control channel beside the commands."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as first:
            port = first.getsockname()[1]
            try:
                socket.create_server(("127.0.0.1", port + 1)).close()
                return port, port + 1
            except (OSError, OverflowError):
                continue


@pytest_asyncio.fixture
async def chip(folder, monkeypatch):
    """A software TPM; returns what makes a key of some kind in it, at handle 0x81000001, and returns its public half."""
    port, control = neighbours()
    state = folder / "tpm"
    state.mkdir()
    process = await asyncio.create_subprocess_exec(
        "swtpm", "socket", "--tpm2", "--tpmstate", f"dir={state}", "--server", f"type=tcp,port={port},bindaddr=127.0.0.1",
        "--ctrl", f"type=tcp,port={control},bindaddr=127.0.0.1", "--flags", "not-need-init,startup-clear",
    )  # fmt: skip
    try:
        tcti = f"swtpm:host=127.0.0.1,port={port}"

        def reached():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", control)) == 0

        await eventually(reached, "the software TPM listens")
        monkeypatch.setenv("TPM2TOOLS_TCTI", tcti)
        monkeypatch.setenv("TPM2OPENSSL_TCTI", tcti)

        def make(kind: str) -> Public:
            attributes = "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|sign"
            run("tpm2_createprimary", "-C", "o", "-G", "ecc", "-c", folder / "primary.ctx")
            run("tpm2_create", "-C", folder / "primary.ctx", "-G", kind, "-a", attributes, "-u", folder / "key.pub", "-r", folder / "key.priv")
            run("tpm2_flushcontext", "-t")
            run("tpm2_load", "-C", folder / "primary.ctx", "-u", folder / "key.pub", "-r", folder / "key.priv", "-c", folder / "key.ctx")
            run("tpm2_evictcontrol", "-C", "o", "-c", folder / "key.ctx", "0x81000001")
            run("tpm2_flushcontext", "-t")
            run("tpm2_readpublic", "-c", "0x81000001", "-f", "pem", "-o", folder / "public.pem")
            return Public((folder / "public.pem").read_bytes())

        yield make
    finally:
        process.terminate()
        await process.wait()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("kind", ["ecc256:ecdsa-sha256", "ecc256", "ecc384:ecdsa-sha384"])
@needs("swtpm", "tpm2_createprimary", PROVIDER)
async def test_a_key_in_a_TPM_authenticates_and_gets_a_new_certificate(begin, central_system, root, chip, kind, version):
    key = chip(kind)
    identity = root.issue("0001", names=(), key=key)

    point = await begin(identity, "handle:0x81000001", version=version)

    assert shown_serial(central_system) == identity.certificate.serial_number
    assert central_system.connections[0].socket.transport.get_extra_info("ssl_object").version() == version.name.replace("_", ".")
    await central_system.request("ExtendedTriggerMessage", requestedMessage="SignChargePointCertificate")
    request = await signing_request(central_system)
    assert request.public_key() == key.public_key()
    renewed = root.issue("0001", names=(), key=request)
    answer = await central_system.request("CertificateSigned", certificateChain=renewed.pem.decode())
    assert answer["status"] == "Accepted"
    await reconnected(central_system, 2)
    assert shown_serial(central_system) == renewed.certificate.serial_number
    # The TPM's library complains on standard error when the TPM refuses something: nothing but signatures was asked of it.
    assert "esys" not in point.log


@pytest.mark.parametrize(("kind", "words"), [("rsa2048", "no elliptic curve's"), ("ecc256:ecdsa-sha384", "signs another hash")])
@needs("swtpm", "tpm2_createprimary", PROVIDER)
async def test_a_key_in_a_TPM_that_TLS_cannot_use_ends_the_start_with_status_78(charge_point, configure, folder, root, chip, kind, words):
    identity = root.issue("0001", names=(), key=chip(kind))
    (folder / "ca.pem").write_bytes(root.pem)
    (folder / "cp.pem").write_bytes(identity.pem)
    section = {
        "url": "wss://localhost:1/", "securityProfile": 3, "caFile": "ca.pem", "clientCertificate": "cp.pem",
        "clientKey": '"handle:0x81000001"',
    }  # fmt: skip
    configure(section["url"], centralSystem=section)

    await charge_point.spawn("--config", "ladepunkt.yaml")

    assert await charge_point.ended() == 78
    assert "centralSystem.clientKey" in charge_point.log
    assert words in charge_point.log and "tpm2_create -G ecc256:ecdsa-sha256" in charge_point.log
