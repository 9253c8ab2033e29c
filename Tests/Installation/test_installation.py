"""The life of an installed charger, in its order: each test goes on where the one before left the machine."""

import json
import os
import re
import signal
import sqlite3

import pytest

import packages
from charger import SOCKET, StopWatch
from conditions import eventually
from threads import held

CARD = "04A2B3C4"
# Wh flow fast, so that a session has some within seconds.
BOARD = """
model: simulated
connectors:
  - {id: 1, rating: {current: 32 A, phases: 3}, lock: {driver: simulated}, contactor: {driver: simulated},
     controlPilot: {driver: simulated}, meter: {driver: simulated}}
cardReaders: [{driver: simulated}]
simulation: {speed: 20}
"""
CONFIGURATION = """# Changed by the installer.
board: board.yaml
chargePoint: {id: cp001, vendor: Installer, model: Wallbox 11}
"""


async def test_it_installs_on_a_clean_debian_and_runs_at_once(charger):
    await charger.container.run("apt-get", "update", "-q")

    await charger.install(charger.package)

    await charger.is_up()
    assert await charger.container.run("systemctl", "is-enabled", "ladepunktd.service") == "enabled"
    assert await charger.shows("NRestarts") == "0"
    assert (await charger.shows("StatusText")).startswith("connector 1 Available")
    assert await charger.container.run("stat", "-c", "%U:%G %a", "/var/lib/ladepunkt") == "ladepunkt:ladepunkt 750"
    assert await charger.container.run("stat", "-c", "%U:%G %a", "/etc/ladepunkt/ladepunkt.yaml") == "root:ladepunkt 640"
    assert await charger.container.run("stat", "-c", "%U:%G %a", SOCKET) == "ladepunkt:ladepunkt 660"
    assert await charger.container.run("stat", "-c", "%U", f"/proc/{await charger.main_pid()}") == "ladepunkt"


async def test_nothing_but_debian_is_needed(charger):
    for program in ("/usr/sbin/ladepunktd", "/usr/bin/ladepunkt"):
        libraries = await charger.container.run("ldd", program)
        assert "not found" not in libraries and "swift" not in libraries


async def test_the_sandbox_is_tight(charger):
    report = await charger.container.run("systemd-analyze", "security", "--no-pager", "ladepunktd.service")

    exposure = float(re.search(r"exposure level for ladepunktd.service: ([0-9.]+)", report)[1])
    print(f"exposure {exposure}")
    assert exposure <= 2.0


async def test_it_charges(charger):
    charger.container.path("/etc/ladepunkt/board.yaml").write_text(BOARD)
    charger.configure(CONFIGURATION)
    await charger.systemctl("restart", "ladepunktd.service")
    await charger.is_up()
    await charger.ladepunkt("cards", "add", CARD)

    await charger.charging(CARD)
    await charger.present(CARD)

    session, = await charger.has_sessions(1)
    assert session["energyWh"] > 0 and session["stopReason"] == "Local"
    await charger.ladepunkt("simulate", "unplug", "1")


async def test_the_journal_has_priorities_and_fields_and_no_identifier(charger):
    began = await charger.says("begins at")

    assert began["PRIORITY"] == "5" and began["SYSLOG_IDENTIFIER"] == "ladepunktd" and began["_TRANSPORT"] == "journal"
    runs = await charger.says("ladepunktd runs")
    assert runs["LADEPUNKT_SOCKET"] == SOCKET
    assert not [line for line in await charger.journal() if CARD in json.dumps(line)]


async def test_a_loop_that_hangs_is_killed_with_contactors_open_and_started_again(charger):
    await charger.charging(CARD)
    pid = await charger.main_pid()
    lines = await charger.lines()

    hang = StopWatch()
    # Only the loop's thread: the others, which could say anything, go on.
    with held(charger.container.outside(pid)):
        await charger.says("Watchdog timeout", since=lines)
        killed = hang.seconds
    await charger.says("Failed with result 'watchdog'", since=lines)
    safe = hang.seconds
    await charger.restarted(pid)
    print(f"loop hung: killed after {killed:.1f} s, made safe within {safe:.1f} s, charging possible again after {hang.seconds:.1f} s")

    assert 10 < killed < 25
    assert (await charger.connector())["contactor"] == "open"
    session = (await charger.has_sessions(2))[0]
    assert session["stopReason"] == "PowerLoss"


async def test_a_process_that_is_stopped_is_killed_too(charger):
    pid = await charger.main_pid()
    lines = await charger.lines()

    hang = StopWatch()
    os.kill(charger.container.outside(pid), signal.SIGSTOP)
    await charger.says("Failed with result 'watchdog'", since=lines)
    print(f"process stopped: made safe within {hang.seconds:.1f} s")

    await charger.restarted(pid)


