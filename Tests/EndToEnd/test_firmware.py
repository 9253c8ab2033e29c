"""Firmware: fetched by the real curl from real servers on loopback, verified, installed by a program, confirmed after the restart."""

import base64
import datetime
import os
import random
import stat

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from certificates import Authority, rsa_key, server_context
from conditions import eventually
from file_servers import FTPFiles, HTTPFiles
from journeys import charging, registered

IMAGE = random.Random(7).randbytes(3_000_000)


@pytest.fixture
def http_files():
    server = HTTPFiles()
    server.files["/image"] = IMAGE
    yield server
    server.stop()


@pytest.fixture
def ftp_files(folder):
    home = folder / "ftp"
    home.mkdir()
    (home / "image").write_bytes(IMAGE)
    server = FTPFiles(home)
    yield server
    server.stop()


def now(seconds: float = 0) -> str:
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def update(system, url, **fields):
    assert await system.request("UpdateFirmware", location=url, retrieveDate=now(), **fields) == {}


async def tells(system, *statuses, action="FirmwareStatusNotification", **fields):
    for status in statuses:
        await system.expect(action, status=status, **fields)


def told(system, action="FirmwareStatusNotification"):
    return [call["status"] for call in system.calls(action)]


def installer(point, status: int = 0, new: str | None = "2.0.0", says: str = "", before: str = "") -> dict:
    """A program that keeps what it is given, and sets the version that the configuration file names."""
    change = f"sed -i 's/firmwareVersion: .*/firmwareVersion: {new}/' {point.folder}/ladepunkt.yaml" if new else ":"
    program = point.write(
        "install.sh",
        f'#!/bin/sh\n{before}\ncp "$1" {point.folder}/installed\nenv > {point.folder}/environment\n{change}\necho "{says}"\n'
        f"echo trouble >&2\nexit {status}\n",
    )
    program.chmod(0o755)
    return {"install": "install.sh"}


def installed(point) -> bytes | None:
    path = point.folder / "installed"
    return path.read_bytes() if path.exists() else None


def nothing_is_left(point):
    folder = point.folder / "data/firmware"
    return not folder.exists() or not list(folder.iterdir())


# Unsigned


@pytest.mark.parametrize("kind", ["http", "ftp"])
async def test_firmware_is_fetched_installed_and_runs(start, central_system, charge_point, http_files, ftp_files, kind):
    point = await start(firmware=installer(charge_point, says="version: 2.0.0"))

    await update(central_system, http_files.url("/image") if kind == "http" else ftp_files.url("/image"))
    await tells(central_system, "Downloading", "Downloaded", "Installing")
    assert await point.ended() == 10
    await point.start()

    assert (await central_system.expect("BootNotification", firmwareVersion="2.0.0")).payload
    await tells(central_system, "Installed")
    assert installed(point) == IMAGE
    assert told(central_system) == ["Downloading", "Downloaded", "Installing", "Installed"]
    await eventually(lambda: nothing_is_left(point), "the file is gone")
    assert "LADEPUNKT_RUNNING_VERSION=1.0.0" in (point.folder / "environment").read_text()


async def test_a_version_that_was_rolled_back_is_no_success(start, central_system, charge_point, http_files):
    point = await start(firmware=installer(charge_point, new=None, says="version: 2.0.0"))

    await update(central_system, http_files.url("/image"))
    assert await point.ended() == 10
    await point.start()

    await tells(central_system, "InstallationFailed")
    assert "2.0.0 was expected" in point.log


@pytest.mark.parametrize(("status", "word"), [(1, "status 1"), (20, "will not have the file")])
async def test_an_installation_that_fails_says_why_and_sales_go_on(start, central_system, charge_point, http_files, status, word):
    point = await start(firmware=installer(charge_point, status=status, new=None))

    await update(central_system, http_files.url("/image"))
    await tells(central_system, "Installing", "InstallationFailed")

    assert word in point.log and "trouble" in point.log
    await charging(central_system, point)


@pytest.mark.parametrize("restarts", [False, True])
async def test_the_simulated_board_pretends(start, central_system, http_files, restarts):
    installation = {"firmwareInstallation": {"duration": "200 ms", "reboot": restarts}, "speed": 100}
    point = await start(board={"simulation": installation})

    await update(central_system, http_files.url("/image"))
    await tells(central_system, "Downloading", "Downloaded", "Installing")
    if restarts:
        assert await point.ended() == 10
        await point.start()
    await tells(central_system, "Installed")


async def test_what_broke_off_is_gone_on_with(start, central_system, charge_point, http_files):
    http_files.break_after = [1_500_000]
    point = await start(firmware=installer(charge_point))

    await update(central_system, http_files.url("/image"), retries=1, retryInterval=1)
    assert await point.ended() == 10

    assert installed(point) == IMAGE
    assert [request.headers.get("Range") for request in http_files.requests] == [None, "bytes=1500000-"]
    assert told(central_system)[:3] == ["Downloading", "Downloaded", "Installing"]


