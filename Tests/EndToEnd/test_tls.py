"""Security profiles 1 to 3 (security whitepaper, part 2): who is let in, who is refused, and in which words."""

import asyncio
import contextlib
import datetime
import json
import os
import re
import socket
import ssl
import threading

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives import serialization

from central_system import CentralSystem
from certificates import DAY, Authority, rsa_key, self_signed, server_context
from charge_point import DAEMON
from conditions import eventually
from journeys import CARD, charging, registered, stops

KEY = "correct-horse-16+"
COMMAND = DAEMON.with_name("ladepunkt")


@pytest.fixture(scope="module")
def root():
    return Authority()


@pytest_asyncio.fixture
async def central_system(folder, root):
    """Over TLS from the start, with a good certificate; a test that wants another one listens again."""
    system = CentralSystem()
    await system.start(server_context(folder, root.issue()))
    yield system
    await system.stop()
    print("\n".join(system.transcript))
    assert not system.faults, "the charge point broke the protocol:\n" + "\n".join(system.faults)


@pytest.fixture
def secure(central_system, configure, folder, root):
    """Writes the configuration of a charge point that trusts `root`; further keys of `centralSystem` as given."""

    def write(host: str = "localhost", ca: bytes | None = root.pem, url: str | None = None, **keys):
        section = {"url": url or central_system.url_of(host), "reconnect": {"minimumSeconds": 1, "maximumSeconds": 2, "randomSeconds": 0}}
        if ca:
            (folder / "ca.pem").write_bytes(ca)
            section["caFile"] = "ca.pem"
        configure(section["url"], centralSystem=section | keys)

    return write


@pytest.fixture
def listen(central_system, folder):
    """The central system listens with another certificate, or in another manner."""

    async def listen(identity, **manner):
        await central_system.stop()
        await central_system.start(server_context(folder, identity, **manner))

    return listen


class BlockingServer:
    """Greets one connection after the other with `greet`, on a thread: asyncio keeps the alert of a failed handshake to itself."""

    def __init__(self, greet):
        self._greet = greet
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                self._greet(connection)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


async def link(point) -> dict:
    return (await point.api.get("/v1/status"))["centralSystem"]


async def last_error(point) -> str | None:
    return (await link(point))["lastError"]


