"""What the audit log says was done: a sentence for each kind of act. It has ``subject`` and the
details of the entry, as `services.audit.record` got them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from blueprints.documents.wire import size_formatted
from blueprints.http.account_words import ROLES
from blueprints.http.audit_settings import setting_sentence
from blueprints.http.job_words import KINDS
from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.language import ngettext
from blueprints.http.visibility import LABELS
from models import AuditEntry, Visibility
from models.audit import Act
from models.role import Role
from services.quota import MB

FIELDS = {  # of an upload
    "title": _l("title"), "description": _l("description"), "alt_text": _l("alt text"),
    "tags": _l("tags"), "category_id": _l("category"), "nsfw": _l("not safe for work"),
    "expires_at": _l("expiration"), "taken_at": _l("date taken"),
    "visibility": _l("who can see it"),
}  # fmt: skip
_SENTENCES: Mapping[str, str] = {  # of those that have nothing more to tell
    Act.BAN: _l("Banned %(subject)s."),
    Act.UNBAN: _l("Lifted the ban of %(subject)s."),
    Act.APPROVE: _l("Approved the account %(subject)s."),
    Act.REFUSE: _l("Refused the account %(subject)s."),
    Act.PASSWORD: _l("Set a new password of %(subject)s."),
    Act.RESET_LINK: _l("Created a link to set a new password of %(subject)s."),
    Act.RESET_FACTORS: _l("Switched off the second factor and all passkeys of %(subject)s."),
    Act.DISCONNECT: _l("Disconnected %(subject)s from the provider."),
    Act.REVOKE_INVITATION: _l("Revoked the invitation %(subject)s."),
    Act.CREATE_CATEGORY: _l("Created the category “%(subject)s”."),
    Act.DELETE_CATEGORY: _l("Deleted the category “%(subject)s”."),
    Act.DELETE_TAG: _l("Deleted the tag “%(subject)s”."),
    Act.MERGE_TAGS: _l("Merged the tag “%(subject)s” into “%(now)s”."),
    Act.CREATE_KEY: _l("Created the API key %(key)s of %(subject)s."),
    Act.REVOKE_KEY: _l("Revoked the API key %(key)s of %(subject)s."),
    Act.GUEST_KEY: _l("Created a new guest key."),
    Act.BACK_UP: _l("Asked for a backup."),
    Act.CREATE_ALBUM: _l("Created the album %(subject)s of %(owner)s."),
    Act.OPEN_UPLOAD: _l("Opened the private file %(subject)s of %(owner)s."),
    Act.OPEN_ALBUM: _l("Opened the closed album %(subject)s of %(owner)s."),
    Act.DELETE_UPLOAD: _l("Deleted the file %(subject)s of %(owner)s."),
    Act.DELETE_LINK: _l("Created a delete link of the file %(subject)s of %(owner)s."),
    Act.HIDE_UPLOAD: _l("Hid the file %(subject)s of %(owner)s, which was reported."),
    Act.DISMISS_REPORT: _l("Dismissed a report of the file %(subject)s of %(owner)s."),
    Act.APPROVE_UPLOAD: _l("Approved the file %(subject)s of %(owner)s."),
    Act.REFUSE_UPLOAD: _l("Refused and deleted the file %(subject)s of %(owner)s."),
}


def sentence(entry: AuditEntry) -> str:
    """What was done. Of another version there may be acts that this one doesn't know."""
    try:
        if tell := _TELLERS.get(entry.act):
            return tell(entry.subject, **entry.detail)
        said = {"subject": entry.subject, **entry.detail}
        if "owner" in said:
            said["owner"] = _owner(said["owner"])
        return str(_SENTENCES[entry.act]) % said
    except (KeyError, TypeError, ValueError):
        return f"{entry.act} {entry.subject}".strip()


def _role(subject: str, was: str, now: str) -> str:
    return _("Changed the role of %(subject)s from %(was)s to %(now)s.",
        subject=subject, was=str(ROLES[Role(was)]), now=str(ROLES[Role(now)]))  # fmt: skip


def _create_account(subject: str, role: str) -> str:
    return _("Created the account %(subject)s with the role %(role)s.",
        subject=subject, role=str(ROLES[Role(role)]))  # fmt: skip


def _delete_account(subject: str, given_to: str) -> str:
    if given_to:
        return _("Deleted the account %(subject)s. Its files went to %(taker)s.",
            subject=subject, taker=given_to)  # fmt: skip
    return _("Deleted the account %(subject)s with all of its files.", subject=subject)


def _quota(subject: str, was: int | None, now: int | None) -> str:
    return _("Changed the space of %(subject)s from %(was)s to %(now)s.",
        subject=subject, was=_space(was), now=_space(now))  # fmt: skip


def _space(quota_mb: int | None) -> str:
    if quota_mb is None:
        return _("the same as all members")
    return size_formatted(quota_mb * MB) if quota_mb else _("no limit")


def _invite(subject: str, role: str, uses: int, days: int) -> str:
    return ngettext(
        "Created the invitation %(subject)s for %(num)s person, with the role %(role)s.",
        "Created the invitation %(subject)s for %(num)s people, with the role %(role)s.",
        uses, subject=subject, role=str(ROLES[Role(role)]),
    )  # fmt: skip


def _edit_upload(subject: str, owner: str, fields: list[str], was: str = "", now: str = "") -> str:
    said = {"subject": subject, "owner": _owner(owner)}
    said["fields"] = ", ".join(str(FIELDS.get(name, name)) for name in fields)
    if not was:
        return _("Edited the file %(subject)s of %(owner)s: %(fields)s.", **said)
    said |= {"was": _(LABELS[Visibility(was)]), "now": _(LABELS[Visibility(now)])}
    return _(
        "Edited the file %(subject)s of %(owner)s: %(fields)s. Visibility before: %(was)s, now: "
        "%(now)s.",
        **said,
    )


def _owner(name: str) -> str:
    return name or _("a guest")


def _category(subject: str, now: str) -> str:
    if subject == now:
        return _("Edited the category “%(subject)s”.", subject=subject)
    return _("Renamed the category “%(subject)s” to “%(now)s”.", subject=subject, now=now)


def _tag(subject: str, now: str) -> str:
    if subject == now:
        return _("Edited the tag “%(subject)s”.", subject=subject)
    return _("Renamed the tag “%(subject)s” to “%(now)s”.", subject=subject, now=now)


def _retry(subject: str, count: int) -> str:
    if subject in KINDS:
        return ngettext(
            "Retried %(num)s job: %(kind)s.", "Retried %(num)s jobs: %(kind)s.", count,
            kind=str(KINDS[subject]),
        )  # fmt: skip
    return ngettext("Retried %(num)s job.", "Retried %(num)s jobs.", count)


_TELLERS: Mapping[str, Callable[..., str]] = {
    Act.ROLE: _role,
    Act.SETTING: setting_sentence,
    Act.CREATE_ACCOUNT: _create_account,
    Act.DELETE_ACCOUNT: _delete_account,
    Act.QUOTA: _quota,
    Act.INVITE: _invite,
    Act.EDIT_UPLOAD: _edit_upload,
    Act.EDIT_CATEGORY: _category,
    Act.EDIT_TAG: _tag,
    Act.RETRY_JOBS: _retry,
}
KNOWN: frozenset[Any] = frozenset(_TELLERS) | frozenset(_SENTENCES)
