"""Posts of nonsense to the pages of settings: each is refused with a reason and changes nothing, or
is right.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from blueprints.http.settings_groups import GROUPS
from config import as_text
from models import Setting, db
from services.settings import DECLARED, SettingStore
from tests.conftest import Person, applications, confirm_log_in, log_in, make_person

POSTS = 1000 if os.environ.get("CI") == "true" or os.environ.get("SOAK") == "1" else 150
SEED = 15
TEXTS = (
    "", " ", "0", "1", "-1", "+1", "1.5", "1e9", "0x10", "٣", "１２", "1_000", "9" * 400,
    "9" * 5000,
    str(2**63), str(-(2**63)), "NaN", "inf", "null", "None", "true", "false", "on", "y", "maybe",
    "\x00", "a\x00b", "\r\n", "a\nb", "\u202eabc", "\ud7ff\uffff", "😀" * 30, "é" * 101, "x" * 100,
    "x" * 101, "x" * 60_000, "<script>alert(1)</script>", "'; DROP TABLE setting; --", "%s%n",
    "{{ 7 * 7 }}", "../../etc/passwd", "/etc/localtime", "UTC", "Europe/Berlin", "europe/berlin",
    "#2f6f5e", "#2F6F5E", "#2f6f5", "#gggggg", "red", "members", "everyone", "nobody", "MEMBERS",
    "jpg", "jpg,png", "svg", ",", ",,", "jpeg", "everything", "location", "private", "unlisted",
    "javascript:alert(1)", "[a](https://example.org)", "[a](javascript:x)", "original", "random",
)  # fmt: skip


@pytest.fixture(scope="module")
def boss(blank_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    with applications(blank_data, tmp_path_factory.mktemp("nonsense")) as make:
        app = make()
        boss = make_person(app, "boss", admin=True)
        log_in(boss.client, "boss")
        confirm_log_in(boss.client)
        app.config["WTF_CSRF_ENABLED"] = False
        yield boss


def sensible(store: SettingStore, names: tuple[str, ...]) -> MultiDict[str, str]:
    sent: MultiDict[str, str] = MultiDict()
    for name in names:
        value = getattr(store.latest, name.lower())
        sent.add(f"shown-{name.lower()}", as_text(value))
        for part in value if isinstance(value, tuple) else [value]:
            if part is not False:
                sent.add(name.lower(), as_text(part))
    return sent


def drop(chance: random.Random, sent: MultiDict[str, str], _names: Any) -> None:
    sent.poplist(chance.choice(list(sent)))


def double(chance: random.Random, sent: MultiDict[str, str], _names: Any) -> None:
    name = chance.choice(list(sent))
    sent.add(name, chance.choice([sent[name], chance.choice(TEXTS)]))


def replace(chance: random.Random, sent: MultiDict[str, str], _names: Any) -> None:
    sent[chance.choice(list(sent))] = chance.choice(TEXTS)


def mix(chance: random.Random, sent: MultiDict[str, str], _names: Any) -> None:
    letters = "".join(map(chr, (chance.choice([*range(128), 233, 0x4E2D]) for _ in range(20))))
    sent[chance.choice(list(sent))] = letters


def add(chance: random.Random, sent: MultiDict[str, str], names: tuple[str, ...]) -> None:
    sent.add(
        chance.choice(["reset", "port", "shown-port", "csrf_token", ""]),
        chance.choice([*names, "PORT", "NOTHING", *TEXTS]),
    )


WAYS: tuple[Callable[[random.Random, MultiDict[str, str], Any], None], ...] = (
    drop, double, replace, replace, replace, mix, add,
)  # fmt: skip


def rows(app: Flask) -> dict[str, str]:
    with app.app_context():
        return Setting.values(db.engine)


def test_nonsense_is_refused_or_right(boss: Person) -> None:
    app, store = boss.app, boss.app.extensions["keepsake"].store
    chance = random.Random(SEED)
    answers: dict[int, int] = {}
    for number in range(POSTS):
        group = chance.choice(list(GROUPS.values()))
        sent = sensible(store, group.names)
        for _ in range(chance.randint(1, 3)):
            if sent:
                chance.choice(WAYS)(chance, sent, group.names)
        before = rows(app)
        answer = boss.client.post(f"/admin/settings/{group.slug}", data=sent)
        after = rows(app)
        case = (number, group.slug, sent)
        answers[answer.status_code] = answers.get(answer.status_code, 0) + 1
        assert answer.status_code in (303, 400, 409, 413), case
        if answer.status_code == 303:
            check(store, before, after, set(group.names), case)
        else:
            assert after == before, case
        if answer.status_code in (400, 409):
            assert 'role="alert"' in answer.text, case
        with app.app_context():  # for the next one nobody is locked out
            for name in ("REQUIRE_SECOND_FACTOR",):
                Setting.forget(name)
            db.session.commit()
            store.refresh()
    assert answers[303] > POSTS / 20 and answers[400] > POSTS / 4, answers


def check(store: SettingStore, before: Any, after: Any, names: set[str], case: Any) -> None:
    """What was stored is of this page, and as its declaration reads it."""
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert changed <= names, case
    for name in changed & after.keys():
        assert as_text(DECLARED[name].parse(after[name])) == after[name], case
        assert getattr(store.latest, name.lower()) == DECLARED[name].parse(after[name]), case