async def test_what_broke_off_over_ftp_is_gone_on_with(start, central_system, charge_point, ftp_files):
    ftp_files.break_after = [1_500_000]
    point = await start(firmware=installer(charge_point))

    await update(central_system, ftp_files.url("/image"), retries=1, retryInterval=1)
    assert await point.ended() == 10

    assert installed(point) == IMAGE
    assert ftp_files.restarts and 0 < ftp_files.restarts[-1] <= 1_500_000


async def test_a_download_goes_on_after_a_power_cut(start, central_system, charge_point, http_files):
    http_files.break_after = [2_500_000]
    http_files.pause.clear()
    point = await start(firmware=installer(charge_point))
    await update(central_system, http_files.url("/image"))
    part = point.folder / "data/firmware/image.part"
    await eventually(lambda: part.exists() and part.stat().st_size > 2_400_000, "most of the first part is there")

    await point.kill()
    http_files.pause.set()
    # It may be done before its API has answered.
    await point.spawn("--config", "ladepunkt.yaml")
    assert await point.ended() == 10

    assert installed(point) == IMAGE
    # What may not have reached the disk is fetched again.
    assert http_files.requests[-1].headers["Range"] == f"bytes={2 << 20}-"
    assert told(central_system).count("Downloading") == 1


@pytest.mark.parametrize(("retries", "tries"), [(0, 1), (2, 3)])
async def test_what_is_not_there_is_tried_so_often_and_no_more(start, central_system, charge_point, http_files, retries, tries):
    await start(firmware=installer(charge_point))

    await update(central_system, http_files.url("/missing"), retries=retries, retryInterval=1)
    await tells(central_system, "Downloading", "DownloadFailed")

    assert len(http_files.requests) == tries
    assert told(central_system) == ["Downloading", "DownloadFailed"]


@pytest.mark.parametrize("url", ["gopher://host/file", "nonsense", "ftp://127.0.0.1:1/file"])
async def test_what_cannot_be_fetched_is_told_of(start, central_system, url):
    point = await start()

    await update(central_system, url, retries=0)
    await tells(central_system, "Downloading", "DownloadFailed")

    assert "DownloadFailed" in point.log


async def test_firmware_waits_for_the_session_and_then_nobody_can_begin_another(start, central_system, charge_point, http_files):
    point = await start(connectors=2, firmware=installer(charge_point, before="sleep 2"))
    started = await charging(central_system, point)

    await update(central_system, http_files.url("/image"))
    await tells(central_system, "Downloading", "Downloaded")
    await central_system.expect("StatusNotification", connectorId=2, status="Unavailable")
    assert installed(point) is None
    await point.unplug()
    await central_system.expect("StopTransaction", transactionId=started.answer["transactionId"])
    await central_system.expect("StatusNotification", connectorId=1, status="Unavailable")
    await tells(central_system, "Installing")
    assert await central_system.request("Reset", type="Hard") == {"status": "Rejected"}
    assert await point.ended() == 10
    await point.start()
    await tells(central_system, "Installed")
    await point.has(status="Available")


async def test_a_later_time_is_waited_for_and_a_newer_request_takes_over(start, central_system, charge_point, http_files):
    point = await start(firmware=installer(charge_point))
    http_files.files["/other"] = b"another image"

    assert await central_system.request("UpdateFirmware", location=http_files.url("/image"), retrieveDate=now(3600)) == {}
    await central_system.quiet("FirmwareStatusNotification", 1)
    assert not http_files.requests
    await central_system.request("TriggerMessage", requestedMessage="FirmwareStatusNotification")
    await tells(central_system, "Idle")
    await update(central_system, http_files.url("/other"))
    assert await point.ended() == 10

    assert installed(point) == b"another image"


async def test_a_newer_request_ends_a_download_that_is_under_way(start, central_system, charge_point, http_files):
    http_files.break_after = [1_000_000]
    http_files.pause.clear()
    http_files.files["/other"] = b"another image"
    point = await start(firmware=installer(charge_point))
    await update(central_system, http_files.url("/image"))
    await eventually(lambda: http_files.requests, "the first download has begun")
    await eventually(lambda: children(point), "curl runs")
    [first] = children(point)

    await update(central_system, http_files.url("/other"))
    await eventually(lambda: not os.path.exists(f"/proc/{first}"), "the first curl is gone, and not a zombie")
    assert await point.ended() == 10

    assert installed(point) == b"another image"


def children(point) -> list[int]:
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = open(f"/proc/{name}/stat").read().rsplit(")", 1)[1].split()
                if int(fields[1]) == point.process.pid:
                    found.append(int(name))
            except (OSError, IndexError):
                pass
    return found


