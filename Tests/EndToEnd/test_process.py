import os
import re
import signal

import pytest

from charge_point import ApiError
from conditions import eventually

GOOD = "board: simulated\ndataDirectory: data\ncontrol: {socket: control.sock}\n"


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("board: simulated\nconectors: 2\n", 2, "connectors"),
        ("board: simulated\n\nconnectors: many\n", 3, "connectors"),
        ("board: simulated\nconnectors: 0\n", 2, "connectors"),
        ("board: simulated\nchargePoint: {id: cp001}\ncentralSystem:\n  url: http://example.com\n", 4, "url"),
        ("board: simulated\nchargePoint:\n  id: cp001\n  vendor: A name of many more than twenty characters\n", 4, "vendor"),
        ("board: simulated\nboard: simulated\n", 2, "board"),
        ("board: [simulated\n", "[12]", ""),
    ],
)
async def test_a_bad_configuration_ends_with_78_and_says_where(charge_point, text, line, word):
    charge_point.write("ladepunkt.yaml", text)

    for arguments in (["--config", "ladepunkt.yaml"], ["--config", "ladepunkt.yaml", "--check"]):
        await charge_point.spawn(*arguments)
        assert await charge_point.ended() == 78

    assert re.search(rf"ladepunkt\.yaml:{line}\b.*{word}", charge_point.log)


async def test_a_bad_board_file_ends_with_78_and_says_where(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD.replace("simulated", "board.yaml"))
    charge_point.write("board.yaml", "model: simulated\nconnectors:\n  - id: 1\n    rating: {current: 32, phases: 3}\n")

    await charge_point.spawn("--config", "ladepunkt.yaml")

    assert await charge_point.ended() == 78
    assert re.search(r"board\.yaml:4\b.*current", charge_point.log)


async def test_a_missing_board_file_ends_with_78_and_names_it(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD.replace("simulated", "nowhere.yaml"))

    await charge_point.spawn("--config", "ladepunkt.yaml")

    assert await charge_point.ended() == 78
    assert "ladepunkt.yaml:1, board: nowhere.yaml: there is no such file" in charge_point.log


async def test_a_missing_configuration_file_ends_with_78_and_names_it(charge_point):
    await charge_point.spawn("--config", "nowhere.yaml")

    assert await charge_point.ended() == 78
    assert "nowhere.yaml" in charge_point.log


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--config"], ["--connectors", "many"], ["--board", "simulated", "--connectors", "0"], ["--connectors", "33"], ["--config", "a", "surplus"]])
async def test_bad_usage_ends_with_64(charge_point, arguments):
    await charge_point.spawn(*arguments)

    assert await charge_point.ended() == 64


async def test_a_check_of_a_good_configuration_ends_with_0_and_leaves_nothing_behind(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD)

    await charge_point.spawn("--config", "ladepunkt.yaml", "--check")

    assert await charge_point.ended() == 0
    assert {path.name for path in charge_point.folder.iterdir()} == {"ladepunkt.yaml", "log"}


async def test_with_nothing_but_a_board_it_is_a_complete_charge_point(charge_point):
    charge_point.api.path = charge_point.folder / "ladepunkt-data/control.sock"

    await charge_point.start("--board", "simulated", "--connectors", "2")

    status = await charge_point.api.get("/v1/status")
    assert [connector["status"] for connector in status["connectors"]] == ["Available", "Available"]
    assert await charge_point.terminate() == 0


async def test_a_second_daemon_on_the_same_data_says_so_and_leaves_the_first_alone(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD)
    charge_point.write("second.yaml", GOOD.replace("control.sock", "second.sock"))
    await charge_point.start()
    first = charge_point.process

    await charge_point.spawn("--config", "second.yaml")
    status = await charge_point.ended()
    charge_point.adopt(first)

    assert status not in (0, 10)
    assert (await charge_point.api.get("/v1/status"))["connectors"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_signal_to_end_stops_in_good_order(charge_point, number):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()

    charge_point.process.send_signal(number)

    assert await charge_point.ended() == 0
    assert "contactors open, ledger closed" in charge_point.log


async def test_signals_that_mean_nothing_end_nothing(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()

    for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGPIPE):
        charge_point.process.send_signal(number)

    assert (await charge_point.api.get("/v1/status"))["connectors"]
    assert await charge_point.terminate() == 0


async def test_a_daemon_that_was_started_to_outlive_its_terminal_does(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        await charge_point.start()
    finally:
        signal.signal(signal.SIGHUP, before)

    charge_point.process.send_signal(signal.SIGHUP)

    assert (await charge_point.api.get("/v1/status"))["connectors"]
    assert await charge_point.terminate() == 0


async def test_no_port_is_open_unless_it_is_configured(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD)

    await charge_point.start()

    assert not _listening_ports(charge_point.process.pid)


async def test_it_rests_below_one_per_cent_of_a_core(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()
    clock = os.sysconf("SC_CLK_TCK")
    begin, used = _seconds_since_boot(), _processor_time(charge_point.process.pid)

    await eventually(lambda: _seconds_since_boot() >= begin + 5, "five seconds have passed")

    share = (_processor_time(charge_point.process.pid) - used) / clock / (_seconds_since_boot() - begin)
    assert share < 0.01, f"{share:.1%} of a core at rest"


async def test_every_error_of_the_API_says_what_is_wrong(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()

    for method, path, body, status in [
        ("GET", "/v1/nonsense", None, 404),
        ("POST", "/v1/connectors/9/stop", None, 404),
        ("POST", "/v1/connectors/1/start", {}, 400),
        ("POST", "/v1/connectors/1/start", {"idTag": "X" * 21}, 400),
        ("POST", "/v1/simulator/connectors/1/fault", {"errorCode": "Nonsense", "active": True}, 400),
        ("POST", "/v1/simulator/cards", {"idtag": "X"}, 400),
        ("DELETE", "/v1/status", None, 405),
        ("POST", "/v1/connectors/1/stop", None, 409),
        ("POST", "/v1/simulator/cards", {"idTag": ["X"]}, 400),
    ]:
        with pytest.raises(ApiError) as refusal:
            await charge_point.api.text(method, path, body)
        assert refusal.value.status == status, f"{method} {path}: {refusal.value}"
        assert re.search(r'"error"\s*:\s*{', refusal.value.body) and '"message"' in refusal.value.body


def _listening_ports(pid: int) -> list[str]:
    directory = f"/proc/{pid}/fd"
    sockets = {os.readlink(f"{directory}/{entry}") for entry in os.listdir(directory)}
    ports = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        with open(f"/proc/{pid}/net/{table}") as lines:
            ports += [fields[1] for fields in map(str.split, list(lines)[1:]) if f"socket:[{fields[9]}]" in sockets]
    return ports


def _processor_time(pid: int) -> int:
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _seconds_since_boot() -> float:
    with open("/proc/uptime") as uptime:
        return float(uptime.read().split()[0])
