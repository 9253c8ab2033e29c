import csv
import io
import socket

import pytest

from conditions import eventually
from journeys import CARD, charging
from upload_servers import FTPUploads, HTTPUploads, unpacked

KEY = "correct-horse-battery"
PASSWORD = "web-Passwort-7"


@pytest.fixture
def http():
    server = HTTPUploads()
    yield server
    server.stop()


@pytest.fixture
def ftp(folder):
    server = FTPUploads(folder / "ftp")
    yield server
    server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def rows(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


async def ends(central_system, action: str, *statuses: str, **fields):
    for status in statuses:
        call = await central_system.expect(action, timeout=60, status=status)
        assert {key: call.payload[key] for key in fields} == fields


async def test_GetDiagnostics_uploads_what_a_technician_needs(start, central_system, http):
    point = await start()
    await charging(central_system, point)

    answer = await central_system.request("GetDiagnostics", location=http.url("/logs/"))

    await ends(central_system, "DiagnosticsStatusNotification", "Uploading", "Uploaded")
    assert list(http.taken) == [f"/logs/{answer['fileName']}"]
    files = unpacked(http.taken[f"/logs/{answer['fileName']}"])
    assert set(files) >= {
        "about.txt", "configuration.txt", "daemon.log", "queue.csv", "security-log.csv", "sessions.csv", "status.txt", "system.txt"
    }  # fmt: skip
    assert "ladepunktd runs" in files["daemon.log"]
    assert "HeartbeatInterval: 300" in files["configuration.txt"]
    assert "Charging" in files["status.txt"]
    assert "MemAvailable" in files["system.txt"]
    (session,) = rows(files["sessions.csv"])
    assert session["idTag"] == "…" + CARD[-4:]
    assert rows(files["security-log.csv"])[0]["event"] == "StartupOfTheDevice"
    # Nothing is left of it on the charge point.
    await eventually(lambda: list((point.folder / "data" / "logs").glob("*")) == [], "the log file is removed")


async def test_GetLog_of_the_security_log_goes_by_ftp_under_its_requestId(start, central_system, ftp):
    await start()
    log = {"remoteLocation": ftp.url("/")}

    answer = await central_system.request("GetLog", logType="SecurityLog", requestId=4711, log=log)

    assert answer["status"] == "Accepted"
    await ends(central_system, "LogStatusNotification", "Uploading", "Uploaded", requestId=4711)
    assert list(ftp.taken()) == [answer["filename"]]
    files = unpacked(ftp.taken()[answer["filename"]])
    assert set(files) == {"about.txt", "security-log.csv"}
    assert [row["event"] for row in rows(files["security-log.csv"])][0] == "StartupOfTheDevice"


async def test_only_the_asked_window_of_time_is_uploaded(start, central_system, http):
    await start()
    window = {"oldestTimestamp": "2020-01-01T00:00:00Z", "latestTimestamp": "2020-01-02T00:00:00Z"}

    await central_system.request("GetLog", logType="DiagnosticsLog", requestId=1, log={"remoteLocation": http.url("/x.tgz")} | window)

    await ends(central_system, "LogStatusNotification", "Uploading", "Uploaded")
    files = unpacked(http.taken["/x.tgz"])
    assert files["daemon.log"] == ""
    assert rows(files["security-log.csv"]) == rows(files["sessions.csv"]) == []


@pytest.mark.parametrize("breaks", [1, 2])
async def test_an_http_server_that_breaks_off_is_tried_again(start, central_system, http, breaks):
    await start()
    http.breaks = breaks

    await central_system.request("GetDiagnostics", location=http.url("/a.tar.gz"), retries=1, retryInterval=1)

    await ends(central_system, "DiagnosticsStatusNotification", "Uploading", "Uploaded" if breaks == 1 else "UploadFailed")
    assert http.attempts == 2
    assert len(http.taken) == (1 if breaks == 1 else 0)
    if breaks == 1:
        assert "about.txt" in unpacked(http.taken["/a.tar.gz"])


async def test_an_ftp_server_that_breaks_off_gets_the_whole_file_in_the_end(start, central_system, ftp):
    await start()
    ftp.breaks = 1

    answer = await central_system.request(
        "GetLog", logType="DiagnosticsLog", requestId=5, retries=2, retryInterval=1, log={"remoteLocation": ftp.url("/deep/er/")}
    )

    await ends(central_system, "LogStatusNotification", "Uploading", "Uploaded", requestId=5)
    assert "about.txt" in unpacked(ftp.taken()[f"deep/er/{answer['filename']}"])


@pytest.mark.parametrize(("status", "told"), [(403, "PermissionDenied"), (507, "BadMessage")])
async def test_why_an_upload_failed_is_told_as_precisely_as_it_is_known(start, central_system, http, status, told):
    await start()
    http.refusals = [status]

    await central_system.request("GetLog", logType="SecurityLog", requestId=1, retries=0, log={"remoteLocation": http.url("/x.tgz")})

    await ends(central_system, "LogStatusNotification", "Uploading", told, requestId=1)


async def test_a_new_request_takes_the_place_of_one_that_runs(start, central_system, http):
    await start()
    http.pause.clear()
    first = {"remoteLocation": http.url("/first.tgz")}
    await central_system.request("GetLog", logType="SecurityLog", requestId=1, log=first)
    await central_system.expect("LogStatusNotification", status="Uploading", requestId=1)
    await eventually(lambda: http.attempts == 1, "the first upload has begun")

    second = {"remoteLocation": http.url("/second.tgz")}
    answer = await central_system.request("GetLog", logType="SecurityLog", requestId=2, log=second)

    assert answer["status"] == "AcceptedCanceled"
    http.pause.set()
    await ends(central_system, "LogStatusNotification", "Uploading", "Uploaded", requestId=2)
    assert "/second.tgz" in http.taken
    assert not central_system.calls("LogStatusNotification", status="Uploaded", requestId=1)


async def test_a_location_that_is_none_is_refused(start, central_system):
    await start()

    answer = await central_system.request("GetLog", logType="SecurityLog", requestId=1, log={"remoteLocation": "nowhere"})

    assert answer == {"status": "Rejected"}


async def test_triggers_are_answered_with_Idle_when_nothing_is_uploaded(start, central_system):
    await start()

    assert await central_system.request("ExtendedTriggerMessage", requestedMessage="LogStatusNotification") == {"status": "Accepted"}
    call = await central_system.expect("LogStatusNotification")
    assert call.payload == {"status": "Idle"}
    assert await central_system.request("TriggerMessage", requestedMessage="DiagnosticsStatusNotification") == {"status": "Accepted"}
    await central_system.expect("DiagnosticsStatusNotification", status="Idle")


async def test_nothing_secret_is_in_a_log_file_or_in_the_log(start, central_system, ftp, charge_point):
    point = await start(
        ocpp={"X-MailPassword": "vendor-secret-1"}, web={"listen": f"127.0.0.1:{free_port()}", "password": PASSWORD},
        centralSystem={"url": central_system.url, "securityProfile": 1, "authorizationKey": KEY},
    )  # fmt: skip
    await point.add_card("0BADCAFE")
    await charging(central_system, point)
    await point.swipe("0BADCAFE")
    await central_system.request("ChangeConfiguration", key="AuthorizationKey", value="another-horse-battery")
    await central_system.connected(2)

    await central_system.request("GetLog", logType="DiagnosticsLog", requestId=1, log={"remoteLocation": ftp.url("/")})

    await ends(central_system, "LogStatusNotification", "Uploading", "Uploaded", requestId=1)
    (archive,) = ftp.taken().values()
    texts = unpacked(archive)
    assert len(texts["sessions.csv"]) > 100
    everything = "\n".join(texts.values()) + point.log
    for secret in (KEY, "another-horse-battery", PASSWORD, "vendor-secret-1", "ge%20heim", "ge heim", CARD, "0BADCAFE"):
        assert secret not in everything, f"{secret} is in {[name for name, text in texts.items() if secret in text] or 'the log'}"
