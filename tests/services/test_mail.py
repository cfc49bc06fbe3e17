"""Mail that a real SMTP server gets."""

from __future__ import annotations

import datetime
import ipaddress
import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from config import Config, ConfigError, make
from config.reading import Value
from models import Email, Job, OneTimeLink, User, db, utcnow
from models.email import is_address
from models.role import State
from server.worker import Worker
from services.letter import written
from tests.conftest import (
    Person,
    confirm_log_in,
    csrf_token,
    existing,
    free_port,
    log_in,
    make_person,
)
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("cheap_passwords")

NEW = "another horse stapler"


@dataclass
class Inbox:
    letters: list[Message] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        assert session.ssl is not None or not server.require_starttls
        self.letters.append(message_from_bytes(envelope.content))
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, way: str, who: Any) -> Any:
        self.users.append(who.login)
        return AuthResult(success=who.password == b"open sesame")

    def link(self) -> str:
        """The path in the last letter."""
        text = self.letters[-1].get_payload(decode=True)
        assert isinstance(text, bytes)
        found = re.search(r"https://home.example(/\w+/\w+)", text.decode())
        assert found
        return found[1]


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def start(inbox: Inbox) -> Iterator[Callable[..., int]]:
    """A server with this inbox; its port."""
    started = []

    def run(**options: Any) -> int:
        server = Controller(inbox, hostname="127.0.0.1", port=free_port(), **options)
        server.start()
        started.append(server)
        return int(server.port)

    yield run
    for server in started:
        server.stop()


@dataclass
class Site:
    app: Flask
    ann: Person

    def run(self) -> Exception | None:
        """The jobs that send; how the last ended."""
        return Worker(self.app, self.app.extensions["keepsake"]).run_due(["mail"]).get("mail")

    def give(self, address: str, name: str = "ann") -> None:
        with self.app.app_context():
            Email.write(existing(User.by_name(name)), address)
            db.session.commit()

    def forgot(self, login: str) -> Any:
        client = self.app.test_client()
        token = csrf_token(client.get("/forgot").text)
        return client.post("/forgot", data={"csrf_token": token, "login": login})

    def links(self) -> int:
        with self.app.app_context():
            return db.session.query(OneTimeLink).count()


@pytest.fixture
def site_with(make_app: Callable[..., Flask]) -> Callable[..., Site]:
    def make_site(port: int, tls: str = "off", **more: str) -> Site:
        app = make_app(
            SMTP_HOST="127.0.0.1", SMTP_PORT=str(port), SMTP_TLS=tls,
            MAIL_FROM="keepsake@home.example", PUBLIC_URL="https://home.example", **more,
        )  # fmt: skip
        site = Site(app, make_person(app))
        site.give("ann@example.org")
        return site

    return make_site


def test_a_forgotten_password_is_set_anew(
    site_with: Callable[..., Site], start: Callable[..., int], inbox: Inbox
) -> None:
    site = site_with(start())
    assert "Forgot your password?" in site.app.test_client().get("/login").text
    for login in ("ann", "ANN@example.ORG"):
        assert site.forgot(login).status_code == 303
    assert site.run() is None and len(inbox.letters) == 2
    letter = inbox.letters[-1]
    assert letter["To"] == "ann@example.org" and "keepsake@home.example" in letter["From"]
    assert letter["Subject"] == "New password for Keepsake"
    client, link = site.app.test_client(), inbox.link()
    form = {"password": NEW, "again": NEW, "csrf_token": csrf_token(client.get(link).text)}
    assert client.post(link, data=form).status_code == 303
    assert log_in(site.app.test_client(), password=NEW).status_code == 302
    assert site.links() == 0


