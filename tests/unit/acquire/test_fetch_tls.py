"""Secure connections: to the address that was judged, under the name that was asked for."""

from __future__ import annotations

import datetime as dt
import ssl
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fetch_origin import Origin, answer, fetcher, in_loop, moved

from pipeline.errors import Unreachable

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context, for a certificate of `good.example` that signs itself, and one that trusts it."""
    folder: Path = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "good.example")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("good.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return server, ssl.create_default_context(cafile=str(folder / "certificate.pem"))


async def resolve(host: str) -> list[str]:
    return ["10.0.0.1", "127.0.0.1"]


@in_loop
async def test_a_secure_page_is_had_under_its_name(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    server, trusting = contexts
    async with Origin({"/": answer("hello")}, tls=server) as origin:
        async with fetcher(tls=trusting, resolver=resolve) as fetch:
            for _ in range(2):
                exchange = await fetch.get(f"https://good.example:{origin.port}/")
        assert (exchange.body, exchange.hops[0].address) == (b"hello", "127.0.0.1")
        assert origin.log[-1].headers["host"] == f"good.example:{origin.port}"
        assert origin.connections == 1


@pytest.mark.parametrize("host", ["other.example", "good.example"])
@in_loop
async def test_whose_certificate_is_not_right_is_not_asked(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext], host: str
) -> None:
    server, trusting = contexts
    trusted = {"tls": trusting} if host == "other.example" else {}  # one has the wrong name, one no issuer
    async with Origin({"/": answer("hello")}, tls=server) as origin:
        async with fetcher(resolver=resolve, **trusted) as fetch:
            with pytest.raises(Unreachable, match="no secure connection") as caught:
                await fetch.get(f"https://{host}:{origin.port}/")
        assert origin.log == []
    assert caught.value.transient


@in_loop
async def test_a_handshake_that_nobody_answers_is_not_waited_for() -> None:
    limits = {"connect_seconds": 0.2}
    async with Origin({}) as origin, fetcher(resolver=resolve, limits=limits, backoff=()) as fetch:
        with pytest.raises(Unreachable, match=r"good\.example.* no connection within 0"):
            await fetch.get(f"https://good.example:{origin.port}/")
        assert origin.log == []


@in_loop
async def test_a_way_back_to_http_is_followed_but_never_remembered(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, trusting = contexts
    async with Origin({"/": answer("hello")}) as plain, Origin({}, tls=server) as secure:
        secure.pages["/"] = moved(f"{plain.url}/", 301)
        async with fetcher(tls=trusting, resolver=resolve) as fetch:
            exchange = await fetch.get(f"https://good.example:{secure.port}/")
    assert exchange.body == b"hello"
    assert exchange.moved_to is None
