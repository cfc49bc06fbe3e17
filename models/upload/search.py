"""The index of words: of titles, descriptions, names and tags, and of facets, which say who finds
an upload and which tags it has.

Triggers keep it, so that no writer can forget it (migration 0014). Its row ids are the ranks of the
uploads, so that a search is read in the order of listings and ends with its page; a facet is a word
of its own column, so that who may find few of many hits doesn't wait for the others.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence

from sqlalchemy import TextClause, column, select, table, text

from models.base import db

MAX_WORDS = 8  # of one search
PREFIX = 8  # the index has beginnings of words up to this length
MAX_LONGER = 20  # words that begin with one that is looked for
INDEX, WORDS = table("upload_fts", column("rowid")), table("upload_words", column("term"))
_TEXTS = "{title description name tags}"
# What may be one word of the index. From its first letter: a search from each is quadratic.
_LAST = re.compile(rf"(?<![^\W_])[^\W_]{{{PREFIX + 1},}}$")


def visibility_facet(visibility: str) -> str:
    return f"v{visibility}"


def owner_facet(user_id: int) -> str:
    return f"u{user_id}"


def of_tag(facet: str, tag_id: int) -> str:
    """The facet of what has the tag, too: a word of its own, so that a tag's page is read from its
    own hits alone.
    """
    return f"t{tag_id}{facet}"


def matches(match: str) -> TextClause:
    """A condition on INDEX."""
    return text("upload_fts MATCH :match").bindparams(match=match)


def matching(facets: Sequence[str], query: str = "") -> str:
    """What to look for, in the index's own language (https://sqlite.org/fts5.html, 3): one of
    ``facets`` at least, and all words of ``query``, or words that begin so. "" where nothing can be
    found.
    """
    listed = f"facets : ({' OR '.join(facets)})"
    words = search_words(query)
    if query and not words:
        return ""
    return " AND ".join([listed, *(f"{_TEXTS} : {_term(word)}" for word in words)])


def search_words(text: str) -> list[str]:
    """What to look for, of what somebody typed: nothing that the index's own language could take
    for more than a word.
    """
    plain = "".join(letter if letter.isprintable() and letter != '"' else " " for letter in text)
    words = [word for word in plain.split() if any(letter.isalnum() for letter in word)]
    return words[:MAX_WORDS]


def _term(word: str) -> str:
    """Words that begin so. The index has no beginnings as long as a long word's: what begins so is
    looked up among its words, as SQLite would collect every hit of a common one before it gives
    the first.
    """
    long = _LAST.search(word)
    if not long:
        return f'"{word}"*'
    longer = _words_behind(long[0])
    if len(longer) > MAX_LONGER:
        return f'"{word}"*'
    head = word[: long.start()]
    return "(" + " OR ".join(f'"{head}{one}"' for one in [long[0], *longer]) + ")"


def _words_behind(word: str) -> list[str]:
    """The words of the index that begin with ``word`` and go on; at most one more than
    MAX_LONGER.
    """
    plain = unicodedata.normalize("NFD", word.lower())
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Mn")
    term = WORDS.c.term
    # No sign of a word is smaller than 0 (https://sqlite.org/fts5.html, 4.3.1).
    query = select(term).where(term >= f"{plain}0", term <= plain + chr(sys.maxunicode))
    return list(db.session.scalars(query.limit(MAX_LONGER + 1)))
