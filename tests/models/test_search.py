"""What a search finds, and that no text can break it."""

from __future__ import annotations

import random
import unicodedata
from datetime import UTC, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blueprints.http.arguments import parse_query
from blueprints.http.search_syntax import parse_search
from models import Album, Category, Tag, Upload, User, Visitor, db, utcnow
from models.folding import folded
from tests.conftest import make_person
from tests.fuzz.strategies import letters
from tests.models.test_listing import NOW, listed, put


@pytest.mark.parametrize(("text", "becomes"), [
    (None, ""), ("", ""), (" -_. ", ""),
    ("IMG_harbor2.jpg", " img harbor2 jpg "),
    ("Früchtekörbchen STRASSE Straße", " fruchtekorbchen strasse strasse "),
    ("ﬁne Ｈａｒｂｏｒ", " fine harbor "),
    ("北京tower 東京", " 北 京 tower 東 京 "),
    ("서울에서", " 서 울 에 서 "), ("ภาษา", " ภ า ษ า "), ("हिन्दी", " हिन्दी "),
    ("שָׁלוֹם", " שלום "), ("Й ё", " и е "),
    ("🎉 party 👨\u200d👩", " 🎉 party 👨 👩 "),
    ("\ud800\uf001\ue000\x00a", " a "),  # nothing that facets are made of
])  # fmt: skip
def test_folded(text: str | None, becomes: str) -> None:
    assert folded(text) == becomes


@given(st.text(letters))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert '"' not in once and not any(unicodedata.category(c) in ("Co", "Cs") for c in once)


TITLES = [
    "Harbor at night", "harbors", "the big harbor", "IMG_20260101120000", "Früchtekörbchen",
    "früchtekörbe", "北京天安门广场", "Ships in the red sea", "The sea was red", "a b c",
]  # fmt: skip


@pytest.mark.parametrize(("text", "found"), [
    ("harbor", [3, 2, 1]), ("arbo", [3, 2, 1]), ("HARBOR night", [1]), ("harbor -night", [3, 2]),
    ("-harbor sea", [9, 8]), ('"harbor"', [3, 1]), ('"harbo"', []), ('-"harbor" harbor', [2]),
    ("20260101", [4]), ("img_2026", [4]), ("g 1200", []), ("g 12000", []),
    ("fruchte", [6, 5]), ("KÖRBE", [6]), ("korb", [6, 5]), ("früchtekörbchenx", []),
    ("北京", [7]), ("天安", [7]), ("门", [7]), ("北天", []), ('"京天"', [7]), ("北 广", [7]),
    ('"red sea"', [8]), ("red sea", [9, 8]), ("red-sea", [8]),
    ("b", [10, 3]), ("bi", [3]), ("ed", []), ("a b", [10]), ('"a b"', [10]),
    ("-harbor -sea -b -img -korb -北", []),
    ("-harbor -sea -img -korb -北", [10]),
    ("n3", [3]), ("n3.png", [3]), ("n3.jpg", []), ("Harbors.png", [2]), ("harbors.jpeg", []),
    ("harbor.png", [3, 1]), ("bor.png", [3, 1]),
    ("png", list(range(10, 0, -1))), ("nothing", []), ("before:2026 harbor", []),
    ("after:2026 harbor", [3, 2, 1]), ("type:png harbors", [2]), ("-type:png", []),
])  # fmt: skip
def test_words(text: str, found: list[int], app: Flask) -> None:
    for title in TITLES:
        put(app, title=title)
    assert listed(app, "", text) == found


