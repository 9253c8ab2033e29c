"""Judges frames of the charge point: OCPP-J's framing, the official JSON schemas, and what the schemas cannot say."""

import copy
import datetime

import ocpp.messages
from ocpp.exceptions import OCPPError

ocpp.messages.ASYNC_VALIDATION = False

ERROR_CODES = {
    "NotImplemented", "NotSupported", "InternalError", "ProtocolError", "SecurityError", "FormationViolation",
    "PropertyConstraintViolation", "OccurenceConstraintViolation", "TypeConstraintViolation", "GenericError",
}  # fmt: skip
TIMES = {"timestamp", "expiryDate", "currentTime", "startSchedule", "startTime", "stopTime", "scheduleStart"}


async def call_problems(identifier: str, action: str, payload: dict) -> list[str]:
    """What is wrong with a CALL (empty: nothing)."""
    return await _schema_problems(ocpp.messages.Call(identifier, action, copy.deepcopy(payload))) + _problems_within(payload, action)


async def result_problems(identifier: str, action: str, payload: dict) -> list[str]:
    """What is wrong with a CALLRESULT (empty: nothing)."""
    message = ocpp.messages.CallResult(identifier, copy.deepcopy(payload), action)
    return await _schema_problems(message) + _problems_within(payload, f"{action}.conf")


def error_problems(frame: list) -> list[str]:
    """What is wrong with a CALLERROR (empty: nothing; OCPP-J §4.2.3)."""
    if len(frame) != 5:
        return [f"CALLERROR with {len(frame)} elements instead of 5: {frame}"]
    _, _, code, description, details = frame
    problems = []
    if code not in ERROR_CODES:
        problems.append(f"CALLERROR with the unknown code {code!r}")
    if not isinstance(description, str) or len(description) > 255:
        problems.append(f"CALLERROR whose description is not a text of at most 255 characters: {description!r}")
    if not isinstance(details, dict):
        problems.append(f"CALLERROR whose details are not an object: {details!r}")
    return problems


async def _schema_problems(message) -> list[str]:
    try:
        await ocpp.messages.validate_payload(message, "1.6")
        return []
    except OCPPError as error:
        cause = (error.details or {}).get("cause", error)
        return [f"{message.action} {message.payload} breaks its schema: {cause}"]


def _problems_within(value, path: str) -> list[str]:
    """Nulls, times without a zone and empty sampled values, at any depth."""
    problems = []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        here = f"{path}.{key}"
        if inner is None:
            problems.append(f"{here} is null; an absent field is left out")
        elif key in TIMES:
            problems += _time_problems(inner, here)
        elif key == "sampledValue" and inner == []:
            problems.append(f"{here} is empty; at least one value is required")
        problems += _problems_within(inner, here)
    return problems


def _time_problems(text, path: str) -> list[str]:
    try:
        if datetime.datetime.fromisoformat(text).tzinfo is not None:
            return []
    except (TypeError, ValueError):
        pass
    return [f"{path} is not an ISO 8601 time with a zone: {text!r}"]
