"""Send mail that somebody asked for. Each try makes a link of its own: the text of one is kept
nowhere, so one that was not sent is ended.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from models import Email, OneTimeLink, Payload, User, db, utcnow
from models.one_time_link import LinkKind
from services import letter
from services.jobs.kind import Turn
from services.jobs.limits import MAIL_WAITS_FOR
from services.site import Site

log = logging.getLogger("keepsake")


def run(site: Site, turn: Turn) -> Payload | None:
    """Raises OSError. Nobody waits for a letter that comes hours later."""
    payload = turn.payload
    late = utcnow() - datetime.fromisoformat(payload["at"]) > MAIL_WAITS_FOR
    if late or not site.config.sends_mail:
        log.warning("Mail was not sent: %s", "it is too late" if late else "it is turned off")
        return None
    sent = payload.get("sent", [])
    for user, address in _receivers(payload):
        if user.id not in sent:
            _send(site, payload, user, address)
            sent = [*sent, user.id]
            turn.note({**payload, "sent": sent})
    return None


def _receivers(payload: Payload) -> Sequence[tuple[User, str]]:
    if payload["kind"] == LinkKind.RESET:
        return Email.reached_by(payload["login"])
    user = User.active(payload["user"])
    return [(user, payload["address"])] if user else []


def _send(site: Site, payload: Payload, user: User, address: str) -> None:
    kind, words = LinkKind(payload["kind"]), payload["letter"]
    token = OneTimeLink.issue(user, kind, address if kind == LinkKind.EMAIL else "")
    db.session.commit()
    link = f"{site.config.public_url.rstrip('/')}{words['path']}{token}"
    text = words["text"].replace("{name}", user.name).replace("{link}", link)
    try:
        letter.send(site.config, site.settings.site_name, address, words["subject"], text)
    except OSError:
        OneTimeLink.end(token)
        db.session.commit()
        raise
