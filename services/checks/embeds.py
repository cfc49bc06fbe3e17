"""What chats and networks make of a link to an upload: its page is asked for with the name that
each of them has, and its tags are read as they read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from services.checks.client import Client, Unreached

KB, MB = 1000, 1_000_000


@dataclass(frozen=True)
class Reader:
    """``image_bytes``: the largest image that it shows; ``page_bytes``: as much of a page as it
    reads; ``plays``: whether it plays a video in place.
    """

    name: str
    agent: str
    image_bytes: int
    page_bytes: int = 500_000
    plays: bool = False
    is_large: bool = True


# Their limits are known from what they do; few of them write them down.
READERS = (
    Reader(
        "Discord",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        8 * MB,
        plays=True,
    ),
    Reader("Slack", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", 2 * MB, 32 * KB),
    Reader("WhatsApp", "WhatsApp/2.23.20.0 A", 600 * KB, 300 * KB, is_large=False),
    Reader("Telegram", "TelegramBot (like TwitterBot)", 5 * MB, plays=True),
    Reader("Mastodon", "Mastodon/4.3.0 (http.rb/5.2.0; +https://mastodon.example/)", 8 * MB, MB),
)


@dataclass(frozen=True)
class Preview:
    """What one of them shows. ``problems`` are names of what is wrong, with numbers for their
    texts.
    """

    reader: str
    is_large: bool
    title: str = ""
    description: str = ""
    site: str = ""
    image: str = ""
    width: str = ""
    height: str = ""
    plays: bool = False
    problems: tuple[tuple[str, Mapping[str, object]], ...] = ()


@dataclass
class Tags(HTMLParser):
    """The tags of a page's head: the first of each name counts."""

    found: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = given.get("property") or given.get("name") or ""
            self.found.setdefault(name.lower(), given.get("content", ""))
        if tag == "link" and given.get("type") == "application/json+oembed":
            self.found.setdefault("oembed", given.get("href", ""))


def previews(client: Client, path: str) -> list[Preview]:
    """Of the page at ``path``, by each reader. Raises Unreached where none gets an answer."""
    return [_preview(client, path, reader) for reader in READERS]


def _preview(client: Client, path: str, reader: Reader) -> Preview:
    answer = client.ask(path, headers={"User-Agent": reader.agent, "Accept": "text/html"})
    if answer.status != 200:
        problem = ("page", {"status": answer.status})
        return Preview(reader.name, reader.is_large, problems=(problem,))
    tags = Tags()
    tags.feed(answer.body[: reader.page_bytes].decode("utf-8", "replace"))
    found = tags.found
    problems: list[tuple[str, Mapping[str, object]]] = []
    if not found.get("og:title"):
        problems.append(("title", {}))
    problems += _image_problems(client, reader, found.get("og:image", ""))
    plays = reader.plays and found.get("og:video:type") == "video/mp4"
    if plays:
        problems += _address_problems(client, "video", found.get("og:video", ""))
    if reader.name == "Mastodon" and not found.get("oembed"):
        problems.append(("oembed", {}))
    if reader.name == "Discord" and not found.get("twitter:card"):
        problems.append(("card", {}))
    return Preview(
        reader.name,
        reader.is_large,
        found.get("og:title", ""),
        found.get("og:description", ""),
        found.get("og:site_name", ""),
        found.get("og:image", ""),
        found.get("og:image:width", ""),
        found.get("og:image:height", ""),
        plays,
        tuple(problems),
    )


def _address_problems(
    client: Client, what: str, url: str
) -> list[tuple[str, Mapping[str, object]]]:
    if not url:
        return [(f"no_{what}", {})]
    if not url.startswith(("http://", "https://")):
        return [("relative", {"url": url})]
    if client.is_secure and url.startswith("http://"):
        return [("insecure", {"url": url})]
    if not url.startswith(client.base + "/"):
        return [("another", {"url": url, "base": client.base})]
    return []


def _image_problems(
    client: Client, reader: Reader, url: str
) -> list[tuple[str, Mapping[str, object]]]:
    if problems := _address_problems(client, "image", url):
        return problems
    try:
        image = client.ask(url.removeprefix(client.base), headers={"User-Agent": reader.agent})
    except Unreached:
        return [("image", {"status": 0})]
    if image.status != 200:
        return [("image", {"status": image.status})]
    kind = image.headers.get("content-type", "")
    if not kind.startswith("image/"):
        return [("image_type", {"kind": kind})]
    length = image.headers.get("content-length", "")
    size = int(length) if length.isascii() and length.isdigit() else len(image.body)
    if size > reader.image_bytes:
        return [("large", {"bytes": size, "most": reader.image_bytes})]
    return []
