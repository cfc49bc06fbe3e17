"""Words of titles, descriptions, names and tags. Triggers keep the index, so that no writer can
forget it.
"""

from __future__ import annotations

from sqlalchemy import TextClause, text

MAX_WORDS = 8  # of one search


def matching(query: str) -> TextClause | None:
    """A query for the row ids that have all words, or words that begin so; None where there is
    nothing to look for.
    """
    words = " ".join(f'"{word}"*' for word in search_words(query))
    return (
        text("SELECT rowid FROM upload_fts WHERE upload_fts MATCH :words").bindparams(words=words)
        if words
        else None
    )


def search_words(text: str) -> list[str]:
    """What to look for, of what somebody typed: nothing that the index's own language could take
    for more than a word.
    """
    plain = "".join(letter if letter.isprintable() and letter != '"' else " " for letter in text)
    return [word for word in plain.split() if any(letter.isalnum() for letter in word)][:MAX_WORDS]
