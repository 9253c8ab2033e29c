"""Waiting for something to become true, with a deadline: nothing here sleeps for a fixed time and hopes."""

import asyncio
import inspect
import os
import time

# Seconds within which anything that is bound to happen must have happened; raise it on a slow or loaded machine.
PATIENCE = float(os.environ.get("LADEPUNKT_TEST_PATIENCE", "20"))


async def eventually(condition, what: str, timeout: float = PATIENCE):
    """Asks `condition` (a plain or an async function) until its answer is true, and returns that answer."""
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if inspect.isawaitable(answer):
            answer = await answer
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what}: not so within {timeout:g} s"
        await asyncio.sleep(0.05)