async def test_password_and_token_are_nowhere_to_be_seen(start, central_system, charge_point, http_files):
    http_files.password = ("charger", "ge heim")
    http_files.files["/image?token=abcdef"] = IMAGE
    http_files.break_after = [1_000_000]
    http_files.pause.clear()
    point = await start(firmware=installer(charge_point))

    await update(central_system, http_files.url("/image?token=abcdef", user="charger:ge%20heim"), retries=1, retryInterval=1)
    await eventually(lambda: children(point) and http_files.requests, "curl runs")
    for child in children(point):
        for file in ("cmdline", "environ"):
            text = open(f"/proc/{child}/{file}", "rb").read()
            assert b"heim" not in text and b"abcdef" not in text and b"charger:" not in text
    http_files.pause.set()
    assert await point.ended() == 10

    assert installed(point) == IMAGE
    # The configured identity is in it, the rest is not.
    for secret in ("heim", "abcdef"):
        assert secret not in point.log
    for name in ("ledger.sqlite", "firmware"):
        assert stat.S_IMODE((point.folder / "data" / name).stat().st_mode) & 0o077 == 0, f"{name} is for others to read"


async def test_statuses_that_nobody_heard_are_told_after_the_restart(start, central_system, charge_point, http_files):
    point = await start(firmware=installer(charge_point, before=f"while [ ! -e {charge_point.folder}/go ]; do sleep 0.1; done"))
    await update(central_system, http_files.url("/image"))
    await tells(central_system, "Downloading", "Downloaded", "Installing")
    await central_system.stop()
    (point.folder / "go").touch()
    assert await point.ended() == 10
    await central_system.start()

    await point.start()
    await tells(central_system, "Installed")

    assert told(central_system) == ["Downloading", "Downloaded", "Installing", "Installed"]


async def test_the_key_says_which_protocols_there_are(start, central_system):
    await start()

    answer = await central_system.request("GetConfiguration", key=["SupportedFileTransferProtocols", "SupportedFeatureProfiles"])

    values = {entry["key"]: entry["value"] for entry in answer["configurationKey"]}
    assert {"FTP", "HTTP", "HTTPS"} <= set(values["SupportedFileTransferProtocols"].split(","))
    assert "FirmwareManagement" in values["SupportedFeatureProfiles"].split(",")


async def test_a_server_that_the_central_systems_authority_vouches_for_is_trusted(start, central_system, charge_point, folder):
    authority = Authority("Files")
    tls = server_context(folder, authority.issue())
    server = HTTPFiles(tls)
    try:
        server.files["/image"] = IMAGE
        charge_point.write("ca.pem", authority.pem.decode())
        reconnect = {"minimumSeconds": 1, "maximumSeconds": 2, "randomSeconds": 0}
        for trusted in (False, True):
            central = {"url": central_system.url, "reconnect": reconnect} | ({"caFile": "ca.pem"} if trusted else {})
            point = await start(centralSystem=central, firmware=installer(charge_point))
            await update(central_system, server.url("/image"), retries=0)
            if trusted:
                await tells(central_system, "Downloading", "Downloaded", "Installing")
                assert await point.ended() == 10
            else:
                await tells(central_system, "Downloading", "DownloadFailed")
                assert "does not prove who it is" in point.log
                await point.terminate()
    finally:
        server.stop()


# Signed (security whitepaper L01)


@pytest.fixture
def manufacturer():
    return Authority("Manufacturer Root")


def signer(authority: Authority, key=None, **fields):
    return authority.issue("Firmware Signing", names=(), key=key or ec.generate_private_key(ec.SECP256R1()), **fields)


