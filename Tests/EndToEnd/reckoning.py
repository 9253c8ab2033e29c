"""Holds three accounts against each other: what the central system heard, what the charge point tells, what really flowed.

Every session must be known to both sides exactly once, a repeated message must be word for word the same, and the meter values of a
connector's sessions must follow each other without a gap: the simulated register advances only while the contactor is closed.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from central_system import Call

OF_TRANSACTIONS = ("StartTransaction", "MeterValues", "StopTransaction")
REGISTER = "Energy.Active.Import.Register"


@dataclass
class Billed:
    """One transaction as the central system heard of it."""

    start: dict
    transaction_id: int | None = None
    stop: dict | None = None
    registers: list[int] = field(default_factory=list)
    """What the start, each new MeterValues and the stop said, in the order of their first arrival."""


@dataclass
class Account:
    """What the central system heard: repeats are counted, not booked twice."""

    billed: list[Billed] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    repeats: int = 0


def key(start: dict) -> tuple:
    """By these a central system recognises a start that it has heard before."""
    return (start["connectorId"], start["idTag"], start["timestamp"], start["meterStart"])


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def account(calls: list[Call]) -> Account:
    """Books every transaction message; what does not fit becomes a problem."""
    book = Account()
    by_key: dict[tuple, Billed] = {}
    by_id: dict[int, Billed] = {}
    heard: dict[int, list[dict]] = defaultdict(list)
    open_at: dict[int, Billed | None] = {}

    def start(call: Call):
        known = by_key.get(key(call.payload))
        if known is None:
            known = by_key[key(call.payload)] = Billed(call.payload, registers=[call["meterStart"]])
            book.billed.append(known)
            if open_at.get(call["connectorId"]):
                book.problems.append(f"a start before the stop of the session before: {call.payload}")
            open_at[call["connectorId"]] = known
        else:
            book.repeats += 1
            if call.payload != known.start:
                book.problems.append(f"a start was repeated in other words: {known.start}, then {call.payload}")
        if isinstance(call.answer, dict):
            known.transaction_id = call.answer["transactionId"]
            by_id[known.transaction_id] = known

    def more(call: Call, billed: Billed):
        if call.payload in heard[billed.transaction_id]:
            book.repeats += 1
            return
        heard[billed.transaction_id].append(call.payload)
        if billed.stop is not None:
            return book.problems.append(f"after the stop {billed.stop} came {call.action} {call.payload}")
        if call.action == "StopTransaction":
            billed.stop = call.payload
            billed.registers.append(call["meterStop"])
            open_at[billed.start["connectorId"]] = None
        else:
            billed.registers += [
                int(sample["value"])
                for value in call["meterValue"]
                for sample in value["sampledValue"]
                if sample.get("measurand", REGISTER) == REGISTER
            ]

    for call in calls:
        if call.action == "StartTransaction":
            start(call)
        elif call.action in OF_TRANSACTIONS and "transactionId" in call.payload:
            if call["transactionId"] in by_id:
                more(call, by_id[call["transactionId"]])
            else:
                book.problems.append(f"{call.action} of a transaction that never began: {call.payload}")
    return book


def discrepancies(calls: list[Call], sessions: list[dict], registers: dict[int, tuple[int, int]], charged: set[str]) -> list[str]:
    """Everything that does not add up (empty: all is right to the watt-hour).

    `sessions`: as `/v1/sessions` tells them, newest first. `registers`: per connector the true register in Wh before the first session
    and after the last. `charged`: cards that were seen charging, each presented for one session only.
    """
    book = account(calls)
    problems = book.problems
    for billed in book.billed:
        if billed.stop is None:
            problems.append(f"no stop for {billed.start}")
            continue
        if moment(billed.stop["timestamp"]) < moment(billed.start["timestamp"]):
            problems.append(f"a session ends before it begins: {billed.start}, {billed.stop}")
        if billed.registers != sorted(billed.registers):
            problems.append(f"the register went back: {billed.start} {billed.registers}")
    problems += _differences(book.billed, sessions)
    problems += [f"card {card} charged, but no session tells of it" for card in sorted(charged - {told["idTag"] for told in sessions})]
    for connector, truth in registers.items():
        problems += _gaps([billed for billed in book.billed if billed.start["connectorId"] == connector and billed.stop], *truth)
    return problems


def _differences(billed: list[Billed], sessions: list[dict]) -> list[str]:
    """What central system and charge point do not tell alike, in the order of the sessions on every connector."""
    fields = ("connectorId", "idTag", "startedAt", "meterStartWh", "meterStopWh", "stopReason", "transactionId")
    problems = [f"not delivered: {told}" for told in sessions if told["delivery"] != "delivered"]
    for connector in sorted({told["connectorId"] for told in sessions} | {one.start["connectorId"] for one in billed}):
        ours = [tuple(told[name] for name in fields) for told in reversed(sessions) if told["connectorId"] == connector]
        theirs = [_as_told(one) for one in billed if one.start["connectorId"] == connector]
        ours, theirs = ([(*row[:2], moment(row[2]), *row[3:]) for row in rows] for rows in (ours, theirs))
        if len(ours) != len(set(ours)):
            problems.append(f"connector {connector}: the charge point tells a session twice")
        problems += [f"the central system never heard of {row}" for row in ours if row not in theirs]
        problems += [f"the charge point knows nothing of {row}" for row in theirs if row not in ours]
        if ours != theirs and sorted(ours, key=str) == sorted(theirs, key=str):
            problems.append(f"connector {connector}: the sessions arrived in another order than they happened")
    return problems


def _as_told(billed: Billed) -> tuple:
    start, stop = billed.start, billed.stop or {}
    reason = stop.get("reason", "Local" if stop else None)
    return (
        start["connectorId"],
        start["idTag"],
        start["timestamp"],
        start["meterStart"],
        stop.get("meterStop"),
        reason,
        billed.transaction_id,
    )


def _gaps(billed: list[Billed], first: int, last: int) -> list[str]:
    """The register must stand at a start where it stood at the stop before, and add up to what really flowed."""
    problems = []
    stood = first
    for one in billed:
        if one.start["meterStart"] != stood:
            problems.append(f"the register stood at {stood} Wh, but the session begins otherwise: {one.start}")
        stood = one.stop["meterStop"]
    sold = sum(one.stop["meterStop"] - one.start["meterStart"] for one in billed)
    if sold != last - first:
        problems.append(f"{sold} Wh were sold, {last - first} Wh flowed")
    return problems
