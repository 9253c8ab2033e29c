"""Firmware and logs by SFTP and FTPS: the same promises, and a server that does not prove who it is gets and gives nothing."""

import random

import asyncssh
import pytest

from certificates import Authority
from conditions import eventually
from secure_servers import PASSWORD, FTPSFiles, SFTPFiles
from test_firmware import installed, installer, tells, update
from upload_servers import unpacked

IMAGE = random.Random(11).randbytes(1_500_000)


@pytest.fixture
async def sftp(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    server = SFTPFiles(folder / "sftp")
    (server.folder / "image").write_bytes(IMAGE)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def authority():
    return Authority("Files")


@pytest.fixture
def ftps(folder, authority, charge_point):
    certificate, key = authority.issue().write(folder, "files")
    charge_point.write("ca.pem", authority.pem.decode())
    server = FTPSFiles(folder / "ftps", certificate, key)
    (server.folder / "image").write_bytes(IMAGE)
    yield server
    server.stop()


def trusting(system) -> dict:
    return {"url": system.url, "caFile": "ca.pem", "reconnect": {"minimumSeconds": 1, "maximumSeconds": 2, "randomSeconds": 0}}


async def uploaded(system, server, url: str) -> dict[str, str]:
    answer = await system.request("GetDiagnostics", location=url)
    await tells(system, "Uploading", "Uploaded", action="DiagnosticsStatusNotification")
    (path,) = [path for path in server.folder.rglob("*") if path.name == answer["fileName"]]
    return unpacked(path.read_bytes())


async def test_firmware_comes_by_sftp_from_a_server_that_is_known(start, central_system, charge_point, sftp, folder):
    sftp.make_known(folder)
    point = await start(firmware=installer(charge_point))

    await update(central_system, sftp.url("/image"))

    await tells(central_system, "Downloading", "Downloaded", "Installing")
    assert await point.ended() == 10
    assert installed(point) == IMAGE
    assert PASSWORD not in point.log and "ge%20heim" not in point.log


async def test_what_broke_off_over_sftp_is_gone_on_with(start, central_system, charge_point, sftp, folder):
    sftp.make_known(folder)
    sftp.break_after = 400_000
    point = await start(firmware=installer(charge_point))

    await update(central_system, sftp.url("/image"), retries=3, retryInterval=1)

    await tells(central_system, "Downloading", "Downloaded", "Installing")
    assert await point.ended() == 10
    assert installed(point) == IMAGE
    assert sftp.first_reads[0] == 0 and sftp.first_reads[-1] > 0


@pytest.mark.parametrize("known", ["no file", "nobody", "another key"])
async def test_an_sftp_server_that_nobody_knows_gives_nothing(start, central_system, charge_point, sftp, folder, known):
    if known != "no file":
        sftp.make_known(folder, asyncssh.generate_private_key("ssh-ed25519") if known == "another key" else None)
    if known == "nobody":
        (folder / ".ssh/known_hosts").write_text("")
    point = await start(firmware=installer(charge_point))

    await update(central_system, sftp.url("/image"), retries=0)

    await tells(central_system, "Downloading", "DownloadFailed")
    assert "known_hosts" in point.log
    assert installed(point) is None


async def test_a_log_goes_by_sftp_into_a_folder(start, central_system, sftp, folder):
    (sftp.folder / "logs").mkdir()
    sftp.make_known(folder)
    await start()

    assert "status.txt" in await uploaded(central_system, sftp, sftp.url("/logs/"))


async def test_firmware_comes_by_ftps_from_a_server_that_proves_who_it_is(start, central_system, charge_point, ftps):
    point = await start(centralSystem=trusting(central_system), firmware=installer(charge_point))

    await update(central_system, ftps.url("/image"))

    await tells(central_system, "Downloading", "Downloaded", "Installing")
    assert await point.ended() == 10
    assert installed(point) == IMAGE


async def test_an_ftps_server_that_nobody_vouches_for_gives_nothing(start, central_system, charge_point, ftps):
    point = await start(firmware=installer(charge_point))

    await update(central_system, ftps.url("/image"), retries=0)

    await tells(central_system, "Downloading", "DownloadFailed")
    await eventually(lambda: "does not prove who it is" in point.log, "the reason is in the log")
    assert installed(point) is None


async def test_a_log_goes_by_ftps_into_a_folder(start, central_system, ftps):
    (ftps.folder / "logs").mkdir()
    await start(centralSystem=trusting(central_system))

    assert "status.txt" in await uploaded(central_system, ftps, ftps.url("/logs/"))