def test_nobody_learns_who_is_there(
    site_with: Callable[..., Site], start: Callable[..., int], inbox: Inbox
) -> None:
    site = site_with(start())
    bob, cat = make_person(site.app, "bob"), make_person(site.app, "cat")
    site.give("cat@example.org", "cat")
    with site.app.app_context():
        existing(User.by_name("cat")).state = State.BANNED
        db.session.commit()
    answers, counts = set(), set()
    for login in ("ann", bob.name, cat.name, "nobody", "no@example.org", "\r\nBcc: x@y.z"):
        with statements(site.app) as sent:
            answer = site.forgot(login)
        answers.add((answer.status_code, answer.location, answer.text))
        counts.add(len(sent))
    assert len(answers) == len(counts) == 1
    assert site.run() is None and [one["To"] for one in inbox.letters] == ["ann@example.org"]


def test_all_accounts_with_an_address_get_a_link(
    site_with: Callable[..., Site], start: Callable[..., int], inbox: Inbox
) -> None:
    site = site_with(start())
    make_person(site.app, "bob")
    site.give("ann@example.org", "bob")
    site.forgot("ann@example.org")
    site.run()
    texts = [str(one.get_payload()) for one in inbox.letters]
    assert len(texts) == 2 and "ann" in texts[0] and "bob" in texts[1]


def test_letters_are_limited_by_receiver_and_by_sender(
    site_with: Callable[..., Site], start: Callable[..., int]
) -> None:
    site = site_with(start())
    assert [site.forgot("ann").status_code for _ in range(4)] == [303] * 3 + [429]
    assert [site.forgot(f"x{n}").status_code for n in range(8)] == [303] * 7 + [429]


