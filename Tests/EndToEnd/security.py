"""What tests of credentials and certificates share."""

import base64
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from certificates import server_context
from conditions import eventually

KEY = "correct-horse-16+"


async def change(system, key: str, value) -> str:
    return (await system.request("ChangeConfiguration", key=key, value=str(value)))["status"]


async def value(system, key: str) -> str | None:
    answer = await system.request("GetConfiguration", key=[key])
    return answer["configurationKey"][0].get("value")


def password_check(*keys: str | bytes):
    """For `CentralSystem.admits`: who shows another password than one of these gets 401."""
    allowed = [key.encode() if isinstance(key, str) else key for key in keys]

    def admits(headers, _):
        kind, _, text = headers.get("Authorization", "").partition(" ")
        user, _, password = base64.b64decode(text).partition(b":")
        return None if kind == "Basic" and user == b"cp001" and password in allowed else 401

    return admits


async def relisten(system, folder, identity=None, optional=False, **manner):
    """The central system listens on the same port, but otherwise: over TLS with an identity, plainly without one."""
    await system.stop()
    context = server_context(folder, identity, **manner) if identity else None
    if context and optional:
        context.verify_mode = ssl.CERT_OPTIONAL
    await system.start(context)


async def reconnected(system, number: int):
    """Connection number `number` stands, the charge point counts as registered over it, and has told its status."""
    await system.connected(number)

    def told():
        return any(call.connection >= number and call.answer is not None for call in system.calls("StatusNotification"))

    await eventually(told, f"StatusNotification on connection {number}")


def shown_serial(system) -> int | None:
    """Serial number of the certificate that the charge point shows on the latest connection."""
    certificate = system.connections[-1].socket.transport.get_extra_info("ssl_object").getpeercert()
    return int(certificate["serialNumber"], 16) if certificate else None


def hash_data(certificate: x509.Certificate, issuer: x509.Certificate, algorithm=hashes.SHA256()) -> dict:
    """certificateHashData, worked out by another library than the charge point's."""

    def digest(data: bytes) -> str:
        calculation = hashes.Hash(algorithm)
        calculation.update(data)
        return calculation.finalize().hex()

    key = x509.SubjectKeyIdentifier.from_public_key(issuer.public_key())
    assert key
    bits = issuer.public_key().public_bytes(
        *((serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint) if hasattr(issuer.public_key(), "curve")
          else (serialization.Encoding.DER, serialization.PublicFormat.PKCS1))
    )  # fmt: skip
    return {
        "hashAlgorithm": algorithm.name.upper(), "issuerNameHash": digest(certificate.issuer.public_bytes()), "issuerKeyHash": digest(bits),
        "serialNumber": f"{certificate.serial_number:x}",
    }  # fmt: skip


def same_hash(left: dict, right: dict) -> bool:
    return {key: text.lower() for key, text in left.items()} == {key: text.lower() for key, text in right.items()}


async def signing_request(system) -> x509.CertificateSigningRequest:
    sent = await system.expect("SignCertificate")
    request = x509.load_pem_x509_csr(sent["csr"].encode())
    assert request.is_signature_valid
    return request