def signature(identity, content: bytes = IMAGE) -> str:
    if isinstance(identity.key, rsa.RSAPrivateKey):
        made = identity.key.sign(content, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    else:
        made = identity.key.sign(content, ec.ECDSA(hashes.SHA256()))
    return base64.b64encode(made).decode()


async def signed_update(system, url, identity, request_id=17, signed=None, retries=0, **firmware):
    content = {
        "location": url, "retrieveDateTime": now(), "signingCertificate": identity.pem.decode(), "signature": signed or signature(identity),
    }  # fmt: skip
    answer = await system.request("SignedUpdateFirmware", requestId=request_id, retries=retries, firmware=content | firmware)
    return answer["status"]


def signed(point, authority) -> dict:
    point.write("manufacturer.pem", authority.pem.decode())
    return installer(point) | {"caFile": "manufacturer.pem"}


SIGNED = "SignedFirmwareStatusNotification"


@pytest.mark.parametrize("algorithm", ["RSA-PSS", "ECDSA"])
async def test_signed_firmware_is_verified_installed_and_runs(start, central_system, charge_point, http_files, manufacturer, algorithm):
    identity = signer(manufacturer, rsa_key(2048) if algorithm == "RSA-PSS" else None)
    point = await start(firmware=signed(charge_point, manufacturer))

    assert await signed_update(central_system, http_files.url("/image"), identity, request_id=99) == "Accepted"
    await tells(
        central_system, "Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting", action=SIGNED, requestId=99
    )
    assert await point.ended() == 10
    await point.start()
    await tells(central_system, "Installed", action=SIGNED, requestId=99)

    assert installed(point) == IMAGE
    assert "LADEPUNKT_SIGNED=yes" in (point.folder / "environment").read_text()
    assert not central_system.calls("FirmwareStatusNotification")


@pytest.mark.parametrize("flaw", ["another file", "another key", "PKCS1", "not Base64", "empty"])
async def test_a_wrong_signature_is_never_installed(start, central_system, charge_point, http_files, manufacturer, flaw):
    identity = signer(manufacturer, rsa_key(2048) if flaw == "PKCS1" else None)
    match flaw:
        case "another file":
            wrong = signature(identity, IMAGE[:-1] + b"x")
        case "another key":
            wrong = signature(signer(manufacturer))
        case "PKCS1":
            wrong = base64.b64encode(identity.key.sign(IMAGE, padding.PKCS1v15(), hashes.SHA256())).decode()
        case "not Base64":
            wrong = "???"
        case "empty":
            wrong = " "
    point = await start(firmware=signed(charge_point, manufacturer))

    assert await signed_update(central_system, http_files.url("/image"), identity, signed=wrong) == "Accepted"
    await tells(central_system, "Downloading", "Downloaded", "InvalidSignature", action=SIGNED)

    await eventually(lambda: nothing_is_left(point), "the file is gone")
    assert installed(point) is None
    assert "InvalidFirmwareSignature" in point.log


@pytest.mark.parametrize("flaw", ["another root", "expired", "not yet valid", "weak", "no certificate", "revoked"])
async def test_a_wrong_certificate_is_refused_at_once(start, central_system, charge_point, http_files, manufacturer, flaw):
    day = datetime.timedelta(days=1)
    match flaw:
        case "another root":
            identity = signer(Authority("Somebody"))
        case "expired":
            identity = signer(manufacturer, start=-3 * day, end=-day)
        case "not yet valid":
            identity = signer(manufacturer, start=day, end=2 * day)
        case "weak":
            identity = signer(manufacturer, rsa_key(1024))
        case _:
            identity = signer(manufacturer)
    firmware = signed(charge_point, manufacturer)
    fields = {"signingCertificate": "nonsense"} if flaw == "no certificate" else {}
    if flaw == "revoked":
        charge_point.write("manufacturer.pem", (manufacturer.pem + manufacturer.revocations(identity)).decode())
    point = await start(firmware=firmware)

    status = await signed_update(central_system, http_files.url("/image"), identity, **fields)

    assert status == ("RevokedCertificate" if flaw == "revoked" else "InvalidCertificate")
    assert not http_files.requests
    assert "InvalidFirmwareSigningCertificate" in point.log
    await central_system.quiet(SIGNED, 1)


async def test_where_firmware_is_signed_none_that_is_not_is_taken(start, central_system, charge_point, http_files, manufacturer):
    await start(firmware=signed(charge_point, manufacturer))

    code = await central_system.refused("UpdateFirmware", {"location": http_files.url("/image"), "retrieveDate": now()})

    assert code == "NotSupported"
    await central_system.quiet("FirmwareStatusNotification", 1)
    assert not http_files.requests


async def test_a_signed_update_waits_for_its_times_and_another_cancels_it(start, central_system, charge_point, http_files, manufacturer):
    identity = signer(manufacturer)
    await start(firmware=signed(charge_point, manufacturer))

    url = http_files.url("/image")
    assert await signed_update(central_system, url, identity, request_id=1, retrieveDateTime=now(3600)) == "Accepted"
    await tells(central_system, "DownloadScheduled", action=SIGNED, requestId=1)
    assert await signed_update(central_system, url, identity, request_id=2, installDateTime=now(3600)) == "AcceptedCanceled"
    await tells(central_system, "Downloading", "Downloaded", "SignatureVerified", "InstallScheduled", action=SIGNED, requestId=2)
    assert await signed_update(central_system, http_files.url("/none"), identity, request_id=3) == "AcceptedCanceled"
    await tells(central_system, "Downloading", "DownloadFailed", action=SIGNED, requestId=3)


async def test_without_a_manufacturers_root_nothing_signed_is_taken(start, central_system, http_files, manufacturer):
    point = await start()

    assert await signed_update(central_system, http_files.url("/image"), signer(manufacturer)) == "InvalidCertificate"
    assert "firmware.caFile" in point.log