def library(app: Flask) -> None:
    """Rows of ann and bob that differ in one thing each."""
    for name in ("ann", "bob", "root"):
        make_person(app, name, admin=name == "root")
    soon = utcnow() + timedelta(days=1)
    with app.app_context():
        ann, bob = (User.by_name(name) for name in ("ann", "bob"))
        assert ann and bob
        trips = Category.create("Far trips")
        db.session.commit()
        owners, category = {"ann": ann.id, "bob": bob.id}, trips.id
    taken = NOW.replace(year=2019, month=7, day=15)
    rows: list[dict[str, Any]] = [
        {"visibility": "public"}, {"visibility": "members"}, {"visibility": "unlisted"},
        {"visibility": "private"}, {"visibility": "private", "expires_at": soon},
        {"visibility": "public", "expires_at": soon},
        {"visibility": "public", "nsfw": True}, {"visibility": "public", "kind": "video"},
        {"visibility": "public", "is_animated": True, "format": "gif", "extension": "gif"},
        {"visibility": "public", "camera": "Canon EOS 40D", "taken_at": taken},
        {"visibility": "public", "category_id": category, "taken_at": taken.replace(day=16)},
    ]  # fmt: skip
    for owner, user_id in owners.items():
        for columns in rows:
            number = put(app, user_id=user_id, title=f"t of {owner}", **columns)
            with app.app_context():
                row = db.session.get_one(Upload, number)
                row.tags = Tag.named(["New York"] if number % 2 else ["sea"])
                db.session.commit()

    with app.app_context():
        for user_id, name, visibility, row_ids in (
            (1, "Lake Übersee", "public", [1, 4]), (2, "secrets", "private", [12]),
            (2, "Lake Übersee", "members", [13]),
        ):  # fmt: skip
            album = Album.create(db.session.get_one(User, user_id), name, visibility)
            db.session.flush()
            Album.append(album.id, row_ids)
        db.session.commit()


CASES = {  # by what is looked for: what the guest, ann, bob and the admin find; ann has 1 to 11
    "is:private": ([], [4, 5], [15, 16], []),
    "-is:private is:expiring": ([], [6], [17], []),
    "is:expiring": ([], [5, 6], [16, 17], []),
    "is:unlisted": ([], [3], [14], [3, 14]),
    "is:members": ([], [2, 13], [2, 13], [2, 13]),
    "is:nsfw": ([7, 18],) * 4,
    "user:ann is:nsfw": ([7],) * 4,
    "user:nobody": ([],) * 4,
    "type:video": ([8, 19],) * 4,
    "type:gif": ([9, 20],) * 4,
    "type:animation -user:Bob": ([9],) * 4,
    "camera:canon": ([10, 21],) * 4,
    "camera:eos40d": ([],) * 4,
    'camera:"eos 40d" user:bob': ([21],) * 4,
    "canon": ([10, 21],) * 4,
    "taken:2019": ([10, 11, 21, 22],) * 4,
    "taken:2019-07-15": ([10, 21],) * 4,
    "taken:2019-08": ([],) * 4,
    "category:far-trips": ([11, 22],) * 4,
    "category:nowhere": ([],) * 4,
    "tag:sea user:ann is:private": ([], [4], [], []),
    'tag:"new york" is:private': ([], [5], [15], []),
    'album:"lake übersee"': ([1], [1, 4, 13], [1, 13], [1, 13]),
    'album:"lake ubersee" -album:"LAKE UBERSEE"': ([],) * 4,
    "album:secrets": ([], [], [12], []),
    "tag:sea tag:x": ([],) * 4,
    "user:bob": (
        [12, 18, 19, 20, 21, 22], [12, 13, 18, 19, 20, 21, 22], list(range(12, 23)),
        [12, 13, 14, 18, 19, 20, 21, 22],
    ),
    "bob -is:nsfw -type:video -type:gif -taken:2019 -camera:canon": (
        [12, 22], [12, 13, 22], [12, 13, 14, 15, 16, 17, 22], [12, 13, 14, 22],
    ),
}  # fmt: skip


def test_fields(app: Flask) -> None:
    library(app)
    for text, of in CASES.items():
        for who, found in zip(("", "ann", "bob", "root"), of, strict=True):
            assert sorted(listed(app, who, text)) == found, (text, who)


