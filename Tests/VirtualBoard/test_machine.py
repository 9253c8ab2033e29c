"""The machine itself, before a daemon is let in: lines, pilot, meter, reader and disk behave as real ones do."""

import asyncio
import struct

from conditions import eventually
from outside import VOLTAGE

READ_VOLTAGE = """
import os, sys, time, tty
line = os.open("/dev/ttyS2", os.O_RDWR | os.O_NOCTTY)
tty.setraw(line)
os.write(line, bytes.fromhex("010400000002 71cb"))
answer, end = b"", time.monotonic() + 20
os.set_blocking(line, False)
while len(answer) < 9 and time.monotonic() < end:
    try:
        answer += os.read(line, 9)
    except BlockingIOError:
        time.sleep(0.01)
print(answer.hex())
"""


async def holder(board, *lines: str) -> int:
    """A process that holds lines, as a daemon does."""
    return await board.machine.do("start", argv=["gpioset", "--mode=signal", "gpiochip0", *lines])


async def test_the_contactor_follows_the_coil_and_its_auxiliary_contact_tells(board):
    pid = await holder(board, "0=1")
    await eventually(lambda: board.contactor.closed, "the contactor closes")
    await eventually(lambda: board.machine.do("value", line="contactor-fb"), "the auxiliary contact closes")
    assert await board.is_held("relay")

    await board.machine.do("kill", pid=pid)
    await eventually(lambda: not board.contactor.closed, "the contactor opens with its process")
    assert not await board.is_held("relay")


async def test_a_line_that_the_chip_holds_keeps_the_contactor_closed_without_a_process(board):
    pid = await holder(board, "0=1")
    await eventually(lambda: board.contactor.closed, "the contactor closes")
    await board.hold()

    await board.machine.do("kill", pid=pid)
    await asyncio.sleep(1)
    assert board.contactor.closed and not await board.is_held("relay")

    pid = await holder(board, "0=0")
    await eventually(lambda: not board.contactor.closed, "the next process opens it")
    await board.machine.do("kill", pid=pid)
    await asyncio.sleep(1)
    assert not board.contactor.closed
    await board.hold(False)


async def test_a_welded_contactor_stays_closed_until_the_upstream_breaker_trips(board):
    board.vehicle.plug()
    await board.machine.run("sh", "-c", "cd /sys/class/pwm/pwmchip0 && echo 0 >export && echo 1000000 >pwm0/period"
                            " && echo 266667 >pwm0/duty_cycle && echo 1 >pwm0/enable")  # fmt: skip
    closed = await holder(board, "0=1")
    await eventually(lambda: board.energy.power > 0, "energy flows")
    assert 15.9 < board.energy.current < 16.1

    board.contactor.fail("welded")
    await board.machine.do("kill", pid=closed)
    await eventually(lambda: not board.contactor.coil, "the coil is off")
    assert board.energy.power > 0 and await board.machine.do("value", line="contactor-fb")

    trip = await holder(board, "5=1")
    await eventually(lambda: board.energy.power == 0, "the breaker ends it")
    await board.machine.do("kill", pid=trip)
    await board.machine.run("sh", "-c", "echo 0 >/sys/class/pwm/pwmchip0/unexport")


async def test_the_meter_answers_on_its_serial_port_and_a_dead_one_does_not(board):
    answer = bytes.fromhex(await board.machine.run("python3", "-c", READ_VOLTAGE))
    assert answer[:3] == b"\x01\x04\x04" and struct.unpack(">f", answer[3:7]) == (VOLTAGE,)

    board.meter.dead = True
    assert await board.machine.run("python3", "-c", READ_VOLTAGE.replace("+ 20", "+ 2")) == "\n"


async def test_libnfc_reads_a_card_through_the_serial_port(board):
    board.reader.present("04A2B3C4D5E680")
    await board.machine.write("/etc/nfc/libnfc.conf", 'device.name = "reader"\ndevice.connstring = "pn532_uart:/dev/ttyS1"\n')

    text = await board.machine.run("nfc-list")

    assert "04  a2  b3  c4  d5  e6  80" in text


async def test_what_was_synced_to_the_disk_outlives_a_power_cut_and_the_root_does_not(board):
    await board.machine.write("/data/kept", "kept")
    await board.machine.write("/forgotten", "forgotten")

    await board.power_cut()
    assert not board.contactor.closed
    await board.power_on()

    assert await board.machine.read("/data/kept") == b"kept"
    assert "forgotten" not in await board.machine.run("ls", "/")
