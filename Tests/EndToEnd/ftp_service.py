"""An FTP server on loopback in a thread of its own, which ends when it is told to."""

from __future__ import annotations

import threading

from pyftpdlib.servers import ThreadedFTPServer


class FTPService:
    def serve(self, handler):
        self._server = ThreadedFTPServer(("127.0.0.1", 0), handler)
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        while not self._is_stopping.is_set():
            self._server.serve_forever(timeout=0.1, blocking=False, handle_exit=False)

    @property
    def port(self) -> int:
        return self._server.address[1]

    def stop(self):
        self._is_stopping.set()
        self._thread.join()
        self._server.close_all()
