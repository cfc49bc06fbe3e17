"""What is sent by mail: links that work once. A request only adds a job, so that it takes as long
whether there is such an account or not; the job (`services.jobs.mail`) looks for it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from models import Email, Job, OneTimeLink, User, begin_write, db, utcnow
from models.one_time_link import LinkKind
from services.reset import LinkEnded

NAME, LINK = "{name}", "{link}"  # of the account, in a letter


@dataclass(frozen=True)
class Letter:
    """In the language of who asked for it. ``path`` of the link, without its token."""

    subject: str
    text: str
    path: str


def send_reset_links(login: str, letter: Letter) -> None:
    """To the address of whoever has this name or this address."""
    _add({"kind": LinkKind.RESET, "login": login}, letter)


def send_confirmation(user: User, address: str, letter: Letter) -> None:
    """To an address that becomes this user's once its link is used."""
    _add({"kind": LinkKind.EMAIL, "user": user.id, "address": address}, letter)


def forget_address(user: User) -> None:
    Email.write(user, "")
    db.session.commit()


def confirm_address(link: OneTimeLink) -> None:
    """Raises LinkEnded."""
    begin_write()
    if not link.still_works():
        db.session.rollback()
        raise LinkEnded()
    Email.write(link.user, link.detail)
    OneTimeLink.end_all(link.user, LinkKind.EMAIL)
    db.session.commit()


def _add(payload: dict[str, object], letter: Letter) -> None:
    Job.add("mail", {**payload, "letter": asdict(letter), "at": utcnow().isoformat()})
    db.session.commit()
