"""Whose page, and so whose listing, the visitor may see."""

from __future__ import annotations

from blueprints.http.context import addresses, person, visitor
from models import Offer, User
from models.accounts import Use, uses
from models.people import shows_profile


def may_explore() -> bool:
    return visitor().may_explore


def shows_listing(person: User | None) -> bool:
    """Whether this visitor may see what the person sent, as far as it is listed."""
    return person is not None and may_explore() and shows_profile(person, visitor())


def profile_path(person: User | None) -> str:
    """The page of a person, "" where this visitor may not see it."""
    return addresses().profile_path(person.name) if person and shows_listing(person) else ""


def offers_to_me() -> list[tuple[User, Use]]:
    """Who wants to hand over their files to who is logged in, and how much that is."""
    user = person()
    givers = [offer.giver for offer in Offer.to(user)] if user else []
    of_each = uses(givers) if givers else {}
    return [(giver, of_each[giver.id]) for giver in givers]
