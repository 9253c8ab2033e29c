"""What an installer would write for the virtual board: the board file and the configuration."""

from __future__ import annotations

import itertools
from pathlib import Path

from virtual_board import SOCKET

MAPS = Path(__file__).parents[2] / "Board"
_installations = itertools.count(1)

# The windows are wide, because the machine is slow; how fast the real thing is, no test says here.
BOARD = f"""
model: Virtual charger board
buses:
  - {{name: rs485, driver: modbus-rtu, device: /dev/ttyS2, baud: 9600, parity: none, stopBits: 1, responseTimeout: 2 s}}
connectors:
  - id: 1
    rating: {{current: 32 A, phases: 3}}
    outlet: cable
    contactor: {{driver: gpio, coil: gpiochip0/relay, feedback: gpiochip0/contactor-fb, feedbackContact: normallyOpen, within: 2 s}}
    controlPilot: {{driver: state-lines, connected: gpiochip0/cp-b, ready: gpiochip0/cp-c, pwm: pwmchip0/0}}
    meter: {{driver: modbus, bus: rs485, unit: 1, registers: {MAPS}/Meters/eastron-sdm630.yaml}}
    residualCurrent: {{driver: gpio, trip: gpiochip0/rcd-trip, test: gpiochip0/rcd-test, within: 5 s}}
inputs:
  - {{kind: emergencyStop, line: gpiochip0/estop, activeLow: true}}
outputs:
  - {{kind: lampGreen, line: gpiochip0/led-green}}
  - {{kind: lampRed, line: gpiochip0/led-red}}
  - {{kind: trip, line: gpiochip0/trip}}
cardReaders:
  - driver: libnfc
    device: pn532_uart:/dev/ttyS1
    idTag: {{byteOrder: reader, case: upper, separator: "", prefix: ""}}
"""


def configuration(url: str, board: str = "board.yaml", ocpp: dict | None = None, **charge_point) -> dict:
    """`url`: the central system's on the host; `charge_point`: more of that section. The ledger begins empty."""
    keys = {"MeterValueSampleInterval": 2, "MinimumStatusDuration": 0, "TransactionMessageRetryInterval": 1, "ConnectionTimeOut": 60}
    return {
        "board": board,
        "dataDirectory": f"/data/ledger-{next(_installations)}",
        "chargePoint": {"id": "cp001", "vendor": "Example", "model": "Wallbox 11", "firmwareVersion": "1.0.0"} | charge_point,
        "control": {"socket": SOCKET},
        "centralSystem": {
            # To the guest, the host's loopback is this address.
            "url": url.replace("127.0.0.1", "10.0.2.2"),
            "reconnect": {"minimumSeconds": 1, "maximumSeconds": 2, "randomSeconds": 0},
        },
        # What the cuts cost must not exhaust the attempts.
        "ocpp": keys | {"TransactionMessageAttempts": 100} | (ocpp or {}),
    }
