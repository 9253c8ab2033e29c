"""The package under test, other versions of it, and signatures as a manufacturer makes them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]


def built() -> Path:
    """What 'make deb' made last, or what LADEPUNKT_PACKAGE names."""
    if "LADEPUNKT_PACKAGE" in os.environ:
        return Path(os.environ["LADEPUNKT_PACKAGE"]).absolute()
    return next((SOURCE / ".build/packages").glob("ladepunkt_*.deb"))


def field(package: Path, name: str) -> str:
    return subprocess.run(["dpkg-deb", "--field", package, name], check=True, capture_output=True, text=True).stdout.strip()


def changed(package: Path, folder: Path, version: str, name: str = "ladepunkt", daemon: str | None = None) -> Path:
    """The same package as another version; `daemon`: a script in the daemon's place."""
    root = folder / f"{name}-{version}"
    subprocess.run(["dpkg-deb", "--raw-extract", package, root], check=True)
    control = (root / "DEBIAN/control").read_text()
    control = control.replace(f"Version: {field(package, 'Version')}", f"Version: {version}").replace("Package: ladepunkt", f"Package: {name}")
    (root / "DEBIAN/control").write_text(control)
    if daemon is not None:
        (root / "usr/sbin/ladepunktd").write_text(daemon)
    made = folder / f"{name}_{version}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", root, made], check=True, stdout=subprocess.DEVNULL)
    return made


class Manufacturer:
    """Somebody with a root certificate who signs files."""

    def __init__(self, folder: Path, name: str):
        self.certificate, self._key = folder / f"{name}.pem", folder / f"{name}.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
             f"/CN={name}", "-keyout", self._key, "-out", self.certificate], check=True, stderr=subprocess.DEVNULL)  # fmt: skip

    def sign(self, package: Path) -> Path:
        signed = package.with_suffix(".deb.p7m")
        subprocess.run(
            ["openssl", "cms", "-sign", "-binary", "-nodetach", "-md", "sha256", "-signer", self.certificate, "-inkey", self._key,
             "-outform", "DER", "-in", package, "-out", signed], check=True)  # fmt: skip
        return signed
