"""The texts of scripts in another language: a script of its own, made of the catalogue."""

from __future__ import annotations

import json
import re
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

SCRIPTS = "static/js/"  # where a text stands says whether they need it
_PLURAL = re.compile(r"[n0-9 ()%=!<>&|?:]+")  # as gettext has it: C, which JavaScript reads


def catalogues(translations: Path, domain: str) -> dict[str, Path]:
    """The catalogue of each language that is there."""
    found = translations.glob(f"*/LC_MESSAGES/{domain}.po")
    return {path.parent.parent.name: path for path in sorted(found)}


def script(path: Path) -> str:
    """What ``static/js/language.js`` looks for. Raises ValueError for a plural rule of another
    form.
    """
    with path.open("rb") as file:
        catalogue = read_po(file)
    if not _PLURAL.fullmatch(catalogue.plural_expr):
        raise ValueError(f"{path}: Plural-Forms is no rule: {catalogue.plural_expr}")
    messages = {
        _key(message): message.string
        for message in catalogue
        if message.id and not message.fuzzy and _is_whole(message) and _is_of_scripts(message)
    }
    texts = json.dumps(messages, ensure_ascii=False)
    return (
        "globalThis.keepsakeWords = "
        f"{{ messages: {texts}, plural: (n) => Number({catalogue.plural_expr}) }};\n"
    )


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _is_whole(message: Message) -> bool:
    text = message.string
    return all(text) if isinstance(text, list | tuple) else bool(text)


def _is_of_scripts(message: Message) -> bool:
    return any(place.startswith(SCRIPTS) for place, _ in message.locations)
