"""File servers on loopback that encrypt: SFTP, and FTP over TLS from the first byte."""

from __future__ import annotations

from pathlib import Path

import asyncssh
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import TLS_FTPHandler

from ftp_service import FTPService

USER, PASSWORD = "charger", "ge heim/1"
CREDENTIALS = "charger:ge%20heim%2F1"


class SFTPFiles:
    """One user, one folder. `break_after`: bytes after which the next reading loses its connection."""

    def __init__(self, folder: Path):
        folder.mkdir()
        self.folder = folder
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.break_after: int | None = None
        self.first_reads: list[int] = []
        self._acceptor = None

    async def start(self):
        owner = self

        class Server(asyncssh.SSHServer):
            def begin_auth(self, username):
                return True

            def password_auth_supported(self):
                return True

            def validate_password(self, username, password):
                return (username, password) == (USER, PASSWORD)

        class Files(asyncssh.SFTPServer):
            def __init__(self, channel):
                super().__init__(channel, chroot=bytes(owner.folder))
                self.is_first = True

            def read(self, file, offset, size):
                if self.is_first:
                    self.is_first = False
                    owner.first_reads.append(offset)
                if owner.break_after is not None and offset >= owner.break_after:
                    owner.break_after = None
                    self.connection.abort()
                return super().read(file, offset, size)

        self._acceptor = await asyncssh.listen(
            "127.0.0.1", 0, server_factory=Server, server_host_keys=[self.key], sftp_factory=Files, reuse_address=True
        )

    @property
    def port(self) -> int:
        return self._acceptor.get_port()

    def url(self, path: str) -> str:
        return f"sftp://{CREDENTIALS}@127.0.0.1:{self.port}{path}"

    def make_known(self, home: Path, key: asyncssh.SSHKey | None = None):
        """Writes the server's key, or another, to where a user who trusts it has it."""
        (home / ".ssh").mkdir(parents=True, exist_ok=True)
        line = (key or self.key).export_public_key("openssh").decode().strip()
        (home / ".ssh/known_hosts").write_text(f"[127.0.0.1]:{self.port} {line}\n")

    async def stop(self):
        self._acceptor.close()
        await self._acceptor.wait_closed()


class FTPSFiles(FTPService):
    """FTP inside TLS, for one user and one folder."""

    def __init__(self, folder: Path, certificate: Path, key: Path):
        folder.mkdir()
        self.folder = folder

        class Handler(TLS_FTPHandler):
            authorizer = DummyAuthorizer()
            certfile, keyfile = str(certificate), str(key)
            tls_data_required = True

            def handle(self):
                self.secure_connection(self.get_ssl_context())

            def handle_ssl_established(self):
                TLS_FTPHandler.handle(self)

        Handler.authorizer.add_user(USER, PASSWORD, str(folder), perm="elradfmwMT")
        self.serve(Handler)

    def url(self, path: str) -> str:
        return f"ftps://{CREDENTIALS}@127.0.0.1:{self.port}{path}"
