"""What pages suggest while somebody types, as JSON for their scripts: tags, people and files, of
what the visitor may find, and words of their own titles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from blueprints.http.arguments import parse_query, parse_tag_key
from blueprints.http.context import addresses, time_zone, visitor
from blueprints.http.search_form import field_value
from blueprints.http.search_syntax import Token, has_too_many_terms, parse_search, tokens
from models import TagTally, Upload, utcnow
from models.folding import folded
from models.people import people_beginning
from models.upload.search_query import SearchQuery, Term

bp = Blueprint("suggest", __name__)

TAGS, OTHERS = 8, 4  # lists that one sees at once
MOST_WORDS, LOOKED_THROUGH = 3, 30  # words, of so many titles
_WORD = re.compile(r"[^\W_]+")
LEAST_OF_FILES = 3  # letters, as what is shorter is in almost every name


def tags() -> Any:
    """Tags that begin so."""
    key = " ".join(parse_tag_key(request.args.get("q", "")).split())
    found = TagTally.beginning(visitor(), key, TAGS) if key else []
    return _answer({"kind": "tag", "text": one.name, "detail": f"{one.uploads}"} for one in found)


def search() -> Any:
    """What may be meant by the last word of a search, and where it leads."""
    text = parse_query(request.args.get("q", ""))
    typed = [] if has_too_many_terms(text) else list(tokens(text))
    before = text[: typed[-1].start].rstrip() if typed else ""
    return _answer(_for(typed[-1], before, text) if typed else ())


def _answer(suggestions: Iterable[dict[str, str]]) -> Response:
    """They tell what one may find: nobody else's cache gets to know."""
    answer = jsonify(suggestions=list(suggestions))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _for(last: Token, before: str, text: str) -> Iterator[dict[str, str]]:
    value, field = last.value.strip(), last.field
    if last.is_excluded or not value:
        return
    said = set()
    if field in ("", "tag"):
        for tag in TagTally.beginning(visitor(), value.casefold(), OTHERS if not field else TAGS):
            said.add(folded(tag.name))
            yield _leading("tag", tag.name, before, f"{tag.uploads}")
    if field in ("", "user"):
        for name in people_beginning(visitor(), value, OTHERS):
            yield _leading("user", name, before)
    if not field and len(value) >= LEAST_OF_FILES:
        zone = time_zone()
        query = parse_search(text, zone, utcnow().astimezone(zone).date())
        for word in _own_words(query, value):
            if folded(word) in said:
                continue
            url = url_for("gallery.search", q=f"{before} {word}".strip())
            yield {"kind": "word", "text": word, "url": url}
        for upload in Upload.page(visitor(), query=query, limit=OTHERS):
            name = upload.title or upload.filename
            yield {"kind": "file", "text": name, "url": addresses().viewer_path(upload)}


def _own_words(query: SearchQuery, value: str) -> list[str]:
    """Of the titles that the visitor gave to what is found: those that go on from ``value``."""
    beginning, user = folded(value)[:-1], visitor().user
    if not user or " " in beginning[1:]:
        return []
    own = replace(query, terms=(*query.terms, Term("user", user.name.lower())))
    titles = [one.title or "" for one in Upload.page(visitor(), query=own, limit=LOOKED_THROUGH)]
    found = {folded(word)[:-1]: word for title in titles for word in _WORD.findall(title)}
    known = {beginning, *(folded(title)[:-1] for title in titles)}  # a whole title is a file
    longer = [one for key, one in found.items() if key.startswith(beginning) and key not in known]
    return longer[:MOST_WORDS]


def _leading(kind: str, name: str, before: str, detail: str = "") -> dict[str, str]:
    """To its own page, or to the search with it."""
    alone = {"tag": "gallery.tag", "user": "people.profile"}[kind]
    term = f"{kind}:{field_value(name)}"
    url = url_for("gallery.search", q=f"{before} {term}") if before else url_for(alone, name=name)
    return {"kind": kind, "text": name, "detail": detail, "url": url}
