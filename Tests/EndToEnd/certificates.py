"""Certificates made for one test: authorities, what they issue, and what may be wrong with it."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)
NO_PASSPHRASE = serialization.NoEncryption()


@cache
def rsa_key(bits: int):
    """Making one takes a while, so tests of one process share it."""
    return rsa.generate_private_key(65537, bits)


def name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"), x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


@dataclass
class Identity:
    """A certificate with its key and the intermediate certificates above it."""

    certificate: x509.Certificate
    key: object
    chain: list[x509.Certificate]

    @property
    def pem(self) -> bytes:
        """The certificate first, then its intermediate ones; no root."""
        return b"".join(certificate.public_bytes(serialization.Encoding.PEM) for certificate in [self.certificate, *self.chain])

    def key_pem(self, encryption=NO_PASSPHRASE) -> bytes:
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)

    def write(self, folder: Path, stem: str) -> tuple[Path, Path]:
        """`stem`.pem and `stem`.key, the latter for its owner alone."""
        certificate, key = folder / f"{stem}.pem", folder / f"{stem}.key"
        certificate.write_bytes(self.pem)
        key.touch(mode=0o600)
        key.write_bytes(self.key_pem())
        return certificate, key


class Authority:
    def __init__(self, common_name: str = "Root", issuer: Authority | None = None, key=None):
        self._issuer = issuer
        self._key = key or ec.generate_private_key(ec.SECP256R1())
        self._name = name(common_name)
        signer, issuer_name = (issuer._key, issuer._name) if issuer else (self._key, self._name)
        self.certificate = self._build(self._key, self._name, issuer_name, -DAY, 3650 * DAY, ca=True).sign(signer, hashes.SHA256())

    @staticmethod
    def _build(key, subject, issuer, start, end, ca: bool) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now + start).not_valid_after(now + end)
        return builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def _chain(self) -> list[x509.Certificate]:
        """From this one up to the root, without the root."""
        return [] if self._issuer is None else [self.certificate, *self._issuer._chain]

    def issue(self, common_name="localhost", names=("localhost", "127.0.0.1"), start=-DAY, end=365 * DAY, key=None) -> Identity:
        """A certificate for a server or a charge point; `names`: host names and addresses."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        builder = self._build(key, name(common_name), self._name, start, end, ca=False)
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(text) for text in names]), critical=False)
        return Identity(builder.sign(self._key, hashes.SHA256()), key, self._chain)

    def issue_with_sha1(self) -> Identity:
        """What no library signs any more; this authority must have an RSA key."""
        identity = self.issue()
        sha256, sha1 = (bytes.fromhex("06092a864886f70d0101") + bytes([last]) for last in (11, 5))
        content = identity.certificate.tbs_certificate_bytes
        signature = self._key.sign(content.replace(sha256, sha1), padding.PKCS1v15(), hashes.SHA1())
        whole = identity.certificate.public_bytes(serialization.Encoding.DER).replace(sha256, sha1)
        identity.certificate = x509.load_der_x509_certificate(whole[: -len(signature)] + signature)
        return identity

    def revocations(self, *revoked: Identity) -> bytes:
        """A list of certificates that must not be trusted any more."""
        now = datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self._name).last_update(now - DAY).next_update(now + DAY)
        for identity in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(identity.certificate.serial_number).revocation_date(now - DAY)
            builder = builder.add_revoked_certificate(entry.build())
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def self_signed(common_name: str = "localhost") -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = Authority._build(key, name(common_name), name(common_name), -DAY, 365 * DAY, ca=False)
    builder = builder.add_extension(x509.SubjectAlternativeName([_general_name(common_name)]), critical=False)
    return Identity(builder.sign(key, hashes.SHA256()), key, [])


def _general_name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def server_context(folder: Path, identity: Identity, clients: Authority | None = None, version=None, ciphers: str | None = None):
    """What a central system needs for TLS; `clients`: who must have signed the charge point's certificate; `version`: the only one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # A central system may be as weak as it likes: it is the charge point that must refuse.
    context.set_ciphers(ciphers or "ALL:@SECLEVEL=0")
    if version:
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = version
        context.minimum_version = version
    context.load_cert_chain(*identity.write(folder, "server"))
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=clients.pem.decode())
    return context
