"""Many sessions with a process that is killed again and again, at moments that a seed chooses."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import random
import signal
import time
from collections import Counter

from central_system import CentralSystem
from charge_point import ChargePoint
from conditions import PATIENCE, eventually
from troubles import Troubles

CONNECTORS = (1, 2)
# How a call over the local API fails when the process dies meanwhile.
DEAD = (OSError, http.client.HTTPException)

# What pulls the trigger: a step of one of the hands, something that arrived at the central system, or nothing at all (then the process
# dies when the round is over).
TRIGGERS = {
    "before plug": "round",
    "at plug": "plug",
    "at card": "card",
    "while charging": "charging",
    "at stop": "stop",
    "idle": None,
}
# These need somebody to talk to, and the last ones somebody who answers.
TRIGGERS_CONNECTED = {"right after connect": "connection", "at boot": "BootNotification"}
TRIGGERS_ONLINE = {
    "while authorising": "Authorize",
    "at start": "StartTransaction",
    "at meter values": "MeterValues",
    "at the end of a session": "StopTransaction",
    "while replaying": "replay",
}
REPLAYED = {"StartTransaction", "MeterValues", "StopTransaction"}


class Campaign:
    """One charge point, one central system, a hand at every connector, and somebody at the mains."""

    def __init__(self, point: ChargePoint, system: CentralSystem, seed: int, sessions: int, by_api: bool = False):
        self.point, self.system = point, system
        self.troubles = Troubles(system)
        self.random = random.Random(seed)
        self.wanted, self.by_api = sessions, by_api
        self.charged: set[str] = set()
        """Cards whose charging was seen."""
        self.counts: Counter[str] = Counter()
        self._cards = itertools.count(1)
        self._trigger: tuple[str, int] | None = None
        self._pulled = asyncio.Event()
        self._replays = False
        self._told = 0
        system.observers.append(self._heard)

    async def run(self):
        """Rounds until there are enough sessions; then everything is healed and delivered."""
        # Nothing is sold before a central system has accepted the charge point.
        await self.point.start()
        await eventually(self._is_registered, "the charge point is registered")
        await self._die()
        while self._told < self.wanted:
            await self._change_the_weather()
            await self._round()
        await self._heal()

    async def sessions(self) -> list[dict]:
        """All sessions that the charge point tells of, newest first."""
        found, cursor = [], ""
        while True:
            page = await self.point.api.get(f"/v1/sessions?limit=500{cursor}")
            found += page["sessions"]
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    # One round

    async def _change_the_weather(self):
        # Half of the rounds keep the weather, so that an outage may last for several of them.
        if self.random.random() < 0.5:
            self._replays = self.troubles.name in Troubles.OFFLINE
            await self.troubles.enter(self.random.choice(Troubles.NAMES))
        self.counts[f"weather: {self.troubles.name}"] += 1

    async def _round(self):
        """A start of the process, a session at every connector (or a part of one), and one death."""
        phase, count = self._phase()
        self._pulled = asyncio.Event()
        # Now and then at once, mostly within some commits, sometimes anywhere in what follows.
        delay = self.random.choice((0, self.random.uniform(0, 0.02), self.random.uniform(0, 0.1), self.random.uniform(0, 1)))
        await self.point.spawn("--config", "ladepunkt.yaml")
        self._trigger = (phase[1], count) if phase[1] else None
        hands = [asyncio.create_task(self._hand(connector, random.Random(self.random.random()))) for connector in CONNECTORS]
        pulled = asyncio.create_task(self._pulled.wait())
        over = asyncio.gather(*hands)
        await asyncio.wait((pulled, over), return_when=asyncio.FIRST_COMPLETED)
        self.counts[f"killed {phase[0] if self._pulled.is_set() else 'idle'}"] += 1
        self._pulled.set()
        await asyncio.sleep(delay)
        await self._die()
        await pulled
        await over

    def _phase(self) -> tuple[tuple[str, str | None], int]:
        """When the process is to die: name and trigger, and at which of its occurrences."""
        phases = dict(TRIGGERS)
        if self.troubles.name not in ("down", "refusing"):
            phases |= TRIGGERS_CONNECTED
        if self.troubles.name not in Troubles.OFFLINE:
            phases |= TRIGGERS_ONLINE
            if self._replays:
                self._replays = False
                return ("while replaying", "replay"), self.random.randint(1, 6)
        phase = self.random.choice(list(phases.items()))
        return phase, 1 if phase[1] in ("connection", "BootNotification") else self.random.randint(1, len(CONNECTORS))

    def _heard(self, what: str):
        if self._trigger is None:
            return
        trigger, count = self._trigger
        if what == trigger or (trigger == "replay" and what in REPLAYED):
            self._trigger = (trigger, count - 1)
            if count <= 1:
                self._trigger = None
                self._pulled.set()

    async def _die(self):
        if self.by_api:
            await eventually(self._loses_power, "the power loss ends the process")
        else:
            self.point.process.kill()
        assert await self.point.ended() == -signal.SIGKILL
        self.counts["deaths"] += 1

    async def _loses_power(self) -> bool:
        try:
            await self.point.api.post("/v1/simulator/power-loss")
        except (ConnectionRefusedError, FileNotFoundError):
            # The process has not come so far yet.
            return self.point.process.returncode is not None
        except DEAD:
            pass
        return True

    # A hand

    async def _hand(self, connector: int, chance: random.Random):
        try:
            await eventually(self._answers, "the daemon's API answers")
            if connector == CONNECTORS[0]:
                self._told = len(await self.sessions())
            self._heard("round")
            await self._session(connector, chance)
        except DEAD:
            assert self._pulled.is_set(), "the API failed while nobody had killed the process"

    async def _answers(self) -> bool:
        try:
            return bool(await self.point.api.get("/v1/status"))
        except DEAD:
            if self._pulled.is_set() and self.point.process.returncode is not None:
                raise
            assert self.point.process.returncode is None, f"the daemon ended by itself with status {self.point.process.returncode}"
            return False

    async def _session(self, connector: int, chance: random.Random):
        """Plugs in and presents a card, in either order, lets some energy flow, and ends the session in one of the usual ways."""
        point = self.point
        shown = await self._settled(connector)
        if shown["transaction"]:
            card = shown["transaction"]["idTag"]
            self.counts["resumed"] += 1
        else:
            card = f"CARD{next(self._cards):04}"
            if shown["cablePlugged"] or chance.random() < 0.7:
                self._heard("plug")
                await point.plug(connector)
                await self._present(card, connector)
            else:
                await self._present(card, connector)
                self._heard("plug")
                await point.plug(connector)
        await point.has(connector, status="Charging")
        charging_since = time.monotonic()
        self.charged.add(card)
        self._heard("charging")
        await point.draws(chance.randint(1, 300), connector)
        way = chance.choice(("card", "unplug", "operator"))
        if way == "card":
            # The charge point takes a card that comes again within a second of what it did for one that was held too long.
            await asyncio.sleep(max(0, charging_since + 1.3 - time.monotonic()))
        self._heard("stop")
        match way:
            case "card":
                await point.api.post("/v1/simulator/cards", idTag=card, connectors=[connector])
            case "unplug":
                await point.unplug(connector)
            case "operator":
                await point.operate(connector, "stop")
        await point.has(connector, transaction=None)
        await point.unplug(connector)
        await point.has(connector, status="Available")
        self.counts["undisturbed"] += 1

    async def _settled(self, connector: int) -> dict:
        """What the connector shows once it is clear whether a session that was open goes on."""

        async def shown():
            now = await self.point.connector(connector)
            is_clear = now["transaction"] is None or now["status"] == "Charging"
            return now if is_clear else None

        return await eventually(shown, f"connector {connector} has ended or resumed its session")

    async def _present(self, card: str, connector: int):
        self._heard("card")
        await self.point.api.post("/v1/simulator/cards", idTag=card, connectors=[connector])

    # The end

    async def _heal(self):
        self._trigger = None
        await self.troubles.enter("up")
        await self.point.start()
        for connector in CONNECTORS:
            if (await self._settled(connector))["transaction"]:
                await self.point.operate(connector, "stop")
                await self.point.has(connector, transaction=None)
        await eventually(self._nothing_waits, "everything is delivered", timeout=3 * PATIENCE)

    async def _is_registered(self) -> bool:
        return (await self.point.api.get("/v1/status"))["centralSystem"]["registration"] == "Accepted"

    async def _nothing_waits(self) -> bool:
        return (await self.point.api.get("/v1/status"))["ledger"]["queued"] == 0


def report(campaign: Campaign, seed: int) -> str:
    """What was done, for whoever reads the test's output."""
    return f"seed {seed}: " + ", ".join(f"{count} {name}" for name, count in sorted(campaign.counts.items()))