async def doctor(point, *arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        COMMAND, "doctor", "--config", "ladepunkt.yaml", *arguments, cwd=point.folder,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, output.decode(), errors.decode()


async def refused(point, system, *words: str, check: str = "TLS"):
    """The charge point does not connect and says why; the doctor finds the same."""
    await point.start()

    error = await eventually(lambda: last_error(point), "an error is shown")
    assert (await link(point))["connected"] is False
    assert not system.connections
    for word in words:
        assert word in error, error
    status, output, errors = await doctor(point)
    assert status == 1
    assert re.search(rf"^FAILED +{check} ", output, re.MULTILINE), output
    assert errors.startswith(f"ladepunkt: {check} fails: ")
    for word in words:
        assert word in errors


# Profiles


async def test_profile_0_over_wss_shows_no_password(central_system, charge_point, secure):
    secure()
    await charge_point.start()
    await registered(central_system)

    assert "Authorization" not in central_system.connections[0].headers
    assert central_system.connections[0].socket.transport.get_extra_info("ssl_object").version() == "TLSv1.3"


async def test_profile_1_shows_the_password_without_TLS(central_system, charge_point, secure):
    await central_system.stop()
    await central_system.start()
    secure(securityProfile=1, authorizationKey=KEY)
    await charge_point.start()
    await registered(central_system)

    assert central_system.connections[0].headers["Authorization"] == "Basic Y3AwMDE6Y29ycmVjdC1ob3JzZS0xNis="
    assert (await link(charge_point))["tls"] is None


async def test_profile_2_shows_the_password_over_TLS_and_a_session_is_sold(central_system, charge_point, secure):
    secure(securityProfile=2, authorizationKey=KEY)
    await charge_point.start()
    await registered(central_system)

    started = await charging(central_system, charge_point)
    await charge_point.swipe(CARD)
    await stops(central_system, charge_point, started)

    assert central_system.connections[0].headers["Authorization"] == "Basic Y3AwMDE6Y29ycmVjdC1ob3JzZS0xNis="


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_profile_3_shows_the_client_certificate_and_no_password(central_system, charge_point, secure, listen, folder, root, version):
    await listen(root.issue(), clients=root, version=version)
    root.issue("0001", names=()).write(folder, "cp")
    secure(securityProfile=3, clientCertificate="cp.pem", clientKey="cp.key", authorizationKey=KEY)
    await charge_point.start()
    await registered(central_system)

    connection = central_system.connections[0]
    subject = connection.socket.transport.get_extra_info("peercert")["subject"]
    assert (("commonName", "0001"),) in subject
    assert "Authorization" not in connection.headers
    own = (await link(charge_point))["tls"]["clientCertificate"]
    assert own["subject"] == "O=Example + CN=0001" or "CN=0001" in own["subject"]
    assert own["daysLeft"] == 364


async def test_a_message_of_a_mebibyte_comes_through_TLS(central_system, charge_point, secure):
    secure()
    await charge_point.start()
    await registered(central_system)

    answer = await central_system.ask("DataTransfer", {"vendorId": "com.example", "data": "x" * (1 << 20)}, fragments=3)

    assert answer == {"status": "UnknownVendorId"}


# What is shown


async def test_who_the_central_system_is_and_when_that_expires_is_shown(central_system, charge_point, secure, folder):
    secure()
    await charge_point.start()
    await registered(central_system)

    tls = (await link(charge_point))["tls"]
    assert tls["version"] == "TLSv1.3"
    assert tls["trust"].endswith("ca.pem")
    leaf, anchor = tls["chain"]
    assert "CN=localhost" in leaf["subject"] and "CN=Root" in leaf["issuer"] and "CN=Root" in anchor["subject"]
    assert leaf["daysLeft"] == 364
    metrics = await charge_point.api.text("GET", "/metrics")
    seconds = float(re.search(r'ladepunkt_tls_certificate_expiry_seconds\{certificate="central_system"\} (\d+)', metrics)[1])
    assert 364 * 86400 < seconds <= 365 * 86400
    assert "expires in" not in charge_point.log


async def test_a_certificate_that_expires_within_30_days_is_warned_of(central_system, charge_point, secure, listen, root):
    await listen(root.issue(end=20 * DAY + datetime.timedelta(hours=1)))
    secure()
    await charge_point.start()
    await registered(central_system)

    assert re.search(r"WARNING the Central System's certificate chain expires in 20 days: '.*CN=localhost'", charge_point.log)
    status, output, _ = await doctor(charge_point)
    assert status == 0
    assert re.search(r"^warn +TLS ", output, re.MULTILINE)


# Refusals


FLAWS = {
    "wrong CA": (lambda root: Authority("Other").issue(), ("signed by", "CN=Other", "ca.pem", "caFile")),
    "wrong name": (lambda root: root.issue("central.example", ("central.example",)), ("not for 'localhost'", "'central.example'")),
    "expired": (lambda root: root.issue(start=-9 * DAY, end=-DAY), ("expired on", "renewed")),
    "not yet valid": (lambda root: root.issue(start=2 * DAY), ("valid from", "clock is wrong")),
    "self-signed": (lambda root: self_signed(), ("signed by itself",)),
    "weak key": (lambda root: root.issue(key=rsa_key(1024)), ("too short", "2048")),
}


@pytest.mark.parametrize("flaw", FLAWS)
async def test_a_certificate_is_refused_with_its_flaw_in_words(central_system, charge_point, secure, listen, root, flaw):
    identity, words = FLAWS[flaw]
    await listen(identity(root))
    secure()

    await refused(charge_point, central_system, *words)


async def test_a_weak_signature_is_refused(central_system, charge_point, secure, listen):
    root = Authority(key=rsa_key(2048))
    await listen(root.issue_with_sha1())
    secure(ca=root.pem)

    await refused(charge_point, central_system, "broken hash", "SHA-256")


async def test_a_revoked_certificate_is_refused(central_system, charge_point, secure, listen, root):
    identity = root.issue()
    await listen(identity)
    secure(ca=root.pem + root.revocations(identity))

    await refused(charge_point, central_system, "has been revoked")


async def test_a_revocation_list_that_does_not_name_it_leaves_a_certificate_alone(central_system, charge_point, secure, listen, root):
    other, intermediate = root.issue(), Authority("Intermediate", root)
    await listen(intermediate.issue())
    secure(ca=root.pem + root.revocations(other))

    await charge_point.start()
    await registered(central_system)


async def test_a_root_that_only_others_trust_is_refused_where_none_is_installed(central_system, charge_point, secure):
    secure(ca=None)

    await refused(charge_point, central_system, "the system's trusted roots", "centralSystem.caFile")


async def test_the_systems_roots_are_trusted_where_none_is_installed(central_system, charge_point, secure, folder, root, monkeypatch):
    (folder / "system.pem").write_bytes(root.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "system.pem"))
    secure(ca=None)
    await charge_point.start()
    await registered(central_system)

    assert (await link(charge_point))["tls"]["trust"] == "the system's trusted roots"


