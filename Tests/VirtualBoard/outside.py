"""What hangs on the board's terminals: contactor, lock, vehicle, and the energy that flows. This is the truth that a test reconciles with.

The models live outside the machine, as the real things do: a power cut opens the contactor, but leaves the register where it stood.
"""

from __future__ import annotations

import asyncio
import time

VOLTAGE, PHASES = 230.0, 3


class Relay:
    """A coil with an auxiliary contact: the contact follows the coil, unless it fails."""

    def __init__(self, pull, delay: float = 0.02):
        """`pull(closed)` shows the contact's state to the board."""
        self.pull, self.delay = pull, delay
        self.closed = False
        self.closings = 0
        self.coil = False
        self.failure: str | None = None
        """`welded`: does not open; `stuckOpen`: does not close; None: works."""
        self.on_change = lambda: None
        self._moving: asyncio.TimerHandle | None = None

    def drive(self, coil: bool):
        self.coil = coil
        if self._moving is not None:
            self._moving.cancel()
        self._moving = asyncio.get_running_loop().call_later(self.delay, self._settle)

    def show(self):
        self.pull(self.closed)

    def fail(self, failure: str | None):
        self.failure = failure
        self._settle()

    def lose_power(self):
        """No board drives the coil any more: what is not welded opens."""
        if self._moving is not None:
            self._moving.cancel()
        self.coil = False
        self._settle(shown=False)

    def _settle(self, shown: bool = True):
        closed = self.closed if self.failure == ("stuckOpen" if self.coil else "welded") else self.coil
        if closed != self.closed:
            self.closed = closed
            self.closings += closed
            # The current ends before the auxiliary contact tells of it, so that a register read afterwards is final.
            self.on_change()
        if shown:
            self.pull(self.closed)


class Vehicle:
    """Takes what is offered, once it has been plugged in for a moment; without an offer it goes back to state B."""

    def __init__(self, pull, current: float = 32.0, ready_after: float = 0.3):
        """`pull(line, up)` sets `connected` (state B or C) and `ready` (state C)."""
        self.pull, self.current, self.ready_after = pull, current, ready_after
        self.plugged = self.ready = False
        self.duty: float | None = None
        self.on_change = lambda: None
        self._deciding: asyncio.TimerHandle | None = None

    @property
    def drawn(self) -> float:
        """Amperes per phase that it takes while the contactor is closed."""
        return min(self.current, self.offered) if self.ready else 0.0

    @property
    def offered(self) -> float:
        """What the duty of the control pilot means (IEC 61851-1 table A.8)."""
        duty = self.duty or 0
        if 0.08 <= duty < 0.10:
            return 6.0
        if 0.10 <= duty <= 0.85:
            return duty * 60
        return (duty - 0.64) * 250 if 0.85 < duty <= 0.97 else 0.0

    def plug(self):
        self.plugged = True
        self.pull("connected", True)
        self._decide_soon()

    def unplug(self):
        """Pulled while charging: the vehicle feels the proximity switch and stops drawing before the pins part."""
        self.plugged = False
        self._set_ready(False)
        self.pull("connected", False)

    def see(self, duty: float | None):
        self.duty = duty
        self.on_change()
        self._decide_soon()

    def show(self):
        """The resistors are where they were when the board comes back."""
        self.pull("connected", self.plugged)
        self.pull("ready", self.ready)

    def _decide_soon(self):
        if self._deciding is not None:
            self._deciding.cancel()
        self._deciding = asyncio.get_running_loop().call_later(self.ready_after, self._decide)

    def _decide(self):
        self._set_ready(self.plugged and self.offered > 0)

    def _set_ready(self, ready: bool):
        if ready != self.ready:
            self.ready = ready
            self.on_change()
            self.pull("ready", ready)


class Energy:
    """What really flowed, in Wh: it moves while the contact is closed and the vehicle draws."""

    def __init__(self, contactor: Relay, vehicle: Vehicle, register: float = 1_234_567.0):
        self.contactor, self.vehicle = contactor, vehicle
        self.is_supplied = True
        self._register, self._since, self._power = register, time.monotonic(), 0.0
        contactor.on_change = vehicle.on_change = self._account

    @property
    def current(self) -> float:
        return self.vehicle.drawn if self.contactor.closed and self.is_supplied else 0.0

    @property
    def power(self) -> float:
        return VOLTAGE * PHASES * self.current

    @property
    def register(self) -> int:
        """As a meter counts: whole Wh that have passed."""
        self._account()
        return int(self._register)

    def break_supply(self):
        """The upstream breaker opens, and somebody has to come to close it."""
        self.is_supplied = False
        self._account()

    def _account(self):
        now = time.monotonic()
        self._register += self._power * (now - self._since) / 3600
        self._since, self._power = now, self.power
