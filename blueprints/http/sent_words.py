"""Texts of what people without an account send by share links."""

from __future__ import annotations

from blueprints.http.language import gettext as _
from models import ShareLink
from models.sent_files import SentFile


def said_of(sent: SentFile, link: ShareLink) -> str:
    """Who sees it, to who sent it."""
    name = link.user.shown_name
    if sent.upload.leftovers:
        return _("Only %(name)s sees this file: its private data can't be removed.", name=name)
    if sent.how.is_waiting:
        return _("Waits for the approval of %(name)s. Until then nobody else sees it.", name=name)
    if not sent.upload.is_approved:
        return _("Waits for a moderator's approval. Until then only %(name)s sees it.", name=name)
    return _("Sent. Whoever has the link sees it.")
