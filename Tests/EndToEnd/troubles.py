"""What a central system and the way to it can do to a charge point, each until something else is entered."""

from __future__ import annotations

from central_system import DROP, NEVER, CentralSystem, Late, Refusal
from reckoning import OF_TRANSACTIONS

ACTIONS = ("BootNotification", "StatusNotification", "Heartbeat", "Authorize", *OF_TRANSACTIONS)
# Longer than the MessageTimeout of the campaign.
LATENESS = 1.5


class Troubles:
    """The states that the central system can be brought into."""

    NAMES = ("up", "down", "refusing", "silent", "answers lost", "late", "errors", "concurrent")
    OFFLINE = ("down", "refusing", "silent")

    def __init__(self, system: CentralSystem):
        self._system = system
        self._is_down = False
        self.name = "up"

    async def enter(self, name: str):
        """Leaves the present state for this one."""
        system = self._system
        for action in ACTIONS:
            system.answer(action)
        system.refuse_with = None
        self.name = name
        if self._is_down and name != "down":
            await system.start()
            self._is_down = False
        match name:
            case "up":
                pass
            case "down":
                if not self._is_down:
                    await system.stop()
                    self._is_down = True
            case "refusing":
                system.refuse_with = 503
                await system.close_connections()
            case "silent":
                for action in ACTIONS:
                    system.answer(action, NEVER)
            case "answers lost":
                # Heard and booked, but the connection breaks before the answer is out.
                for action in OF_TRANSACTIONS:
                    system.answer(action, DROP, None, DROP, None)
            case "late":
                for action in OF_TRANSACTIONS:
                    system.answer(action, Late(LATENESS), None, Late(LATENESS), None)
            case "errors":
                for action in OF_TRANSACTIONS:
                    system.answer(action, Refusal("InternalError", "once"), None)
            case "concurrent":
                # The first answer is lost; the repeat is held against the first: ours is charging already.
                system.answer("StartTransaction", DROP, self._concurrent, DROP, self._concurrent, None)
            case _:
                raise ValueError(name)

    def _concurrent(self, payload: dict) -> dict:
        return {"idTagInfo": {"status": "ConcurrentTx"}, "transactionId": self._system.transaction_id(payload)}
