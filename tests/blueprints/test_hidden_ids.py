"""What uploads are called under share links."""

from __future__ import annotations

import pytest

from blueprints.http.hidden_ids import LETTERS, NO_ROW, HiddenIds

IDS = HiddenIds(b"k" * 32)


@pytest.mark.parametrize("row", [1, 2, 255, 20_000, (1 << 32) - 1, 1 << 32, (1 << 63) - 1])
def test_a_name_leads_back(row: int) -> None:
    name = IDS.of_row(row)
    assert len(name) == LETTERS and name.isalnum() and name.isascii()
    assert IDS.row(name) == row


def test_names_of_two_links_have_nothing_in_common() -> None:
    other = HiddenIds(b"l" * 32)
    names = {ids.of_row(row) for ids in (IDS, other) for row in range(1, 500)}
    assert len(names) == 2 * 499
    assert other.row(IDS.of_row(7)) != 7


@pytest.mark.parametrize(
    "text", ["", "x", "x" * 10, "x" * 12, "9" * 11, "-" * 11, "ü" * 11, "\0" * 11]
)
def test_nonsense_is_no_row(text: str) -> None:
    assert IDS.row(text) == NO_ROW


def test_a_first_page_has_none() -> None:
    assert IDS.row_in("") is None and IDS.row_in("x") == NO_ROW
