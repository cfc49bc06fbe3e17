"""Hand all files to another member, who accepts first."""

from __future__ import annotations

from models import Offer, User, begin_write, db
from services.delete_account import NoTaker, delete_account
from services.roles import LastAdmin
from services.site import Site


def offer(giver: User, taker: User | None) -> None:
    """Nothing changes until ``taker`` accepts. Raises NoTaker or LastAdmin."""
    begin_write()
    if not taker or not taker.refresh() or not taker.is_active or taker.id == giver.id:
        db.session.rollback()
        raise NoTaker()
    if giver.is_last_admin():
        db.session.rollback()
        raise LastAdmin()
    Offer.make(giver, taker)
    db.session.commit()


def withdraw(giver: User) -> bool:
    """Whether there was an offer."""
    ended = Offer.end(giver)
    db.session.commit()
    return ended


def decline(taker: User, giver: User) -> bool:
    """Whether there was an offer."""
    ended = Offer.end(giver, taker)
    db.session.commit()
    return ended


def accept(site: Site, taker: User, giver: User) -> bool:
    """As `delete_account`, whose errors it raises."""
    return delete_account(site, giver, giver.name, taker, offered=True)