def test_a_hidden_profile_is_no_list_either(app: Flask) -> None:
    library(app)
    with app.app_context():
        db.session.query(User).filter_by(name="bob").update({"has_private_profile": True})
        db.session.commit()
    assert listed(app, "", "user:bob") == listed(app, "ann", "user:bob") == []
    assert listed(app, "bob", "user:bob") and listed(app, "root", "user:bob")
    assert listed(app, "", "t -user:ann") == [22, 21, 20, 19, 18, 12]


def test_who_finds_what_is_what_a_page_lists(app: Flask) -> None:
    library(app)
    rng = random.Random(7)
    for _ in range(3):
        for who in ("", "ann", "bob", "root"):
            all_ = listed(app, who)
            assert all_ == listed(app, who, "t") == listed(app, who, "-nothing")
            by_tag = {*listed(app, who, "tag:sea"), *listed(app, who, 'tag:"new york"')}
            assert by_tag == set(all_)
            assert not set(listed(app, who, "t -user:ann -user:bob"))
        with app.app_context():
            for row in db.session.scalars(db.select(Upload)):
                row.visibility = rng.choice(["private", "members", "unlisted", "public"])
                row.expires_at = rng.choice([None, utcnow() + timedelta(days=1)])
                row.user_id = rng.choice([1, 2])
                row.nsfw = rng.choice([True, False])
            db.session.commit()


def test_any_text_gives_an_answer(app: Flask) -> None:
    library(app)
    pieces = st.sampled_from(
        ['"', "-", "tag:", "sea", "is:", "private", "before:", "2019", "AND ", "NOT ", "NEAR(",
         "*", "^", "{", "}", "t", " ", "type:gif", "a:b"]
    )  # fmt: skip

    @settings(suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.lists(st.one_of(pieces, st.text(letters, max_size=5)), max_size=40).map("".join))
    def look(text: str) -> None:
        query = parse_search(parse_query(text), UTC, NOW.date())
        for visitor in (Visitor.GUEST, ann):
            Upload.page(visitor, query=query)

    with app.app_context():
        ann = Visitor(User.by_name("ann"))
        look()


def test_an_album_is_known_as_long_as_it_has_something(app: Flask) -> None:
    library(app)
    with app.app_context():
        album = db.session.scalars(db.select(Album).filter_by(user_id=1)).one()
        public_id = album.public_id
        assert listed_in(app, f"album:{public_id}") == [1]
        Album.append(album.id, [7])
        Album.remove(album.id, [1])
        db.session.commit()
    assert listed_in(app, f"album:{public_id}") == [7]
    with app.app_context():
        db.session.scalars(db.select(Album).filter_by(user_id=1)).one().name = "Alps"
        db.session.commit()
    assert listed_in(app, "album:ALPS") == [7] and listed_in(app, "album:übersee") == []
    with app.app_context():
        db.session.scalars(db.select(Album).filter_by(user_id=1)).one().delete_row()
        db.session.commit()
    assert listed_in(app, "album:ubersee") == listed_in(app, f"album:{public_id}") == []
    assert 7 in listed_in(app, "user:ann")


def test_an_album_with_a_password_is_found_by_who_entered_it(app: Flask) -> None:
    """And no file in it that isn't listed to them anyway."""
    library(app)
    with app.app_context():
        album = Album.create(db.session.get_one(User, 2), "Locked", "password")
        album.set_password("open sesame")
        db.session.flush()
        Album.append(album.id, [13, 14, 15, 18])
        db.session.commit()
        query = parse_search("album:locked", UTC, NOW.date())
        opened = Visitor(opened=frozenset({album.password_key or ""}))
        for visitor, found in ((Visitor.GUEST, []), (opened, [18])):
            assert [row.id for row in Upload.page(visitor, query=query)] == found


def listed_in(app: Flask, text: str) -> list[int]:
    return sorted(listed(app, "", text))
