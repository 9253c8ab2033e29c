import asyncio
import contextlib
import json
import signal

import pytest

from charge_point import DAEMON
from conditions import PATIENCE
from journeys import CARD, charging, stops

GOOD = "board: simulated\ndataDirectory: data\ncontrol: {socket: control.sock}\n"
WELDABLE = """connectors:
  - id: 1
    rating: {current: 32 A, phases: 3}
    lock: {driver: simulated}
    contactor: {driver: simulated}
    controlPilot: {driver: simulated}
    meter: {driver: simulated}
"""


async def _command(point, *arguments: str) -> tuple[int, str, str]:
    """Runs the command line against the charge point: exit status, standard output, standard error."""
    process = await asyncio.create_subprocess_exec(
        DAEMON.with_name("ladepunkt"),
        "--socket",
        str(point.api.path),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    return process.returncode, out.decode(), error.decode()


async def test_a_whole_session_by_the_command_line(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()

    async def succeed(*arguments: str) -> str:
        status, out, error = await _command(charge_point, *arguments)
        assert status == 0, f"ladepunkt {' '.join(arguments)}: {error}"
        return out

    await succeed("cards", "add", CARD)
    assert CARD in await succeed("cards", "list")
    await succeed("simulate", "plug", "1")
    await succeed("simulate", "card", CARD)
    await charge_point.has(status="Charging")
    assert "Charging" in await succeed("status")
    assert json.loads(await succeed("status", "--json"))["connectors"][0]["transaction"]["idTag"] == CARD
    await succeed("stop", "1")
    await charge_point.has(status="Finishing")
    await succeed("simulate", "unplug", "1")
    assert CARD in await succeed("sessions")
    assert len((await succeed("sessions", "--csv")).splitlines()) == 2
    await succeed("config", "set", "HeartbeatInterval", "123")
    assert "123" in await succeed("config", "get", "HeartbeatInterval")


@pytest.mark.parametrize(
    "arguments",
    [("stop", "1"), ("start", "9", CARD), ("config", "set", "NumberOfConnectors", "9"), ("nonsense",), ("cards", "remove", "X")],
)
async def test_the_command_line_fails_where_the_charge_point_refuses(charge_point, arguments):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()

    status, _, error = await _command(charge_point, *arguments)

    assert status != 0
    assert error.strip()


async def test_the_command_line_says_so_when_no_daemon_runs(charge_point):
    status, _, error = await _command(charge_point, "status")

    assert status != 0
    assert "control.sock" in error


@pytest.mark.parametrize(
    "arguments",
    [("status",), ("status", "--json"), ("status", "--watch"), ("sessions", "--csv"), ("cards", "export"), ("queue", "export")],
)
async def test_output_that_cannot_be_written_is_a_failure(charge_point, arguments):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()
    with open("/dev/full", "wb") as full:
        process = await asyncio.create_subprocess_exec(
            DAEMON.with_name("ladepunkt"), "--socket", str(charge_point.api.path), *arguments, stdout=full, stderr=-1
        )
        _, errors = await asyncio.wait_for(process.communicate(), PATIENCE)

    assert process.returncode == 74
    assert b"standard output cannot be written: No space left on device" in errors
    assert len(errors.splitlines()) == 1


@pytest.mark.parametrize("arguments", [("status", "--watch"), ("status", "--watch", "--json")])
async def test_a_watch_whose_reader_leaves_ends_at_once(charge_point, arguments):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()
    process = await asyncio.create_subprocess_exec(
        DAEMON.with_name("ladepunkt"), "--socket", str(charge_point.api.path), *arguments, stdout=-1, stderr=-1
    )
    await asyncio.wait_for(process.stdout.readline(), PATIENCE)

    process._transport.get_pipe_transport(1).close()

    assert await asyncio.wait_for(process.wait(), PATIENCE) == -signal.SIGPIPE
    assert await process.stderr.read() == b""


async def test_a_watch_says_that_the_daemon_has_stopped(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()
    process = await asyncio.create_subprocess_exec(
        DAEMON.with_name("ladepunkt"), "--socket", str(charge_point.api.path), "status", "--watch", stdout=-1, stderr=-1
    )
    await asyncio.wait_for(process.stdout.readline(), PATIENCE)

    assert await charge_point.terminate() == 0

    _, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 69
    assert b"ended the connection" in errors and b"HTTP" not in errors


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("cards", "add", ""), 64, "identifier is empty"),
        (("config", "get", "Nope"), 1, "ladepunkt config get"),
        (("--socket", "/" + "x" * 200, "status"), 69, "longer than 107 bytes"),
    ],
)
async def test_a_refusal_says_what_to_do_in_the_command_line_s_own_words(charge_point, arguments, status, words):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()

    ended, _, error = await _command(charge_point, *arguments)

    assert (ended, words in error) == (status, True), error