async def test_a_crash_leaves_a_record_and_is_followed_by_a_new_start(charger):
    await charger.charging(CARD)
    pid = await charger.main_pid()
    lines = await charger.lines()

    crash = StopWatch()
    os.kill(charger.container.outside(pid), signal.SIGSEGV)
    await charger.restarted(pid)
    print(f"crash: up again after {crash.seconds:.1f} s")

    await charger.says("Failed with result", since=lines)
    assert (await charger.has_sessions(3))[0]["stopReason"] == "PowerLoss"


async def test_a_stop_ends_the_session_in_good_order(charger):
    await charger.charging(CARD)

    await charger.systemctl("stop", "ladepunktd.service")

    assert await charger.shows("Result") == "success"
    await charger.systemctl("start", "ladepunktd.service")
    await charger.is_up()
    assert (await charger.has_sessions(4))[0]["stopReason"] == "Reboot"


def connected(central_system) -> str:
    url = central_system.url.rstrip("/")
    return f'centralSystem: {{url: "{url}", reconnect: {{minimumSeconds: 1, maximumSeconds: 2, randomSeconds: 0}}}}\n'


async def test_a_reset_starts_it_again(charger, central_system):
    charger.configure(CONFIGURATION + connected(central_system))
    await charger.systemctl("restart", "ladepunktd.service")
    await central_system.expect("BootNotification")
    await charger.is_up()
    pid = await charger.main_pid()

    answer = await central_system.request("Reset", type="Soft")

    assert answer["status"] == "Accepted"
    await charger.restarted(pid)
    await central_system.expect("BootNotification")
    assert await charger.shows("Result") == "success"
    charger.configure(CONFIGURATION)
    await charger.systemctl("restart", "ladepunktd.service")
    await charger.is_up()


async def test_a_hard_reset_restarts_the_board_where_that_is_configured(charger, central_system):
    charger.configure(CONFIGURATION.replace("id: cp001", "id: cp001, hardReset: board") + connected(central_system))
    await charger.systemctl("restart", "ladepunktd.service")
    await central_system.expect("BootNotification")
    await charger.is_up()
    down = StopWatch()

    answer = await central_system.request("Reset", type="Hard")

    assert answer["status"] == "Accepted"
    await charger.container.rebooted()
    await central_system.expect("BootNotification")
    print(f"hard Reset: the board is back after {down.seconds:.1f} s")
    await charger.is_up()
    assert not charger.container.path("/run/ladepunkt/restart-board").exists()
    charger.configure(CONFIGURATION)
    await charger.systemctl("restart", "ladepunktd.service")
    await charger.is_up()


async def test_a_configuration_that_cannot_be_is_not_tried_again(charger):
    charger.configure(CONFIGURATION + "conectors: 2\n")

    status, _ = await charger.container.try_to("systemctl", "restart", "ladepunktd.service")

    assert status != 0
    assert await charger.shows("ExecMainStatus") == "78"

    async def has_failed():
        return await charger.shows("ActiveState") == "failed"

    await eventually(has_failed, "the service has failed for good")
    assert (await charger.says("connectors"))["PRIORITY"] == "2"
    charger.configure(CONFIGURATION)
    await charger.systemctl("start", "ladepunktd.service")
    await charger.is_up()


async def test_an_upgrade_keeps_the_ledger_and_a_changed_configuration(charger, folder):
    before = await charger.sessions()

    await charger.install(packages.changed(charger.package, folder, "0.1.1"))

    await charger.is_up()
    assert await charger.version() == "0.1.1"
    assert charger.configuration == CONFIGURATION
    assert (await charger.status())["chargePoint"]["vendor"] == "Installer"
    assert await charger.sessions() == before


@pytest.fixture
def manufacturer(charger, folder):
    maker = packages.Manufacturer(folder, "manufacturer")
    charger.container.path("/etc/ladepunkt/firmware-ca.pem").write_bytes(maker.certificate.read_bytes())
    return maker