@pytest.mark.parametrize(
    ("manner", "words"),
    [
        ({"version": ssl.TLSVersion.TLSv1_1}, ("older than 1.2",)),
        ({"version": ssl.TLSVersion.TLSv1_2, "ciphers": "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"}, ("none of the cipher suites",)),
    ],
    ids=["TLS 1.1", "CBC with SHA-1"],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1")
async def test_weak_TLS_is_refused(central_system, charge_point, secure, folder, root, manner, words):
    context = server_context(folder, root.issue(), **manner)
    with BlockingServer(lambda socket: context.wrap_socket(socket, server_side=True)) as server:
        secure(url=f"wss://localhost:{server.port}/ocpp")

        await refused(charge_point, central_system, *words)


@pytest.mark.parametrize("cipher", ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"])
async def test_each_cipher_suite_of_the_whitepaper_is_taken(central_system, charge_point, secure, listen, root, cipher):
    key = None if "ECDSA" in cipher else rsa_key(2048)
    await listen(root.issue(key=key), version=ssl.TLSVersion.TLSv1_2, ciphers=cipher)
    secure()
    await charge_point.start()
    await registered(central_system)

    assert (await link(charge_point))["tls"]["cipherSuite"] == cipher


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_client_certificate_that_is_wanted_and_missing_is_said(central_system, charge_point, secure, listen, root, version):
    await listen(root.issue(), clients=root, version=version)
    secure(securityProfile=2, authorizationKey=KEY)

    await refused(charge_point, central_system, "wants a client certificate", "securityProfile 3")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_client_certificate_that_is_refused_is_said(central_system, charge_point, secure, listen, folder, root, version):
    await listen(root.issue(), clients=root, version=version)
    Authority("Other").issue("0001", names=()).write(folder, "cp")
    secure(securityProfile=3, clientCertificate="cp.pem", clientKey="cp.key")

    await refused(charge_point, central_system, "refuses the client certificate")


@pytest.mark.parametrize(
    ("answer", "words"), [(b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS"), (b"", "may not speak TLS")], ids=["HTTP", "nothing"]
)
async def test_a_server_without_TLS_is_said(central_system, charge_point, secure, answer, words):
    with BlockingServer(lambda socket: (socket.recv(4096), socket.sendall(answer))) as server:
        secure(url=f"wss://localhost:{server.port}/ocpp")

        await refused(charge_point, central_system, words)


async def test_a_server_that_never_answers_the_handshake_is_given_up(central_system, charge_point, secure):
    hung = []
    server = await asyncio.start_server(lambda reader, writer: hung.append(writer), "127.0.0.1", 0)
    secure(url=f"wss://localhost:{server.sockets[0].getsockname()[1]}/ocpp")

    await refused(charge_point, central_system, "No answer in time", "TLS handshake")

    server.close()
    for writer in hung:
        writer.close()


# Names, chains, sessions, redirects


@pytest.mark.parametrize(
    ("host", "common_name", "names", "welcome"),
    [
        ("localhost", "localhost", (), True),
        ("localhost", "localhost", ("vpn.example",), True),
        ("localhost", "x", ("*.localhost",), False),
        ("127.0.0.1", "x", ("127.0.0.1",), True),
        ("127.0.0.1", "127.0.0.1", (), False),
        ("127.0.0.1", "x", ("127.0.0.2", "localhost"), False),
    ],
)
async def test_a_certificate_must_be_for_the_name_or_address(
    central_system, charge_point, secure, listen, root, host, common_name, names, welcome
):
    await listen(root.issue(common_name, names))
    secure(host)

    if welcome:
        await charge_point.start()
        await registered(central_system)
    else:
        await refused(charge_point, central_system, f"not for '{host}'")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_verifyHostname_false_lets_another_name_pass_but_no_other_root(central_system, charge_point, secure, listen, root, host):
    await listen(root.issue("x", ("x.example",)))
    secure(host, verifyHostname=False)
    await charge_point.start()
    await registered(central_system)
    assert re.search(r"WARNING centralSystem\.verifyHostname is false: .*ca\.pem", charge_point.log)

    await listen(Authority("Other").issue("x", ("x.example",)))
    await eventually(lambda: "signed by" in charge_point.log, "another root is refused")


async def test_a_self_signed_certificate_that_is_installed_is_trusted(central_system, charge_point, secure, listen):
    identity = self_signed()
    await listen(identity)
    secure(ca=identity.pem)
    await charge_point.start()
    await registered(central_system)


async def test_a_chain_of_twelve_is_followed(central_system, charge_point, secure, listen, root):
    authority = root
    for number in range(10):
        authority = Authority(f"Intermediate {number}", authority)
    await listen(authority.issue())
    secure()
    await charge_point.start()
    await registered(central_system)

    assert len((await link(charge_point))["tls"]["chain"]) == 12


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_a_reconnection_resumes_the_session(central_system, charge_point, secure, listen, root, version):
    await listen(root.issue(), version=version)
    secure()
    await charge_point.start()
    await registered(central_system)

    for number in (2, 3):
        await central_system.close_connection()
        await central_system.connected(number)
        await eventually(lambda: central_system.calls("Heartbeat", "BootNotification"), "it talks")

        assert central_system.connections[-1].socket.transport.get_extra_info("ssl_object").session_reused
    assert len((await link(charge_point))["tls"]["chain"]) == 2


async def test_a_redirect_that_gives_up_TLS_is_not_followed(central_system, charge_point, secure):
    plain = CentralSystem()
    await plain.start()
    central_system.redirect_to = plain.url
    secure(securityProfile=2, authorizationKey=KEY)

    await refused(charge_point, central_system, "gives up TLS", check="HTTP upgrade")

    assert not plain.connections
    await plain.stop()


# Files


def _good(folder, root):
    root.issue("0001", names=()).write(folder, "cp")


def _open_mode(folder, root):
    _good(folder, root)
    os.chmod(folder / "cp.key", 0o644)


def _foreign_key(folder, root):
    _good(folder, root)
    root.issue("0002", names=()).write(folder, "other")
    (folder / "cp.key").write_bytes((folder / "other.key").read_bytes())


def _passphrase(folder, root):
    identity = root.issue("0001", names=())
    identity.write(folder, "cp")
    (folder / "cp.key").write_bytes(identity.key_pem(serialization.BestAvailableEncryption(b"secret")))


def _write(file: str, text: str):
    def write(folder, root):
        _good(folder, root)
        (folder / file).write_text(text)

    return write


def _remove(file: str):
    def remove(folder, root):
        _good(folder, root)
        (folder / file).unlink()

    return remove


@pytest.mark.parametrize(
    ("prepare", "key", "words"),
    [
        (_remove("ca.pem"), "caFile", ("ca.pem cannot be read", "No such file")),
        (_write("ca.pem", "nothing\n"), "caFile", ("no certificate in PEM form",)),
        (_remove("cp.pem"), "clientCertificate", ("cp.pem cannot be read",)),
        (_write("cp.pem", "nothing\n"), "clientCertificate", ("no certificate in PEM form",)),
        (_remove("cp.key"), "clientKey", ("cp.key cannot be read",)),
        (_write("cp.key", "nothing\n"), "clientKey", ("no private key in PEM form",)),
        (_open_mode, "clientKey", ("mode 644", "chmod 600")),
        (_foreign_key, "clientKey", ("does not belong to the certificate",)),
        (_passphrase, "clientKey", ("passphrase",)),
    ],
)
async def test_a_file_that_cannot_be_used_ends_the_daemon_with_78(charge_point, secure, folder, root, prepare, key, words):
    secure(securityProfile=3, clientCertificate="cp.pem", clientKey="cp.key")
    prepare(folder, root)
    line = next(number for number, text in enumerate((folder / "ladepunkt.yaml").read_text().splitlines(), 1) if f" {key}:" in text)

    for arguments in (["--config", "ladepunkt.yaml"], ["--config", "ladepunkt.yaml", "--check"]):
        await charge_point.spawn(*arguments)
        assert await charge_point.ended() == 78

    assert f"ladepunkt.yaml:{line}, centralSystem.{key}: " in charge_point.log
    for word in words:
        assert word in charge_point.log
    status, output, _ = await doctor(charge_point)
    assert status == 1
    assert re.search(r"^FAILED +Configuration ", output, re.MULTILINE)


@pytest.mark.parametrize("profile", [2, 3])
async def test_a_profile_with_TLS_refuses_ws(charge_point, secure, folder, root, profile):
    _good(folder, root)
    secure(url="ws://localhost:1/", securityProfile=profile, authorizationKey=KEY, clientCertificate="cp.pem", clientKey="cp.key")

    await charge_point.spawn("--config", "ladepunkt.yaml")

    assert await charge_point.ended() == 78
    assert re.search(rf"centralSystem\.url: security profile {profile} is TLS.*wss://", charge_point.log)


# The doctor


async def test_the_doctor_is_content_with_what_works(central_system, charge_point, secure, folder):
    secure(securityProfile=2, authorizationKey=KEY)

    status, output, errors = await doctor(charge_point)

    assert (status, errors) == (0, "")
    for line in [
        r"wss://localhost:\d+/ocpp/cp001",
        r"ok +Configuration +ladepunkt.yaml, security profile 2",
        r"ok +Name resolution +localhost is .*127\.0\.0\.1",
        r"ok +TCP +connected to (127\.0\.0\.1|::1)",
        r"ok +TLS +TLSv1\.3, TLS_\w+, anchored in '.*CN=Root' from .*ca\.pem",
        r" +.*CN=localhost: 364 days left, until 20",
        r"ok +HTTP upgrade +answered HTTP 101",
        r"ok +Subprotocol +ocpp1\.6",
        r"ok +Authentication +the server accepts the password",
        r"ok +Clock +this machine's clock (agrees with|is \d+ s)",
    ]:
        assert re.search(rf"^{line}", output, re.MULTILINE), f"{line} in:\n{output}"
    assert KEY not in output
    report = json.loads((await doctor(charge_point, "--json"))[1])
    assert report["ok"] is True
    assert [line["result"] for line in report["checks"]] == ["passed"] * 8 + ["notReached"]


async def test_the_doctor_knows_that_the_daemon_may_have_newer_credentials(central_system, charge_point, secure):
    secure(securityProfile=2, authorizationKey=KEY)
    await charge_point.start()
    await registered(central_system)
    central_system.refuse_with = 401

    status, output, _ = await doctor(charge_point)

    assert status == 0
    assert re.search(r"^warn +Authentication .*\n.*came over OCPP since: nothing has to be done", output, re.MULTILINE), output
    assert re.search(r"^ok +Daemon +ladepunktd is connected, Accepted", output, re.MULTILINE)


async def test_the_doctor_says_when_what_the_file_says_would_do_and_the_daemon_is_not_connected(central_system, charge_point, secure):
    secure(securityProfile=2, authorizationKey=KEY)
    central_system.refuse_with = 401
    await charge_point.start()
    await eventually(lambda: last_error(charge_point), "an error is shown")
    central_system.refuse_with = None

    status, output, _ = await doctor(charge_point)

    assert status == 0
    assert re.search(r"^warn +Daemon +ladepunktd is not connected: .*401.*\n.*change authorizationKey", output, re.MULTILINE), output


@pytest.mark.parametrize(
    ("status", "check", "words"),
    [(401, "Authentication", ("refuses the password", "authorizationKey")), (404, "HTTP upgrade", ("HTTP 404", "does not know this identity"))],
)
async def test_the_doctor_names_what_the_server_refuses(central_system, charge_point, secure, status, check, words):
    central_system.refuse_with = status
    secure(securityProfile=2, authorizationKey=KEY)

    code, output, errors = await doctor(charge_point)

    assert code == 1
    assert re.search(rf"^FAILED +{check} ", output, re.MULTILINE)
    assert re.search(r"^ok +TLS ", output, re.MULTILINE)
    for word in words:
        assert word in errors


async def test_the_doctor_names_a_port_where_nobody_listens_and_a_name_that_nobody_knows(central_system, charge_point, secure):
    secure(url="wss://localhost:1/")
    status, output, errors = await doctor(charge_point)
    assert status == 1
    assert re.search(r"^FAILED +TCP +Nothing listens", output, re.MULTILINE)
    assert re.search(r"^– +TLS +not reached", output, re.MULTILINE)

    secure(url="wss://no-such-host.invalid/")
    status, output, errors = await doctor(charge_point, "--json")
    assert status == 1
    assert [line["check"] for line in json.loads(output)["checks"] if line["result"] == "failed"] == ["nameResolution"]


async def test_the_doctor_compares_clocks(central_system, charge_point, secure, monkeypatch):
    monkeypatch.setattr("email.utils.formatdate", lambda *_, **__: "Sun, 06 Nov 1994 08:49:37 GMT")
    secure()

    status, output, errors = await doctor(charge_point)

    assert status == 1
    assert errors.startswith("ladepunkt: Clock fails: This machine's clock says 20")
    assert "ahead of" in errors and "timedatectl" in errors


async def test_the_doctor_says_that_there_is_no_central_system(charge_point, configure):
    configure(None)

    status, output, _ = await doctor(charge_point)

    assert status == 1
    assert "standalone" in output
