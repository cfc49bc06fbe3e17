"""Names and passwords that an account can't have. The messages are sentences."""

from __future__ import annotations


class AccountFault(ValueError):
    pass


class BadName(AccountFault):
    pass


class NameTaken(AccountFault):
    pass


class BadPassword(AccountFault):
    """Too short or too long, where it is none of the two below."""


class CommonPassword(BadPassword):
    """One of those that are tried first."""


class NameAsPassword(BadPassword):
    """The name of the account or of the site."""
