"""TLS: the certificate must be valid for the host's name, whatever address is connected to."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mediamosa_sync.domain.connection import Connection
from mediamosa_sync.errors import Unavailable
from tests.adapters.mediamosa.scripted import http
from tests.adapters.mediamosa.support import SETTINGS, WINDOW, Scene, scene, xml

PAGE = http(xml(result_id=705))


class Authority(NamedTuple):
    """A certificate that signs others, the file that says so, and its key."""

    file: Path
    name: x509.Name
    key: ec.EllipticCurvePrivateKey


def certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    signer: ec.EllipticCurvePrivateKey,
    host: str | None,
) -> bytes:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    if host is None:
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        builder = builder.add_extension(usage, critical=True)
    else:
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        builder = builder.add_extension(names, critical=False)
    signed = builder.sign(signer, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    key, name = ec.generate_private_key(ec.SECP256R1()), named("The tests' authority")
    file = tmp_path_factory.mktemp("tls") / "authority.pem"
    file.write_bytes(certificate(name, key, name, key, None))
    return Authority(file, name, key)


class Served(NamedTuple):
    """A server's side of TLS, and the names that clients asked for."""

    context: ssl.SSLContext
    asked: list[str | None]


def served_as(host: str, authority: Authority, folder: Path) -> Served:
    key = ec.generate_private_key(ec.SECP256R1())
    chain = folder / f"{host}.pem"
    chain.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate(named(host), key, authority.name, authority.key, host)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    asked: list[str | None] = []

    def note(_socket: object, name: str | None, _context: object) -> None:
        asked.append(name)

    context.sni_callback = note
    return Served(context, asked)


CONNECTION = Connection("https://media.test:PORT", "testapp1", "arn")


def loopback(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def read(stage: Scene) -> None:
    stage.adapter.page(WINDOW, since=None, prefix="")


def test_the_hosts_name_is_asked_for_and_its_certificate_accepted(
    authority: Authority, tmp_path: Path
) -> None:
    served = served_as("media.test", authority, tmp_path)
    settings = replace(
        SETTINGS,
        allow_http=False,
        allowed_hosts=frozenset({"media.test"}),
        ca_file=str(authority.file),
    )
    with scene(
        PAGE, connection=CONNECTION, settings=settings, resolver=loopback, tls=served.context
    ) as stage:
        read(stage)

        assert served.asked == ["media.test"]
        assert stage.server.seen[0].headers["host"] == f"media.test:{stage.server.port}"


@pytest.mark.parametrize(
    ("host", "trusted"), [("other.test", True), ("media.test", False)], ids=["name", "authority"]
)
def test_a_certificate_of_another_name_or_authority_is_not_accepted(
    authority: Authority, tmp_path: Path, host: str, trusted: bool
) -> None:
    served = served_as(host, authority, tmp_path)
    settings = replace(
        SETTINGS,
        allowed_hosts=frozenset({"media.test"}),
        ca_file=str(authority.file) if trusted else "",
    )
    with scene(
        PAGE, connection=CONNECTION, settings=settings, resolver=loopback, tls=served.context
    ) as stage:
        with pytest.raises(Unavailable, match="No safe connection"):
            read(stage)

        assert stage.server.seen == []


def test_a_server_without_tls_is_not_spoken_to_unencrypted() -> None:
    settings = replace(SETTINGS, allowed_hosts=frozenset({"media.test"}), read_seconds=0.05)
    with scene(PAGE, connection=CONNECTION, settings=settings, resolver=loopback) as stage:
        with pytest.raises(Unavailable):
            read(stage)

        assert not {one.method for one in stage.server.seen} & {"GET", "POST"}
