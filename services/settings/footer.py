"""The footer: one line of plain text, in which links are written as in Markdown."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

MOST_LINKS = 10
_RULE = "must have links like [Imprint](https://home.example) or [Mail](mailto:me@home.example)"
_LINK = re.compile(r"\[([^\[\]]{1,80})\]\(([^()\s]{1,300})\)")


class Part(NamedTuple):
    """``url`` is "" where it is only text."""

    text: str
    url: str


def parse_footer(text: str) -> list[Part]:
    """Raises ValueError for a link that leads elsewhere than to a page or an e-mail address."""
    parts, at = [], 0
    for link in _LINK.finditer(text):
        parts += [Part(text[at : link.start()], ""), Part(link[1], _checked(link[2]))]
        at = link.end()
    parts.append(Part(text[at:], ""))
    if sum(1 for part in parts if part.url) > MOST_LINKS:
        raise ValueError(f"must have at most {MOST_LINKS} links")
    return [part for part in parts if part.text]


def check_footer(text: str) -> None:
    if any("](" in part.text for part in parse_footer(text)):
        raise ValueError(_RULE)


def _checked(url: str) -> str:
    parsed = urlsplit(url)  # raises ValueError itself
    is_page = parsed.scheme in ("http", "https") and parsed.hostname
    is_mail = parsed.scheme == "mailto" and "@" in parsed.path
    if not (is_page or is_mail) or not url.isprintable() or "\\" in url:
        raise ValueError(_RULE)
    return url