async def test_the_plug_behind_a_welded_contactor_is_not_called_stuck(charge_point):
    charge_point.write("board.yaml", WELDABLE)
    charge_point.write("ladepunkt.yaml", GOOD.replace("simulated", "board.yaml"))
    await charge_point.start()
    await _command(charge_point, "cards", "add", CARD)
    await charge_point.plug()
    await _command(charge_point, "start", "1", CARD)
    await charge_point.has(status="Charging")
    await charge_point.api.post("/v1/simulator/connectors/1/contactor", failure="welded")
    await _command(charge_point, "stop", "1")
    await charge_point.has(errorCode="PowerSwitchFailure")

    status, _, error = await _command(charge_point, "unlock", "1")

    assert status == 1
    assert "is welded and the plug may be live; switch off upstream first" in error


async def test_events_begin_with_the_whole_status_and_tell_every_change(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()
    reader, writer = await asyncio.open_unix_connection(str(charge_point.api.path))
    writer.write(b"GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")

    async def status_that_shows(expected: str):
        async with asyncio.timeout(10):
            while True:
                line = await reader.readline()
                assert line, "the stream ended"
                if line.startswith(b"data:") and f'"status":"{expected}"' in line.decode().replace(" ", ""):
                    return json.loads(line[5:])

    assert (await status_that_shows("Available"))["connectors"][0]["cablePlugged"] is False
    await charge_point.plug()
    assert (await status_that_shows("Preparing"))["connectors"][0]["cablePlugged"] is True
    writer.close()


async def test_an_open_event_stream_does_not_delay_the_end(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()
    reader, writer = await asyncio.open_unix_connection(str(charge_point.api.path))
    writer.write(b"GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await reader.readline()

    assert await charge_point.terminate() == 0
    writer.close()


async def test_metrics_name_the_connector_and_its_energy(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()

    lines = [line for line in (await charge_point.api.text("GET", "/metrics")).splitlines() if line and not line.startswith("#")]

    assert lines
    assert all(line.startswith("ladepunkt_") for line in lines)


async def test_a_simulated_power_loss_is_a_power_loss(start, central_system):
    point = await start()
    started = await charging(central_system, point)

    with contextlib.suppress(OSError):
        await point.api.post("/v1/simulator/power-loss")
    assert await point.ended() not in (0, 10)
    await point.start()

    await stops(central_system, point, started, "PowerLoss")


async def test_unknown_values_are_null_and_the_shape_is_as_documented(charge_point):
    charge_point.write("ladepunkt.yaml", GOOD)
    await charge_point.start()

    status = await charge_point.api.get("/v1/status")

    assert {"chargePoint", "clock", "centralSystem", "connectors", "ledger"} <= status.keys()
    assert {"id", "vendor", "model", "firmwareVersion"} <= status["chargePoint"].keys()
    (connector,) = status["connectors"]
    fields = "id status errorCode cablePlugged vehicleState contactor offeredCurrentA limitedBy meter transaction"
    assert set(fields.split()) <= connector.keys()
    assert (connector["transaction"], connector["vehicleState"], connector["contactor"]) == (None, "A", "open")


async def test_the_command_line_hears_an_answer_after_which_the_daemon_hangs_up_at_once(folder):
    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n" + b'{"cards": []}')
        writer.close()

    server = await asyncio.start_unix_server(answer, folder / "other.sock")
    try:
        for _ in range(20):
            process = await asyncio.create_subprocess_exec(
                DAEMON.with_name("ladepunkt"), "--socket", folder / "other.sock", "cards", "list", stdout=-1, stderr=-1
            )
            output, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
            assert (process.returncode, output) == (0, b"No cards.\n"), errors
    finally:
        server.close()
        await server.wait_closed()
