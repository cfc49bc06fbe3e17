"""Why nobody was logged in by a provider."""

from __future__ import annotations


class ProviderFault(Exception):
    """The text is for the log, and tells nothing secret."""


class NotThere(ProviderFault):
    """It doesn't answer, or too slowly, or too much."""


class NotTrue(ProviderFault):
    """Its answer is not what it must be."""


class NotAllowed(ProviderFault):
    """It says no, or who was asked did."""


class NoAccount(Exception):
    """Nobody here is connected with who logged in there, and no account is made."""


class InUse(Exception):
    """Who logged in there is connected with another account."""
