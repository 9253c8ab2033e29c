"""Sessions on a board whose supply fails at moments that a seed chooses."""

from __future__ import annotations

import asyncio
import itertools
import random

from charge_point import ApiError
from conditions import eventually
from machine import GuestError
from virtual_board import VirtualBoard

# How a customer's hand fails when the supply does.
DARK = (OSError, ApiError, GuestError)


class PowerCuts:
    def __init__(self, board: VirtualBoard, seed: int, longest: float = 20):
        """`longest`: seconds within which the supply fails, from the begin of the daemon's start or from its first answer."""
        self.board, self.random, self.longest = board, random.Random(seed), longest
        self._is_open = asyncio.Event()
        self.charged: set[str] = set()
        """Cards with which energy was seen to flow."""
        self.moments: list[str] = []
        """What the customer was doing at each cut."""
        self._cards = (f"04{number:06X}" for number in itertools.count(1))
        self._doing = "nothing"

    async def run(self, cuts: int):
        """Ends with the power on and the daemon started for the last time."""
        for _ in range(cuts):
            if not self.board.machine.is_on:
                await self.board.power_on()
            self._doing = "waiting for the daemon"
            self._is_open.clear()
            customers = asyncio.create_task(self._customers())
            # One in four may hit the start itself, which on this machine is as long as a session.
            if self.random.random() > 0.25:
                await self._is_open.wait()
            try:
                await asyncio.wait_for(asyncio.shield(customers), self.random.uniform(0.5, self.longest))
            except TimeoutError:
                pass
            self.moments.append(self._doing)
            await self.board.power_cut()
            customers.cancel()
            await asyncio.gather(customers, return_exceptions=True)
            # Whoever stood there drives home.
            await self.board.leave()
        await self.board.power_on()
        await self.board.start()

    async def _customers(self):
        try:
            await self.board.start()
            self._is_open.set()
            while True:
                await self._session(next(self._cards))
        except DARK as error:
            self._doing += f" ({type(error).__name__})"
            if self.board.machine.is_on:
                raise

    async def _session(self, card: str):
        await self.board.has(status="Available")
        self._doing = "plugging in"
        before = await self.board.register()
        await self.board.plug()
        self._doing = "presenting the card"
        await self.board.swipe(card)
        self._doing = "waiting for energy"
        await eventually(lambda: self._flowed(before), f"energy flows for {card}")
        self.charged.add(card)
        self._doing = "charging"
        await asyncio.sleep(self.random.uniform(0, 5))
        self._doing = "presenting the card again"
        await self.board.swipe(card)
        self._doing = "waiting for the end"
        await eventually(self._is_over, f"the session of {card} ends")
        self._doing = "unplugging"
        await self.board.unplug()

    async def _flowed(self, before: int) -> bool:
        return await self.board.register() > before

    async def _is_over(self) -> bool:
        return (await self.board.connector())["transaction"] is None
