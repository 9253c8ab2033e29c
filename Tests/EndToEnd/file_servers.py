"""File servers on loopback: HTTP(S) and FTP with real programs' manners, and one that breaks off in the middle."""

from __future__ import annotations

import base64
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import DTPHandler, FTPHandler

from ftp_service import FTPService


@dataclass
class Request:
    method: str
    path: str
    headers: dict
    body: bytes = b""


class HTTPFiles:
    """Serves and takes files; `break_after`: bytes after which the next answers break off, one after the other."""

    def __init__(self, tls: ssl.SSLContext | None = None, password: tuple[str, str] | None = None):
        self.files: dict[str, bytes] = {}
        self.taken: dict[str, bytes] = {}
        self.requests: list[Request] = []
        self.break_after: list[int] = []
        self.pause = threading.Event()
        self.pause.set()
        self.password = password
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def refuse(self, status: int):
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def admitted(self) -> bool:
                if owner.password is None:
                    return True
                wanted = "Basic " + base64.b64encode(":".join(owner.password).encode()).decode()
                return self.headers.get("Authorization") == wanted

            def do_GET(self):
                owner.requests.append(Request("GET", self.path, dict(self.headers)))
                content = owner.files.get(self.path)
                if not self.admitted():
                    return self.refuse(401)
                if content is None:
                    return self.refuse(404)
                start = 0
                if (wanted := self.headers.get("Range", "")).startswith("bytes="):
                    start = int(wanted[6:].split("-")[0])
                self.send_response(206 if start else 200)
                self.send_header("ETag", '"1"')
                self.send_header("Accept-Ranges", "bytes")
                if start:
                    self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
                self.send_header("Content-Length", str(len(content) - start))
                self.end_headers()
                end = start + owner.break_after.pop(0) if owner.break_after else len(content)
                self.wfile.write(content[start:end])
                self.wfile.flush()
                if end < len(content):
                    owner.pause.wait(60)
                    self.close_connection = True

            def take(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                owner.requests.append(Request(self.command, self.path, dict(self.headers), body))
                if not self.admitted():
                    return self.refuse(401)
                owner.taken[self.path] = body
                self.refuse(201)

            do_PUT = take

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._scheme = "https" if tls else "http"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def url(self, path: str, user: str = "") -> str:
        return f"{self._scheme}://{user and user + '@'}127.0.0.1:{self._server.server_address[1]}{path}"

    def stop(self):
        self.pause.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@dataclass
class FTPFiles(FTPService):
    """An FTP server with one user; `break_after`: bytes after which the next data connections end, one after the other."""

    folder: Path
    user: str = "charger"
    password: str = "ge heim/1"
    break_after: list[int] = field(default_factory=list)
    restarts: list[int] = field(default_factory=list)

    def __post_init__(self):
        owner = self

        class BreakingDTP(DTPHandler):
            limit = None

            def __init__(self, *arguments):
                super().__init__(*arguments)
                self.limit = owner.break_after.pop(0) if owner.break_after else None
                self.sent = 0

            def send(self, data):
                if self.limit is not None and self.sent + len(data) > self.limit:
                    data = data[: self.limit - self.sent]
                    if not data:
                        self.cmd_channel.close()
                        return 0
                count = super().send(data)
                self.sent += count
                return count

        class Handler(FTPHandler):
            authorizer = DummyAuthorizer()
            dtp_handler = BreakingDTP
            use_sendfile = False

            def ftp_REST(self, line):
                owner.restarts.append(int(line))
                return super().ftp_REST(line)

        Handler.authorizer.add_user(self.user, self.password, str(self.folder), perm="elradfmwMT")
        self.serve(Handler)

    def url(self, path: str, credentials: str = "charger:ge%20heim%2F1") -> str:
        return f"ftp://{credentials}@127.0.0.1:{self.port}{path}"
