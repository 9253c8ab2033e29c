"""A central system that does as it is told: it records and judges every frame, and answers as scripted.

`faults` collects what the charge point did wrong; the fixture in conftest.py fails the test for any of them.
"""

from __future__ import annotations

import asyncio
import datetime
import itertools
import json
import time
from dataclasses import dataclass, field

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from conditions import PATIENCE, eventually
from validation import call_problems, error_problems, result_problems


@dataclass(eq=False)
class Call:
    """A request of the charge point, and what it was answered (None: nothing yet)."""

    action: str
    payload: dict
    id: str
    connection: int
    at: float = field(default_factory=time.monotonic)
    answer: dict | None = None
    seen: bool = False

    def __getitem__(self, key):
        return self.payload[key]


@dataclass(frozen=True)
class Refusal:
    """A CALLERROR."""

    code: str
    description: str = ""


class Held:
    """An answer that waits for `release`."""

    def __init__(self):
        self._answer = asyncio.get_running_loop().create_future()

    def release(self, answer=None):
        """With None: the usual answer."""
        self._answer.set_result(answer)

    async def answer(self):
        return await asyncio.shield(self._answer)


@dataclass(frozen=True)
class Late:
    """The usual answer, so many seconds later: when the charge point waits no longer."""

    seconds: float


NEVER = object()
"""No answer at all."""
DROP = object()
"""The connection breaks instead of an answer."""


@dataclass(eq=False)
class Connection:
    number: int
    path: str
    headers: dict
    subprotocol: str | None
    socket: object
    outstanding: str | None = None


