"""What an installer asks about hardware: `reader test`, `board check`, `board lines`."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from charge_point import DAEMON
from conditions import PATIENCE
from pn532 import PN532

COMMAND = DAEMON.with_name("ladepunkt")
BOARDS = Path(__file__).parents[2] / "Board"

BOARD = """\
connectors:
  - id: 1
    rating: {current: 16 A, phases: 3}
    contactor: {driver: gpio, coil: gpiochip0/relay}
    controlPilot: {driver: state-lines, connected: gpiochip0/cp-b, ready: gpiochip0/cp-c}
"""


async def run(*arguments):
    """Exit status, standard output, standard error."""
    process = await asyncio.create_subprocess_exec(
        COMMAND, *map(str, arguments), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode, output.decode(), errors.decode()


@pytest.mark.parametrize(
    "card, form, technology, uid, id_tag, refusal",
    [
        ("04A2B3C4", "{}", "iso14443A", "04A2B3C4", "04A2B3C4", None),
        ("04A2B3C4", "{byteOrder: reversed, case: lower, prefix: X}", "iso14443A", "04A2B3C4", "Xc4b3a204", None),
        ("04A2B3C4", "{decimal: true, digits: 10}", "iso14443A", "04A2B3C4", "0077771716", None),
        ("04A2B3C4D5E680", "{}", "iso14443A", "04A2B3C4D5E680", "04A2B3C4D5E680", None),
        ("B:11223344", "{}", "iso14443B", "11223344", "11223344", None),
        ("F:0123456789ABCDEF", "{}", "felica", "0123456789ABCDEF", "0123456789ABCDEF", None),
        ("random", "{}", "iso14443A", None, None, "it makes up a new number each time"),
        ("0102030405060708090A", "{separator: ':'}", "iso14443A", "0102030405060708090A", None, "choose a shorter form"),
    ],
)
async def test_reader_test_shows_a_card_both_ways_or_says_why_it_is_refused(folder, card, form, technology, uid, id_tag, refusal):
    (folder / "board.yaml").write_text(
        f"connectors: []\ncardReaders:\n  - driver: libnfc\n    device: pn532_uart:{folder}/tty\n    idTag: {form}\n"
    )
    with PN532(str(folder / "tty"), baud=0, card_time=0, empty_time=0) as reader:
        reader.present(card)
        status, output, errors = await run(
            "reader", "test", "--board", folder / "board.yaml", "--lock-directory", folder, "--count", 1, "--json"
        )

    assert status == 0, errors
    shown = json.loads(output)
    assert (shown["technology"], shown["random"]) == (technology, card == "random")
    assert uid is None or shown["uid"] == uid
    assert shown.get("idTag") == id_tag
    assert (refusal in shown["refusal"]) if refusal else "refusal" not in shown


async def test_board_check_names_file_line_key_and_remedy(folder):
    (folder / "b.yaml").write_text(BOARD.replace("gpiochip0/cp-c", "gpiochip0/cp-b"))

    status, output, errors = await run("board", "check", folder / "b.yaml")

    assert status == 78
    assert re.search(r"b\.yaml:5, connectors\[0\]\.controlPilot\.ready: line gpiochip0/cp-b is used twice", errors), errors
    assert errors.endswith("controlPilot.ready. Name another line for one of them.\n")


async def test_a_register_map_that_is_not_there_is_told_at_the_key_that_names_it(folder):
    meter = "    meter: {driver: modbus, bus: tcp, unit: 1, registers: /nowhere.yaml}\n"
    (folder / "b.yaml").write_text(BOARD + meter + "buses:\n  - {name: tcp, driver: modbus-tcp, host: 127.0.0.1}\n")

    status, _, errors = await run("board", "check", folder / "b.yaml")

    assert status == 78
    assert re.search(r"b\.yaml:6, connectors\[0\]\.meter\.registers: there is no register map /nowhere.yaml", errors), errors


async def test_a_recording_of_nothing_and_a_folder_without_maps_are_failures(folder):
    device = ("--host", "127.0.0.1", "--port", 1)
    registers = BOARDS / "Meters/eastron-sdm630.yaml"

    status, output, errors = await run("meter", "record", *device, "--unit", 1, "--registers", registers, "--times", 1)
    assert (status, "# read 1: " in output, "no read succeeded" in errors) == (69, True, True), errors

    status, output, errors = await run("meter", "scan", *device, "--maps", folder)
    assert (status, "--maps" in errors) == (64, True), errors


async def test_board_check_says_what_a_usable_board_lacks_for_safety(folder):
    (folder / "b.yaml").write_text(BOARD)

    status, output, _ = await run("board", "check", folder / "b.yaml", "--json")

    assert status == 0
    remarks = " ".join(json.loads(output)["remarks"])
    for lack in ["emergencyStop", "temperature", "no feedback", "no residualCurrent", "no meter"]:
        assert lack in remarks


@pytest.mark.parametrize("name", sorted(path.name for path in BOARDS.glob("*.yaml")))
async def test_every_board_of_the_repository_is_usable(name):
    status, output, errors = await run("board", "check", BOARDS / name)

    assert status == 0, errors
    assert ": usable" in output


async def test_board_lines_ends_alike_as_text_and_as_json():
    assert (await run("board", "lines"))[0] == (await run("board", "lines", "--json"))[0]


async def test_board_lines_lists_what_there_is_or_says_what_to_do():
    status, output, errors = await run("board", "lines")

    if status == 0:
        assert output.splitlines()[0].split("  ")[0] == "Line"
    else:
        assert "this machine shows no GPIO chip" in errors and "/dev/gpiochip*" in errors
