"""Mail, by the SMTP server of the settings."""

from __future__ import annotations

import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

from config import Config
from models import utcnow

SECONDS = 20  # without an answer


def send(config: Config, site_name: str, to: str, subject: str, text: str) -> None:
    """Raises OSError, of which smtplib's errors are. Nothing is sent where the way can't be
    encrypted as SMTP_TLS says, or the certificate is wrong.
    """
    import smtplib  # here, as few sites send mail

    message = written(config, site_name, to, subject, text)
    context = ssl.create_default_context()
    where = (config.smtp_host, config.smtp_port)
    server = (
        smtplib.SMTP_SSL(*where, timeout=SECONDS, context=context)
        if config.smtp_tls == "tls"
        else smtplib.SMTP(*where, timeout=SECONDS)
    )
    with server:
        if config.smtp_tls == "starttls":
            server.starttls(context=context)
        if config.smtp_user:
            server.login(config.smtp_user, config.smtp_password)
        server.send_message(message, config.mail_from, [to])


def written(config: Config, site_name: str, to: str, subject: str, text: str) -> EmailMessage:
    """Raises ValueError for a header that has a line break."""
    from email.headerregistry import Address  # as above

    message = EmailMessage(policy=SMTP)
    message["From"] = Address(site_name, addr_spec=config.mail_from)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject
    message["Date"] = format_datetime(utcnow())
    message["Message-ID"] = make_msgid(domain=urlsplit(config.public_url).hostname)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answers of absent people
    message.set_content(text)
    return message
