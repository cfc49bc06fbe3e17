"""What kind of client sends a request, by its headers."""

from __future__ import annotations

import re

from flask import request

from blueprints.http.arguments import parse_agent

# Programs that fetch every URL in a message: they must not delete anything, and don't count as a
# view.
_PREVIEW_BOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|facebookexternalhit|facebot|whatsapp|telegram|"
    r"discord|slack|skype|teams|"
    r"linkedin|pinterest|embedly|vkshare|viber|signal|mastodon|pleroma|misskey|lemmy|matrix|"
    r"synapse|iframely|"
    r"google|bing|yahoo|yandex|baidu|duckduck|applebot|bitly|safelinks|barracuda|proofpoint|"
    r"mimecast|scanner|headless",
    re.IGNORECASE,
)
_GUESSES = re.compile(r"prefetch|preview|prerender", re.IGNORECASE)


def is_browser() -> bool:
    """Whether a browser navigates here."""
    return "text/html" in request.headers.get("Accept", "")


def agent() -> str:
    """The program that sends the request, in its own words."""
    return parse_agent(request.headers.get("User-Agent", ""))


def only_looks() -> bool:
    """Whether the request is a browser's guess at what will be clicked, or a chat's preview of a
    link.
    """
    names = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    purpose = " ".join(request.headers.get(name, "") for name in names)
    return bool(_GUESSES.search(purpose) or _PREVIEW_BOTS.search(agent()))


def takes_gzip() -> bool:
    """Whether the program unpacks an answer that gzip packed (RFC 9110, 12.5.3)."""
    return request.accept_encodings.quality("gzip") > 0
