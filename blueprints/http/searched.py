"""What a search looks for: its text, read in the visitor's time zone."""

from __future__ import annotations

from blueprints.http import words
from blueprints.http.context import time_zone, visitor
from blueprints.http.search_dates import parse_dates
from blueprints.http.search_syntax import MAX_TERMS, has_too_many_terms, parse_search
from models import Upload, utcnow
from models.limits import MAX_QUERY
from models.upload.search_query import SearchQuery


def too_much(text: str) -> str:
    """What to tell instead of a search for a part of it."""
    if len(text) > MAX_QUERY:
        return words.search_too_long(MAX_QUERY)
    return words.too_many_terms(MAX_TERMS) if has_too_many_terms(text) else ""


def understood(text: str) -> tuple[str, SearchQuery]:
    """Of a date: what was uploaded then, else what was taken."""
    zone = time_zone()
    today = utcnow().astimezone(zone).date()
    dates = parse_dates(text, today, words.date_words())
    meant = dates.uploaded if dates else text
    query = parse_search(meant, zone, today)
    if dates and dates.taken and not Upload.page(visitor(), query=query, limit=1):
        meant, query = dates.taken, parse_search(dates.taken, zone, today)
    return meant, query