async def test_firmware_is_installed_only_when_it_is_signed_newer_and_ours(charger, folder, manufacturer):
    await charger.container.run("apt-get", "install", "-q", "-y", "--no-install-recommends", "openssl")
    better = packages.changed(charger.package, folder, "0.2.0")
    stranger = packages.Manufacturer(folder, "stranger").sign(better).rename(folder / "foreign.p7m")
    older = manufacturer.sign(packages.changed(charger.package, folder, "0.0.9"))
    other = manufacturer.sign(packages.changed(charger.package, folder, "9.0.0", name="something"))
    damaged = manufacturer.sign(better).rename(folder / "damaged.p7m")
    bytes_ = bytearray(damaged.read_bytes())
    bytes_[len(bytes_) // 2] ^= 1
    damaged.write_bytes(bytes_)

    for file, reason in [(better, "none of"), (stranger, "not signed"), (older, "not newer"), (other, "not ladepunkt"), (damaged, "not signed")]:
        status, said = await charger.ask_for_update(file)
        assert status == 20 and reason in said, f"{file.name}: {status} {said}"

    assert await charger.version() == "0.1.1"
    await charger.is_up()


async def test_firmware_that_runs_stays(charger, folder, manufacturer):
    before = await charger.sessions()

    status, said = await charger.ask_for_update(manufacturer.sign(packages.changed(charger.package, folder, "0.2.0")))

    assert (status, said.split()) == (0, ["version:", "0.2.0"])
    # As the daemon does when it is told so.
    os.kill(charger.container.outside(await charger.main_pid()), signal.SIGTERM)
    await charger.says("version 0.2.0 runs", unit="ladepunkt-update.service")
    await charger.update_is_over()
    await charger.is_up()
    assert await charger.version() == "0.2.0"
    assert charger.configuration == CONFIGURATION
    assert await charger.sessions() == before


@pytest.mark.parametrize(
    ("version", "daemon"),
    [("0.3.0", "#!/bin/sh\nexit 1\n"), ("0.3.1", "#!/bin/sh\n[ \"$1\" = --make-safe ] || sleep 1000\n")],
    ids=["ends at once", "never says that it is ready"],
)
async def test_firmware_that_does_not_come_up_makes_way_for_what_ran_before(charger, folder, manufacturer, version, daemon):
    before = await charger.sessions()
    charger.container.path("/etc/default/ladepunkt-update").write_text("FIRMWARE_PATIENCE=10\nFIRMWARE_PROOF=5\n")
    charger.container.path("/etc/systemd/system/ladepunktd.service.d").mkdir(parents=True, exist_ok=True)
    charger.container.path("/etc/systemd/system/ladepunktd.service.d/test.conf").write_text("[Service]\nTimeoutStartSec=8\n")
    await charger.systemctl("daemon-reload")

    status, said = await charger.ask_for_update(manufacturer.sign(packages.changed(charger.package, folder, version, daemon=daemon)))

    assert status == 0, said
    os.kill(charger.container.outside(await charger.main_pid()), signal.SIGTERM)
    await charger.update_is_over()
    await charger.says("version 0.2.0 runs again", unit="ladepunkt-update.service")
    await charger.is_up()
    assert await charger.version() == "0.2.0"
    assert charger.configuration == CONFIGURATION
    assert await charger.sessions() == before


async def test_a_ledger_of_a_newer_version_is_refused_with_the_remedy_and_not_touched(charger):
    await charger.systemctl("stop", "ladepunktd.service")
    ledger = charger.container.disk("/var/lib/ladepunkt/ledger.sqlite")
    with sqlite3.connect(ledger) as database:
        schema = database.execute("PRAGMA user_version").fetchone()[0]
        database.execute("PRAGMA user_version = 99")
    database.close()
    before = ledger.read_bytes()
    lines = await charger.lines()

    await charger.container.try_to("systemctl", "start", "ladepunktd.service")

    said = await charger.says("newer version", since=lines)
    assert "Install the newer version again" in said["MESSAGE"]
    assert await charger.shows("ExecMainStatus") == "69"
    await charger.systemctl("stop", "ladepunktd.service")
    assert ledger.read_bytes() == before
    with sqlite3.connect(ledger) as database:
        database.execute(f"PRAGMA user_version = {schema}")
    database.close()
    await charger.container.run("chown", "-R", "ladepunkt:", "/var/lib/ladepunkt")
    await charger.systemctl("reset-failed", "ladepunktd.service")
    await charger.systemctl("start", "ladepunktd.service")
    await charger.is_up()


async def test_removed_it_keeps_what_money_depends_on(charger):
    await charger.container.run("apt-get", "remove", "-q", "-y", "ladepunkt")

    assert await charger.shows("ActiveState") == "inactive"
    assert charger.container.path("/var/lib/ladepunkt/ledger.sqlite").exists()
    assert charger.configuration == CONFIGURATION


async def test_purged_it_leaves_nothing(charger):
    # What the installer put there is the installer's.
    for own in ("board.yaml", "firmware-ca.pem"):
        charger.container.path(f"/etc/ladepunkt/{own}").unlink()
    await charger.container.run("rm", "-r", "/etc/systemd/system/ladepunktd.service.d", "/etc/default/ladepunkt-update")

    await charger.container.run("apt-get", "purge", "-q", "-y", "ladepunkt")

    left = await charger.container.run(
        "find", "/etc", "/usr", "/lib", "/var/lib", "/run", "-xdev", "-iname", "*ladepunkt*",
        "-not", "-path", "/var/lib/systemd/*", "-not", "-path", "/run/systemd/*",
    )  # fmt: skip
    assert left == ""
