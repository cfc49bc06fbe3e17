"""What is understood of a search."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blueprints.http.search_form import SearchOptions, options_of, parse_options
from blueprints.http.search_syntax import MAX_TERMS, has_too_many_terms, parse_search
from models.folding import folded
from models.limits import MAX_QUERY
from models.upload.search_query import MAX_MONTHS, SearchQuery, Span, Term
from tests.fuzz.strategies import letters

TODAY = date(2026, 11, 26)


def parsed(text: str, zone: str = "UTC") -> SearchQuery:
    return parse_search(text, ZoneInfo(zone), TODAY)


def day(*parts: int, zone: str = "UTC") -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone))  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(("text", "terms"), [
    ("", []),
    ("harbor", [("words", "harbor")]),
    ("  harbor\tNight ", [("words", "harbor"), ("words", "Night")]),
    ("harbor harbor", [("words", "harbor")]),
    ("rock - roll", [("words", "rock"), ("words", "roll")]),
    ('- -- " "" : * ^', [("words", " ")][:0]),
    ("-blue", [("words", "blue", True)]),
    ("blue-green", [("words", "blue-green")]),
    ('"red sea"', [("phrase", "red sea")]),
    ("“red sea” «a b»", [("phrase", "red sea"), ("phrase", "a b")]),
    ('-"red sea"', [("phrase", "red sea", True)]),
    ('"never closed', [("phrase", "never closed")]),
    ('a"b', [("words", "a b")]),
    ("Harbor.jpg", [("file", "Harbor.jpg", False, "jpg")]),
    ("IMG_1.JPEG", [("file", "IMG_1.JPEG", False, "jpg")]),
    ("clip.MOV", [("file", "clip.MOV", False, "mov")]),
    ("e.g. v1.2 .jpg", [("words", "e.g."), ("words", "v1.2"), ("words", ".jpg")]),
    ("tag:Sea TAG:sea", [("tag", "sea")]),
    ('tag:"New  York"', [("tag", "new york")]),
    ("-tag:sea", [("tag", "sea", True)]),
    ('album:"At  the Lake" album:aB3', [("album", "At the Lake"), ("album", "aB3")]),
    ("tag:", [("words", "tag:")]),
    ('tag:""', [("words", "tag:")]),
    ("user:Ann category:Trips camera:Canon", [
        ("user", "ann"), ("category", "trips"), ("camera", "Canon")]),
    ("type:photo type:videos type:image", [
        ("kind", "photo"), ("kind", "video"), ("kind", "photo animation")]),
    ("type:JPEG type:tif type:gif", [("format", "jpg"), ("format", "tiff"), ("format", "gif")]),
    ("type:song", [("words", "type:song")]),
    ("is:private -is:NSFW is:expiring", [
        ("visibility", "private"), ("nsfw", "", True), ("expiring", "")]),
    ("is:mine", [("words", "is:mine")]),
    ("foo:bar http://a.example", [("words", "foo:bar"), ("words", "http://a.example")]),
    ('foo:"a b"', [("words", "foo: a b")]),
    ("taken:2019-13 before:x after:2019-02-30 before:1700", [
        ("words", "taken:2019-13"), ("words", "before:x"), ("words", "after:2019-02-30"),
        ("words", "before:1700")]),
    ("-taken:2019", [("words", "taken:2019", True)]),
])  # fmt: skip
def test_terms(text: str, terms: list[tuple[str, ...]]) -> None:
    assert parsed(text) == SearchQuery(tuple(Term(*term) for term in terms))  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "query"), [
    ("before:2020", SearchQuery(until=day(2020, 1, 1))),
    ("before:2020-02", SearchQuery(until=day(2020, 2, 1))),
    ("after:2019-7", SearchQuery(since=day(2019, 7, 1))),
    ("after:2019-07-15", SearchQuery(since=day(2019, 7, 15))),
    ("-after:2019", SearchQuery(until=day(2019, 1, 1))),
    ("-before:2019", SearchQuery(since=day(2019, 1, 1))),
    ("after:2018 after:2019", SearchQuery(since=day(2019, 1, 1))),
    ("before:2018 before:2019", SearchQuery(until=day(2018, 1, 1))),
    ("after:today", SearchQuery(since=day(2026, 11, 26))),
    ("after:yesterday before:today",
        SearchQuery(since=day(2026, 11, 25), until=day(2026, 11, 26))),
    ("taken:2019", SearchQuery(taken=Span(day(2019, 1, 1), day(2020, 1, 1)))),
    ("taken:2019-12", SearchQuery(taken=Span(day(2019, 12, 1), day(2020, 1, 1)))),
    ("taken:2019-07-31", SearchQuery(taken=Span(day(2019, 7, 31), day(2019, 8, 1)))),
    ("taken:9998-12", SearchQuery(taken=Span(day(9998, 12, 1), day(9999, 1, 1)))),
])  # fmt: skip
def test_dates(text: str, query: SearchQuery) -> None:
    assert parsed(text) == query


def test_dates_are_those_of_the_site() -> None:
    span = parsed("taken:2019-07-31", "Pacific/Auckland").taken
    assert span and span.start.astimezone(UTC) == datetime(2019, 7, 30, 12, tzinfo=UTC)
    assert span.months == [(2019, 7)]
    year = parsed("taken:2019", "Pacific/Auckland").taken
    assert year and year.months == [(2018, 12), *((2019, n) for n in range(1, 13))]
    assert len(year.months) <= MAX_MONTHS


def test_there_is_a_limit() -> None:
    many = parsed(" ".join(f"w{n}" for n in range(99)))
    assert len(many.terms) == MAX_TERMS


@given(st.text(st.one_of(letters, st.sampled_from('"-: tagisbefore0123')), max_size=MAX_QUERY))
def test_any_text_is_a_search(text: str) -> None:
    query = parsed(text)
    assert len(query.terms) <= MAX_TERMS
    assert all(folded(term.value) for term in query.terms if term.field in ("words", "phrase"))


@pytest.mark.parametrize("piece", ["-", '"', ":", "tag:", "a:", 'a"', "x ", "2019-", "aaaaaaaaaa:"])
def test_the_work_is_linear(piece: str) -> None:
    start = time.process_time()
    parsed(piece * 100_000)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(("text", "options"), [
    ("", SearchOptions()),
    ("harbor n.jpg", SearchOptions(words="harbor n.jpg")),
    ('"red sea" "b c" -x -"y z" -w', SearchOptions(
        words='"b c" -"y z"', exact="red sea", without="x w")),
    ('tag:"New York" tag:b -tag:c user:ann', SearchOptions(
        words="tag:b -tag:c", tag="New York", user="ann")),
    ("type:video type:gif camera:Canon", SearchOptions(
        words="type:gif", type="video", camera="Canon")),
    ("after:2019-07 before:no taken:2019", SearchOptions(
        words="before:no", after="2019-07", taken="2019")),
    ("before:2020-01", SearchOptions(until="2020-01")),
    ("is:private is:nsfw is:expiring is:x", SearchOptions(
        words="is:x", visibility="private", nsfw="1", expiring="1")),
])  # fmt: skip
def test_a_search_as_a_form(text: str, options: SearchOptions) -> None:
    assert options_of(text) == options


@pytest.mark.parametrize("count", [MAX_TERMS, MAX_TERMS + 1, 100])
def test_too_many_terms_are_told(count: int) -> None:
    assert has_too_many_terms('"a b" ' + "-x " * (count - 1)) == (count > MAX_TERMS)


@example('-a "')
@example('-a tag:"')
@given(
    st.lists(
        st.one_of(
            st.sampled_from(["-", '"', "tag:", "is:", "nsfw", "type:", "video", "after:", "2019"]),
            st.sampled_from([" ", "a", "b.jpg", "\n"]),
            st.text(letters, max_size=4),
        ),
        max_size=14,
    ).map("".join)
)
def test_the_form_writes_the_search_that_it_shows(text: str) -> None:
    before, after = parsed(text), parsed(options_of(text).query)
    if not has_too_many_terms(text):
        assert set(after.terms) == set(before.terms)
        assert replace(after, terms=()) == replace(before, terms=())


@pytest.mark.parametrize(("sent", "query"), [
    ({}, None), ({"q": "x", "before": "1"}, None),
    ({"until": "2020"}, "before:2020"), ({"words": ""}, ""), ({"x": "y"}, None),
    ({"words": "a  b", "exact": 'c "d', "without": "-e f.jpg"}, 'a  b "c  d" -e -f.jpg'),
    ({"tag": "New York", "type": "video", "after": "2019"}, 'tag:"New York" type:video after:2019'),
    ({"visibility": "private", "expiring": "1", "nsfw": "1"}, "is:private is:expiring is:nsfw"),
    ({"words": "\ud800", "user": "x" * 999}, f"? user:{'x' * 999}"),
])  # fmt: skip
def test_what_the_form_sends(sent: dict[str, str], query: str | None) -> None:
    options = parse_options(sent)
    assert (options and options.query) == query
