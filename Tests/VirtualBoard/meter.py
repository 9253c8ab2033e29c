"""An Eastron SDM630 on a serial line, by pymodbus: its input registers show what the models say flows."""

from __future__ import annotations

import struct

from pymodbus import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from outside import PHASES, VOLTAGE, Energy

# Eastron, "SDM630-Modbus V2 user manual", section on input registers: a 32-bit float each, the more significant word first.
VOLTAGES, CURRENTS, POWERS, TOTAL_POWER, FREQUENCY, IMPORT_KWH, SUM_KWH = 0x00, 0x06, 0x0C, 0x34, 0x46, 0x48, 0x0156
LENGTH = 0x0180
# A holding register that tells the model.
METER_CODE, SDM630 = 0xFC02, 0x0070


class Meter:
    """Answers as unit 1; qemu connects its serial port to `port`."""

    def __init__(self, energy: Energy):
        self.energy = energy
        self.dead = False
        """Says nothing, as without supply."""
        self.requests = 0
        self._server: ModbusTcpServer | None = None

    async def start(self):
        registers = [SimData(0, count=LENGTH, values=0, datatype=DataType.REGISTERS, readonly=True)]
        code = [SimData(METER_CODE, values=SDM630, datatype=DataType.REGISTERS, readonly=True)]
        no_bits = [SimData(0, values=False, datatype=DataType.BITS, readonly=True)]
        device = SimDevice(1, simdata=(no_bits, no_bits, code, registers), action=self._refresh)
        # A serial port that ends in a TCP socket carries the same frames as a wire.
        self._server = ModbusTcpServer(
            device, framer=FramerType.RTU, address=("127.0.0.1", 0), ignore_missing_devices=True, trace_packet=self._pass
        )
        await self._server.serve_forever(background=True)

    async def stop(self):
        await self._server.shutdown()

    @property
    def port(self) -> str:
        return f"host=127.0.0.1,port={self._server.transport.sockets[0].getsockname()[1]}"

    def _pass(self, sending: bool, packet: bytes) -> bytes:
        return b"" if self.dead else packet

    async def _refresh(self, function, start, address, count, registers, values):
        self.requests += 1
        if function != 4:
            return
        current, power = self.energy.current, self.energy.power
        shown = {FREQUENCY: 50.0, TOTAL_POWER: power, IMPORT_KWH: self.energy.register / 1000, SUM_KWH: self.energy.register / 1000}
        for phase in range(PHASES):
            shown |= {VOLTAGES + 2 * phase: VOLTAGE, CURRENTS + 2 * phase: current, POWERS + 2 * phase: power / PHASES}
        for register, value in shown.items():
            registers[register - start : register - start + 2] = struct.unpack(">HH", struct.pack(">f", value))
