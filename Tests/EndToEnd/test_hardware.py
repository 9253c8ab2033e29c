"""Real drivers beside a simulated outlet: a PN532 on a pseudo-terminal by libnfc, a meter on a bus by libmodbus."""

import asyncio
import struct
from pathlib import Path

import pytest_asyncio

from charge_point import LocalAPI
from conditions import eventually
from pn532 import PN532

MAPS = Path(__file__).parents[2] / "Board"


class Meter:
    """An Eastron SDM630 on Modbus TCP: every register pair a 32-bit float; energy in kWh."""

    def __init__(self):
        self.energy, self.is_silent = 12.345, False
        self._server = None

    async def start(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    async def stop(self):
        self._server.close()
        await self._server.wait_closed()

    def _value(self, address):
        volts = {0x00: 230.0, 0x02: 230.0, 0x04: 230.0, 0x46: 50.0, 0x48: self.energy}
        return volts.get(address, 0.0)

    async def _serve(self, reader, writer):
        try:
            while True:
                head = await reader.readexactly(8)
                transaction, protocol, length, unit, function = struct.unpack(">HHHBB", head)
                body = await reader.readexactly(length - 2)
                if self.is_silent:
                    continue
                start, count = struct.unpack(">HH", body)
                words = b"".join(struct.pack(">f", self._value(address)) for address in range(start, start + count, 2))[: 2 * count]
                answer = struct.pack(">BBB", unit, function, len(words)) + words
                writer.write(struct.pack(">HHH", transaction, 0, len(answer)) + answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


@pytest_asyncio.fixture
async def meter():
    meter = Meter()
    meter.port = await meter.start()
    yield meter
    await meter.stop()


@pytest_asyncio.fixture
async def reader(folder):
    with PN532(str(folder / "reader")) as reader:
        yield reader


@pytest_asyncio.fixture
async def point(charge_point, folder, meter, reader):
    charge_point.write(
        "board.yaml",
        f"""\
model: Desk
buses:
  - {{name: meters, driver: modbus-tcp, host: 127.0.0.1, port: {meter.port}, responseTimeout: 300 ms}}
connectors:
  - id: 1
    rating: {{current: 16 A, phases: 3}}
    contactor: {{driver: simulated}}
    controlPilot: {{driver: simulated}}
    meter: {{driver: modbus, bus: meters, unit: 1, registers: {MAPS}/Meters/eastron-sdm630.yaml}}
cardReaders:
  - driver: libnfc
    device: pn532_uart:{folder}/reader
    idTag: {{separator: ":"}}
""",
    )
    charge_point.write("ladepunkt.yaml", "board: board.yaml\ndataDirectory: data\ncontrol: {socket: control.sock}\n")
    await charge_point.start()
    return charge_point


async def test_a_card_at_a_real_reader_charges_by_a_real_meter(point, meter, reader):
    await point.api.put("/v1/cards/04:A2:B3:C4")
    await point.api.post("/v1/simulator/connectors/1/plug")

    reader.present("04A2B3C4")
    await eventually(lambda: _status(point.api, "Charging"), "the session charges")
    reader.remove()
    polls = reader.chip.empty_polls
    meter.energy += 0.005
    await eventually(lambda: _register(point.api, 12350), "the register is followed")
    # A card has left when three looks, at three technologies each, have not found it.
    await eventually(lambda: reader.chip.empty_polls >= polls + 12, "the card has left")
    reader.present("04A2B3C4")
    await eventually(lambda: _sessions(point.api, 1), "the session ends")

    session = (await point.api.get("/v1/sessions"))["sessions"][0]
    assert (session["idTag"], session["meterStartWh"], session["meterStopWh"], session["stopReason"]) == ("04:A2:B3:C4", 12345, 12350, "Local")


async def test_a_reader_that_is_pulled_is_a_ReaderFailure_until_it_is_back(point, reader):
    reader.unplug()
    await eventually(lambda: _reader(point.api, True), "the failure is told")

    reader.replug()

    await eventually(lambda: _reader(point.api, False), "the reader works again")


async def test_a_real_meter_that_falls_silent_is_a_PowerMeterFailure_until_it_answers(point, meter):
    await point.api.post("/v1/simulator/connectors/1/plug")
    meter.is_silent = True
    await eventually(lambda: _error(point.api, "PowerMeterFailure"), "the failure is told")

    meter.is_silent = False

    await eventually(lambda: _error(point.api, "NoError"), "the meter works again")


async def _connector(api: LocalAPI):
    return (await api.get("/v1/status"))["connectors"][0]


async def _status(api, status):
    return (await _connector(api))["status"] == status


async def _error(api, code):
    return (await _connector(api))["errorCode"] == code


async def _register(api, register):
    return ((await _connector(api))["meter"] or {}).get("energyWh") == register


async def _sessions(api, count):
    return [s["stoppedAt"] is not None for s in (await api.get("/v1/sessions"))["sessions"]] == [True] * count


async def _reader(api, has_failed):
    return ((await api.get("/v1/status"))["reader"]["failure"] is not None) == has_failed
