"""The rules of docs/words.md, where a machine can tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po

from tests.test_style import of_ours
from tests.words.pseudo import POT

VALUE = r"(?:%\(\w+\)s|\{\w+\})"
NUMBER = r"(?:%\((?:num|n|count|limit|least|most)\)s|\{(?:n|count|limit)\})"
WRONG_WORDS = re.compile(
    r"\b(please|sorry|visitors?|films?|pictures?|web address(?:es)?|sign in|stripped|cleaned)\b",
    re.IGNORECASE,
)
NAMES = re.compile(r"still picture|\bmy pictures", re.IGNORECASE)  # of things on pages


def texts() -> Iterator[tuple[str, bool]]:
    """Each text for translators, and whether it has forms for numbers."""
    with POT.open("rb") as file:
        for message in read_po(file):
            if isinstance(message.id, str):
                yield message.id, False
            else:
                yield from ((text, True) for text in message.id)


def faults(text: str, *, is_plural: bool) -> Iterator[str]:
    shown = re.sub(r"<code>.*?</code>|<[^>]+>", "", text)
    said = re.sub(VALUE, "", shown)
    if said != shown and not re.search(r"[^\W\d_]", said):
        yield "nothing to translate"
    if not is_plural and re.search(rf"{NUMBER} [a-z]", re.sub(rf"{NUMBER} (?=to|of)", "", shown)):
        yield "a number without its forms"
    if re.search(rf"{VALUE} [A-Z]", shown):
        yield "a sentence as a value"
    if re.match(rf"(?!{NUMBER}){VALUE} [^.]+\.$", shown) and not re.match(r"<|\{failed\}", text):
        yield "a sentence that begins with a value"
    if WRONG_WORDS.search(NAMES.sub("", said)):
        yield "another word for a thing"


def test_texts_follow_the_rules() -> None:
    found = [(text, list(faults(text, is_plural=is_plural))) for text, is_plural in texts()]
    assert len(found) > 300
    assert [(text, wrong) for text, wrong in found if wrong] == []


@pytest.mark.parametrize(
    "text",
    [
        "%(language)s",
        "Limit reached: %(limit)s files per minute.",
        "Use at most %(most)s characters.",
        "{why} Retrying at {time}.",
        "{proxy} in front of this site can't reach it.",
        "Please log in.",
        "Hide it from visitors",
    ],
)
def test_a_broken_rule_is_found(text: str) -> None:
    assert list(faults(text, is_plural=False))


@pytest.mark.parametrize(
    "text",
    [
        "{failed} of {total} failed.",
        "Private: only %(name)s and admins can open it.",
        '<a href="%(url)s">%(name)s</a> is the first.',
        "Still picture link",
    ],
)
def test_what_keeps_the_rules_is_not(text: str) -> None:
    assert not list(faults(text, is_plural=False))


def test_uploaders_and_their_docs_call_things_the_same() -> None:
    """What people get as a file, and what they read about it."""
    paths = of_ours("templates/uploaders", "docs/uploaders.md", "README.md")
    found = {
        path.name: WRONG_WORDS.findall(NAMES.sub("", path.read_text()))
        for path in paths
        if path.suffix != ".json"
    }
    assert {name: words for name, words in found.items() if words} == {}
