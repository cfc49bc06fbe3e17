"""The index of words: of titles, descriptions, names, tags and cameras, and of facets, which say
who finds an upload and what it is (`models.upload.facets`).

It holds each three letters that follow each other, so that parts of words are found, in any script.
Triggers keep it, so that no writer can forget it (migration 0023). Its row ids are the ranks of the
uploads, so that a search is read in the order of listings and ends with its page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import TextClause, column, table, text

from models.folding import folded
from models.upload import facets
from models.upload.search_query import SearchQuery, Term

GRAM = 3  # letters that the index has together
INDEX = table("upload_fts", column("rowid"))
_TEXTS = "title description name tags camera"
_BLOCK = 128  # letters: an alphabet of Unicode has one such block, or a part of one
_LABELS = {
    "tag": (facets.tag_of_audience, facets.tag_of_owner),
    "category": (facets.category_of_audience, facets.category_of_owner),
}
_NAMED = {
    "tag": facets.tag,
    "category": facets.category,
    "user": facets.owner,
    "album": facets.album,
}
Ids = Mapping[tuple[str, str], Sequence[int]]  # row ids, by field and value of a term


class Listed(NamedTuple):
    """Who looks: what is theirs, and which audiences they belong to."""

    audiences: Sequence[str]
    user_id: int | None

    def facets(self, label: str = "", row: int = 0) -> list[str]:
        """What is listed to them has one of these; of a tag or a category: what has that, too."""
        if label:
            of_audience, of_owner = _LABELS[label]
            own = [] if self.user_id is None else [of_owner(row, self.user_id)]
            return [*(of_audience(row, name) for name in self.audiences), *own]
        own = [] if self.user_id is None else [facets.owner(self.user_id)]
        return [*(facets.audience(name) for name in self.audiences), *own]


def matches(match: str) -> TextClause:
    """A condition on INDEX."""
    return text("upload_fts MATCH :match").bindparams(match=match)


def matching(listed: Listed, query: SearchQuery, ids: Ids) -> str:
    """What to look for, in the index's own language (https://sqlite.org/fts5.html, 3): what is
    listed to them and all terms of ``query``; "" where nothing can be found.
    """
    if any(term.is_own and not term.is_excluded for term in query.terms):
        listed = Listed((), listed.user_id)
    labels = (term for term in query.terms if term.field in _LABELS and not term.is_excluded)
    label = next(labels, None)
    rows = ids.get((label.field, label.value), ()) if label else ()
    if label and not rows:
        return ""
    needed = [_facets(listed.facets(label.field, rows[0]) if label else listed.facets())]
    unwanted = []
    for term in query.terms:
        part = "" if term is label else _term(term, ids)
        if term.is_excluded:
            unwanted += [part] if part else []
        elif term is not label:
            needed.append(part)
    if query.taken:
        needed.append(_facets(facets.month(*month) for month in query.taken.months))
    if not all(needed):
        return ""
    match = " AND ".join(f"({part})" for part in needed)
    return f"({match}) NOT ({' OR '.join(f'({part})' for part in unwanted)})" if unwanted else match


def _term(term: Term, ids: Ids) -> str:
    """In the index's language; "" for what nothing has."""
    value = term.value
    match term.field:
        case "tag" | "category" | "user" | "album":
            facet = _NAMED[term.field]
            return _facets(facet(row) for row in ids.get((term.field, value), ()))
        case "kind":
            return _facets(facets.kinds(value.split()))
        case "format":
            return _facets([facets.format_(value)])
        case "nsfw":
            return _facets(facets.nsfw())
        case "expiring":
            return _facets([facets.audience("expiring")])
        case "visibility":
            names = [value] if term.is_excluded else [value, "expiring"]
            return _facets(facets.audience(name) for name in names)
        case "camera":
            return _part(value, "camera")
        case "phrase":
            return _in([folded(value)], _TEXTS)
        case "file":
            stem = folded(value.rpartition(".")[0]).removeprefix(" ")
            if len(stem) < GRAM:
                return _part(value, _TEXTS)
            # to its end, so that IMG_1.jpg isn't IMG_10.jpg; the title may have it without ending
            return f"{_in([stem], _TEXTS)} AND {_facets([facets.format_(term.format)])}"
        case _:
            return _part(value, _TEXTS)


def _part(value: str, columns: str) -> str:
    """Words with a part like this. Of one or two letters, words that begin so."""
    part = folded(value).removeprefix(" ").removesuffix(" ")
    if len(part) >= GRAM or not part:
        return _in([part], columns)
    if len(part) == 2:
        return _in([f" {part}"], columns)
    first = ord(part) - ord(part) % _BLOCK
    block = map(chr, range(first, first + _BLOCK))
    alphabet = {sign for sign in block if folded(sign) == f" {sign} "}
    return _in([f" {part}{sign}" for sign in sorted({*" 0123456789", *alphabet})], columns)


def _in(texts: Sequence[str], columns: str) -> str:
    """A folded text has no sign that the index's language could take for more than a letter."""
    quoted = " OR ".join(f'"{text}"' for text in texts if text)
    return f"{{{columns}}} : ({quoted})" if quoted else ""


def _facets(words: Iterable[str]) -> str:
    listed = " OR ".join(f'"{word}"' for word in words)
    return f"facets : ({listed})" if listed else ""
