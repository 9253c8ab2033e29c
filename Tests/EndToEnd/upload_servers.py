"""Servers on loopback that take log files, by HTTP and FTP, and break off in the middle when they are told to."""

from __future__ import annotations

import io
import socket
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import DTPHandler, FTPHandler

from ftp_service import FTPService


def unpacked(archive: bytes) -> dict[str, str]:
    """The texts in a .tar.gz, by their names without the folder."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        return {Path(member.name).name: tar.extractfile(member).read().decode() for member in tar.getmembers() if member.isfile()}


class HTTPUploads:
    """Takes files by PUT. `refusals`: HTTP statuses for the next ones; `breaks`: how many of the next are cut off after 100 bytes."""

    def __init__(self):
        self.taken: dict[str, bytes] = {}
        self.attempts = 0
        self.refusals: list[int] = []
        self.breaks = 0
        self.pause = threading.Event()
        self.pause.set()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def do_PUT(self):
                owner.attempts += 1
                if owner.breaks > 0:
                    owner.breaks -= 1
                    self.rfile.read(100)
                    self.close_connection = True
                    return self.connection.shutdown(socket.SHUT_RDWR)
                body = self.rfile.read(int(self.headers["Content-Length"]))
                owner.pause.wait(60)
                status = owner.refusals.pop(0) if owner.refusals else 201
                if status < 300:
                    owner.taken[self.path] = body
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"

    def stop(self):
        self.pause.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class FTPUploads(FTPService):
    """Takes files for one user. `breaks`: how many of the next transfers are cut off after the first bytes."""

    def __init__(self, folder: Path):
        folder.mkdir()
        self.folder = folder
        self.breaks = 0
        self.stores = 0
        owner = self

        class BreakingDTP(DTPHandler):
            def handle_read(self):
                if owner.breaks > 0:
                    owner.breaks -= 1
                    chunk = self.recv(200)
                    self.file_obj.write(chunk)
                    return self.cmd_channel.close()
                super().handle_read()

        class Handler(FTPHandler):
            authorizer = DummyAuthorizer()
            dtp_handler = BreakingDTP

            def ftp_STOR(self, *arguments, **keywords):
                owner.stores += 1
                return super().ftp_STOR(*arguments, **keywords)

        Handler.authorizer.add_user("charger", "ge heim/1", str(folder), perm="elradfmwMT")
        self.serve(Handler)

    def url(self, path: str) -> str:
        return f"ftp://charger:ge%20heim%2F1@127.0.0.1:{self.port}{path}"

    def taken(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}
