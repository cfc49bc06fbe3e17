"""Other hosts that don't answer hold only so many threads."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from services.errors import Busy
from services.fetches import Fetches
from tests.conftest import Person


@pytest.mark.parametrize(("most", "of_one"), [(1, 1), (2, 1), (4, 3)])
def test_no_sender_has_all_of_them(most: int, of_one: int) -> None:
    fetches = Fetches(most)
    for _ in range(2):  # and they come back
        with ExitStack() as held:
            for _ in range(of_one):
                held.enter_context(fetches.one("ann"))
            for sender in ("ann", *("bob",) * (most - of_one)):
                if sender == "bob":
                    held.enter_context(fetches.one(sender))
                else:
                    with pytest.raises(Busy):
                        held.enter_context(fetches.one(sender))
            with pytest.raises(Busy):
                held.enter_context(fetches.one("eve"))


def test_one_too_many_is_told_at_once(ann: Person) -> None:
    site = ann.app.extensions["keepsake"]
    assert site.config.uploads_at_once > 1
    with ExitStack() as held:
        for n in range(site.config.uploads_at_once):
            held.enter_context(site.fetches.one(f"somebody {n}"))
        data = {"key": ann.key, "source": "https://example.com/a.png"}
        answer = ann.client.post("/api/1/upload", data=data)
        assert (answer.status_code, answer.get_json()["error"]["message"]) == (
            503,
            "Busy, try again",
        )
        assert ann.upload("pixel.png").status_code == 200
