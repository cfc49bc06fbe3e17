"""What a person may do, and whether the account is in use."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """``manager``: moderates what others upload. ``admin``: also looks after people and site."""

    USER = "user"
    MANAGER = "manager"
    ADMIN = "admin"


class State(StrEnum):
    """Only who is active can log in, and only their keys and sessions work. ``pending``: has signed
    up and waits for an admin's approval. ``leaving``: the account is being deleted.
    """

    ACTIVE = "active"
    PENDING = "pending"
    BANNED = "banned"
    LEAVING = "leaving"