def certificate(folder: Path) -> Path:
    """A key and a certificate of 127.0.0.1, signed by itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    day = datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(utcnow() - day)
        .not_valid_after(utcnow() + day)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    plain = serialization.NoEncryption()
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    path.write_bytes(
        key.private_bytes(*form, plain) + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def encrypted(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    path = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return path, context


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_the_way_is_encrypted_and_the_certificate_checked(
    tls: str, site_with: Callable[..., Site], start: Callable[..., int], inbox: Inbox,
    encrypted: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path, context = encrypted
    options: dict[str, Any] = {
        "starttls": {"tls_context": context, "require_starttls": True},
        "tls": {"ssl_context": context, "ready_timeout": 5},
    }[tls]
    inbox_options = {"authenticator": inbox.authenticate, "auth_required": tls == "starttls"}
    port = start(**options, **inbox_options)
    user = {"SMTP_USER": "keepsake", "SMTP_PASSWORD": "open sesame"}
    site = site_with(port, tls, **(user if tls == "starttls" else {}))
    site.forgot("ann")
    assert isinstance(site.run(), ssl.SSLCertVerificationError)  # nobody knows who signed it
    assert not inbox.letters and site.links() == 0
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    site.forgot("ann")
    assert site.run() is None and len(inbox.letters) == 1
    assert inbox.users == ([b"keepsake"] if tls == "starttls" else [])
    assert "open sesame" not in str(inbox.letters[0])


def test_nothing_is_sent_in_clear_where_it_shall_be_encrypted(
    site_with: Callable[..., Site], start: Callable[..., int], inbox: Inbox
) -> None:
    site = site_with(start(), "starttls")
    site.forgot("ann")
    assert isinstance(site.run(), OSError)
    assert not inbox.letters and site.links() == 0
    with site.app.app_context():
        job = db.session.query(Job).filter_by(kind="mail").one()
        assert job.run_at is not None  # it is tried again
        job.run_at = utcnow()
        job.payload = {**job.payload, "at": (utcnow() - datetime.timedelta(hours=2)).isoformat()}
        db.session.commit()
    assert site.run() is None and not inbox.letters  # too late
    with site.app.app_context():
        assert db.session.query(Job).filter_by(kind="mail").count() == 0


def set_address(site: Site, address: str) -> Any:
    client = site.ann.client
    token = csrf_token(client.get("/settings").text)
    return client.post("/settings/email", data={"csrf_token": token, "address": address})


def address_of(site: Site) -> str:
    with site.app.app_context():
        return Email.of(existing(User.by_name("ann")))


def test_an_address_is_used_once_it_is_confirmed(
    site_with: Callable[..., Site], start: Callable[..., int], inbox: Inbox
) -> None:
    site = site_with(start())
    log_in(site.ann.client)
    assert "E-mail address" in site.ann.client.get("/settings").text
    assert set_address(site, "new@example.org").location.startswith("/settings/confirm")
    assert site.run() is None
    confirm_log_in(site.ann.client)
    assert set_address(site, "new@example.org").status_code == 303
    site.run()
    assert [one["To"] for one in inbox.letters] == ["new@example.org"]
    assert address_of(site) == "ann@example.org"
    anybody, link = site.app.test_client(), inbox.link()
    page = anybody.get(link)
    assert "new@example.org" in page.text and address_of(site) == "ann@example.org"
    assert anybody.get(link.replace("email", "reset")).status_code == 404  # for one thing alone
    form = {"csrf_token": csrf_token(page.text)}
    assert anybody.post(link, data=form).status_code == 303
    assert address_of(site) == "new@example.org"
    assert anybody.get(link).status_code == 404
    assert set_address(site, "").status_code == 303 and address_of(site) == ""


BAD = (
    "ann", "@example.org", "ann@", "a b@example.org", "ann@example.org\nBcc: eve@example.org",
    "ann@example.org, eve@example.org", "Ann <ann@example.org>", "ann@-@example.org",
    "ä@example.org", "x" * 65 + "@example.org", "ann@" + "x." * 130 + "org", "ann@exa_mple.org",
    "\r\nann@example.org", "ann@example.org\x00", '"a b"@example.org',
)  # fmt: skip


def test_what_is_no_address(site_with: Callable[..., Site], start: Callable[..., int]) -> None:
    assert not any(map(is_address, BAD))
    assert not any(map(is_address, ("a..b@x", ".a@x", "a.@x", "a@x..y", "a@.x", "a@" + "x" * 64)))
    assert all(map(is_address, ("ann@example.org", "a.b+c@localhost", "x" * 64 + "@a.b-c.d")))
    site = site_with(start())
    log_in(site.ann.client)
    confirm_log_in(site.ann.client)
    for address in BAD[:5]:
        assert "such as ann@example.org" in set_address(site, address).text
    assert site.run() is None


def test_no_text_begins_a_header() -> None:
    config = Config(mail_from="k@home.example", public_url="https://home.example")
    for site_name, to, subject in (
        ("Home\r\nBcc: eve@example.org", "ann@example.org", "x"),
        ("Home", "ann@example.org\nBcc: eve@example.org", "x"),
        ("Home", "ann@example.org", "x\nBcc: eve@example.org"),
    ):
        with pytest.raises(ValueError, match=r".+"):
            written(config, site_name, to, subject, "text")
    letter = written(config, "Häuser, „Nr. 1“", "ann@example.org", "Für ann", "é\n.\n")
    assert b"\r\nTo: ann@example.org\r\n" in letter.as_bytes() and letter["Bcc"] is None


def test_without_a_server_there_is_no_page(ann: Person) -> None:
    log_in(ann.client)
    page = ann.app.test_client().get("/login").text
    assert "/forgot" not in page and "Ask an admin of this site for a link." in page
    assert "E-mail" not in ann.client.get("/settings").text
    confirm_log_in(ann.client)
    assert ann.client.get("/settings/email").status_code == 404
    assert ann.client.get("/forgot").status_code == 404


@pytest.mark.parametrize("text", ["x", "A <a@b>", "a@b, c@d", "ä@b", "@"])
def test_a_malformed_sender_stops_the_start(text: str) -> None:
    with pytest.raises(ConfigError, match="MAIL_FROM"):
        make(Config, {"MAIL_FROM": Value(text, "environment")})
