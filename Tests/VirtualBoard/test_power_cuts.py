"""The supply fails at any moment; afterwards every session must have been billed once.

`LADEPUNKT_POWER_CUTS`: how many cuts (default 10); `LADEPUNKT_SEED`: the seed to repeat (default: another one each time, see the output).
"""

import os
import random

import pytest

from conditions import eventually
from installed import BOARD, configuration
from power_cuts import PowerCuts
from reckoning import account, discrepancies

CUTS = int(os.environ.get("LADEPUNKT_POWER_CUTS", "10"))
SEED = int(os.environ.get("LADEPUNKT_SEED", random.SystemRandom().randrange(1_000_000)))


async def billed(board, central_system, cuts: int) -> list[str]:
    """What does not add up after so many cuts."""
    print(f"LADEPUNKT_SEED={SEED}")
    # Nothing is sold before a central system has accepted the charge point.
    await board.start()
    await central_system.expect("BootNotification")
    await board.has(status="Available")
    before = await board.register()
    campaign = PowerCuts(board, SEED)
    await board.power_cut()

    await campaign.run(cuts)

    async def delivered():
        ledger = (await board.api.get("/v1/status"))["ledger"]
        assert ledger["parked"] == 0
        return ledger["queued"] == 0

    await eventually(delivered, "everything is delivered")
    sessions, calls = await board.sessions(), central_system.calls()
    book = account(calls)
    flowed = await board.register() - before
    print(f"{len(campaign.moments)} cuts while {campaign.moments}", f"{len(sessions)} sessions, {len(campaign.charged)} seen charging,"
          f" {flowed} Wh, {book.repeats} repeats, {len(board.machine.boots)} boots of {board.machine.boots} s", sep="\n")  # fmt: skip
    assert sessions, "no session was begun: nothing was tried"
    return discrepancies(calls, sessions, {1: (before, before + flowed)}, campaign.charged)


@pytest.mark.timeout(180 + 120 * CUTS)
async def test_every_session_is_billed_once_and_to_the_watt_hour_whenever_the_supply_fails(board, central_system):
    await board.install(configuration(central_system.url), BOARD)

    problems = await billed(board, central_system, CUTS)

    assert not problems, "\n".join(problems)


@pytest.mark.timeout(180 + 120 * CUTS)
async def test_the_ledger_of_a_simulated_board_outlives_every_power_cut(simulated_board, central_system):
    await simulated_board.install(configuration(central_system.url, board="simulated"))

    problems = await billed(simulated_board, central_system, min(CUTS, 3))

    assert not problems, "\n".join(problems)