class CentralSystem:
    def __init__(self):
        self.faults: list[str] = []
        self.transcript: list[str] = []
        self.connections: list[Connection] = []
        self.refuse_with: int | None = None
        """HTTP status for every connection attempt; None: they are welcome."""
        self.admits = None
        """Asked of every connection attempt, with headers and the client's certificate: an HTTP status refuses it."""
        self.redirect_to: str | None = None
        """Where every connection attempt is sent instead."""
        self.attempts_refused = 0
        self.observers: list = []
        """Told of each thing that arrives, by its name: an action, or `connection`."""
        self.transaction_ids = itertools.count(1001)
        self.cards: dict[str, dict] = {}
        """idTagInfo per idTag; any other card is accepted."""
        self._calls: list[Call] = []
        self._identifiers: set[str] = set()
        self._scripts: dict[str, list] = {}
        self._transactions: dict[tuple, int] = {}
        self._requests: dict[str, tuple[str, asyncio.Future]] = {}
        self._numbers = itertools.count(1)
        self._changed = asyncio.Event()
        self._tasks: set[asyncio.Task] = set()
        self._server = None
        self._port = 0
        self._tls = None

    # Listening

    async def start(self, tls=None):
        """Listens; the second time on the same port as before. `tls`: an SSLContext."""
        self._tls = tls
        self._server = await serve(
            self._serve, "127.0.0.1", self._port, subprotocols=["ocpp1.6"], process_request=self._admit, ping_interval=None, max_size=None,
            ssl=tls,
        )  # fmt: skip
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self):
        """Stops listening and closes every connection."""
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return self.url_of("127.0.0.1")

    def url_of(self, host: str) -> str:
        return f"{'wss' if self._tls else 'ws'}://{host}:{self._port}/ocpp"

    async def close_connections(self, code: int = 1001):
        """Closes whatever is still open."""
        for connection in self.connections:
            await connection.socket.close(code)

    async def close_connection(self, code: int = 1001):
        await self.connections[-1].socket.close(code)

    async def connected(self, count: int):
        """Waits until this many connections have been made in all."""
        await eventually(lambda: len(self.connections) >= count, f"connection number {count}")

    def _admit(self, connection, request):
        if self.redirect_to:
            self.attempts_refused += 1
            response = connection.respond(302, "elsewhere\n")
            response.headers["Location"] = self.redirect_to
            return response
        status = self.refuse_with
        if status is None and self.admits:
            tls = connection.transport.get_extra_info("ssl_object")
            status = self.admits(dict(request.headers.raw_items()), tls.getpeercert() if tls else None)
        if status is None:
            return None
        self.attempts_refused += 1
        return connection.respond(status, "refused by the test\n")

    async def _serve(self, socket):
        request = socket.request
        connection = Connection(len(self.connections) + 1, request.path, dict(request.headers.raw_items()), socket.subprotocol, socket)
        self.connections.append(connection)
        self._note(f"-- connection {connection.number} to {request.path}")
        self._observe("connection")
        try:
            async for text in socket:
                await self._receive(text, connection)
        except ConnectionClosed:
            pass
        self._note(f"-- connection {connection.number} closed ({socket.close_code})")

    # Scripts

    def answer(self, action: str, *answers):
        """How to answer this action: one answer after the other, the last for good; none: as usual.

        An answer is a payload, a function of the request's payload, a `Refusal`, a `Held`, a `Late`, `NEVER`, `DROP`, or None for the usual
        one.
        """
        self._scripts[action] = list(answers)

    def hold(self, action: str) -> Held:
        """The next answer to this action waits; later ones are the usual."""
        held = Held()
        self.answer(action, held, None)
        return held

    def _usual_answer(self, action: str, payload: dict) -> dict:
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        match action:
            case "BootNotification":
                return {"currentTime": now, "interval": 300, "status": "Accepted"}
            case "Heartbeat":
                return {"currentTime": now}
            case "Authorize":
                return {"idTagInfo": self._id_tag_info(payload)}
            case "StartTransaction":
                return {"idTagInfo": self._id_tag_info(payload), "transactionId": self.transaction_id(payload)}
            case "DataTransfer" | "SignCertificate":
                return {"status": "Accepted"}
            case _:
                return {}

    def _id_tag_info(self, payload: dict) -> dict:
        return self.cards.get(payload["idTag"], {"status": "Accepted"})

    def transaction_id(self, payload: dict) -> int:
        """The number of the transaction that this StartTransaction begins, or has begun."""
        # A repeated start is the same transaction, as a good central system sees it.
        key = (payload["connectorId"], payload["idTag"], payload["timestamp"], payload["meterStart"])
        if key not in self._transactions:
            self._transactions[key] = next(self.transaction_ids)
        return self._transactions[key]

    # What the charge point sends

    async def _receive(self, text, connection: Connection):
        self._note(f"<- {text}")
        try:
            frame = json.loads(text)
            kind, identifier = frame[0], frame[1]
        except (ValueError, LookupError, TypeError):
            return self._fault(f"not an OCPP-J frame: {text}")
        match kind:
            case 2 if len(frame) == 4:
                await self._receive_call(Call(frame[2], frame[3], identifier, connection.number), connection)
            case 3 if len(frame) == 3:
                await self._receive_result(identifier, frame[2])
            case 4:
                self._faults(error_problems(frame))
                self._settle(identifier, Refusal(*frame[2:4]))
            case _:
                self._fault(f"not a CALL, CALLRESULT or CALLERROR: {text}")

    async def _receive_call(self, call: Call, connection: Connection):
        if not isinstance(call.id, str) or not 0 < len(call.id) <= 36:
            self._fault(f"messageId is not a text of 1 to 36 characters: {call.id!r}")
        if call.id in self._identifiers:
            self._fault(f"messageId used twice: {call.id} (every attempt needs a new one)")
        self._identifiers.add(str(call.id))
        if connection.outstanding is not None:
            self._fault(f"{call.action} was sent while another CALL was unanswered (OCPP-J §4.1.1)")
        problems = await call_problems(call.id, call.action, call.payload)
        self._faults(problems)
        connection.outstanding = call.id
        script = self._scripts.get(call.action, [])
        answer = (script.pop(0) if len(script) > 1 else script[0]) if script else None
        if answer is None and problems:
            answer = Refusal("FormationViolation", problems[0][:255])
        if answer is NEVER or isinstance(answer, Late):
            connection.outstanding = None
        self._calls.append(call)
        self._tell()
        self._observe(call.action)
        task = asyncio.create_task(self._answer(call, answer, connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, call: Call, answer, connection: Connection):
        if isinstance(answer, Held):
            answer = await answer.answer()
        if answer is NEVER:
            return
        if isinstance(answer, Late):
            await asyncio.sleep(answer.seconds)
            call.answer = self._usual_answer(call.action, call.payload)
            return await self._send([3, call.id, call.answer], connection)
        if answer is DROP:
            return connection.socket.transport.abort()
        if callable(answer):
            answer = answer(call.payload)
        if answer is None:
            answer = self._usual_answer(call.action, call.payload)
        connection.outstanding = None
        call.answer = answer
        if isinstance(answer, Refusal):
            await self._send([4, call.id, answer.code, answer.description, {}], connection)
        else:
            await self._send([3, call.id, answer], connection)

    async def _receive_result(self, identifier, payload):
        if identifier in self._requests:
            self._faults(await result_problems(identifier, self._requests[identifier][0], payload))
        self._settle(identifier, payload)

    def _settle(self, identifier, answer):
        _, waiting = self._requests.pop(identifier, (None, None))
        if waiting is None:
            # A frame whose messageId cannot be read is answered with an id of the charge point's own choice.
            if not isinstance(answer, Refusal):
                self._fault(f"an answer to nothing that was asked: {identifier} {answer}")
        elif not waiting.done():
            waiting.set_result(answer)

    # What the test asks and expects

    async def request(self, action: str, **payload) -> dict:
        """Sends a valid request and returns the payload of its CALLRESULT."""
        assert not (problems := await call_problems("-", action, payload)), problems
        answer = await self.ask(action, payload)
        assert isinstance(answer, dict), f"{action} {payload} was answered with {answer}"
        return answer

    async def refused(self, action: str, payload) -> str:
        """Sends a request as it is and returns the code of the CALLERROR that answers it."""
        answer = await self.ask(action, payload)
        assert isinstance(answer, Refusal), f"{action} {payload} was not refused but answered with {answer}"
        return answer.code

    async def ask(self, action: str, payload, fragments: int = 1, timeout: float = PATIENCE):
        """Sends a request, in as many WebSocket frames as wished, and returns a payload or a `Refusal`."""
        identifier = f"test-{next(self._numbers)}"
        waiting = asyncio.get_running_loop().create_future()
        self._requests[identifier] = (action, waiting)
        await self._send([2, identifier, action, payload], self.connections[-1], fragments)
        try:
            return await asyncio.wait_for(waiting, timeout)
        except TimeoutError:
            raise AssertionError(f"{action} {identifier} was not answered within {timeout:g} s") from None

    async def send_text(self, text: str | bytes):
        """Sends anything at all."""
        self._note(f"-> {text!r}")
        await self.connections[-1].socket.send(text)

    async def expect(self, action: str, timeout: float = PATIENCE, **fields) -> Call:
        """The next request with these fields that no `expect` has returned or passed over yet.

        On a connector time only goes forward: what came before the returned request there counts as passed over.
        """
        deadline = time.monotonic() + timeout
        while True:
            changed = self._changed
            found = next((call for call in self._calls if not call.seen and self._matches(call, action, fields)), None)
            if found is not None:
                return self._pass(found)
            try:
                await asyncio.wait_for(changed.wait(), max(0, deadline - time.monotonic()))
            except TimeoutError:
                raise AssertionError(f"no {action} {fields or ''} within {timeout:g} s") from None

    async def quiet(self, action: str, seconds: float):
        """Watches for so long that no further request of this kind arrives."""
        before = len(self.calls(action))
        deadline = time.monotonic() + seconds
        while (remaining := deadline - time.monotonic()) > 0:
            changed = self._changed
            try:
                await asyncio.wait_for(changed.wait(), remaining)
            except TimeoutError:
                break
        assert len(self.calls(action)) == before, f"{action} was sent: {self.calls(action)[-1].payload}"

    def calls(self, *actions: str, **fields) -> list[Call]:
        """Every request of these kinds so far (none named: of all kinds), in the order of their arrival."""
        return [call for call in self._calls if (not actions or call.action in actions) and self._matches(call, call.action, fields)]

    @staticmethod
    def _matches(call: Call, action: str, fields: dict) -> bool:
        return call.action == action and all(call.payload.get(key) == value for key, value in fields.items())

    def _pass(self, found: Call) -> Call:
        for call in self._calls[: self._calls.index(found)]:
            if "connectorId" in found.payload and self._matches(call, found.action, {"connectorId": found["connectorId"]}):
                call.seen = True
        found.seen = True
        return found

    # Records

    async def _send(self, frame: list, connection: Connection, fragments: int = 1):
        text = json.dumps(frame)
        self._note(f"-> {text if len(text) < 2000 else text[:200] + '…'}")
        size = -(-len(text) // fragments)
        pieces = [text[start : start + size] for start in range(0, len(text), size)]
        try:
            await connection.socket.send(pieces if fragments > 1 else text)
        except ConnectionClosed:
            self._note("-- not sent: the connection is closed")

    def _fault(self, problem: str):
        self._note(f"!! {problem}")
        self.faults.append(problem)

    def _faults(self, problems: list[str]):
        for problem in problems:
            self._fault(problem)

    def _note(self, line: str):
        self.transcript.append(f"{time.strftime('%H:%M:%S')} {line}")

    def _observe(self, what: str):
        for observer in self.observers:
            observer(what)

    def _tell(self):
        self._changed.set()
        self._changed = asyncio.Event()
