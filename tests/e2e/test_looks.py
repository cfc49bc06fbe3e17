"""Every state of the pages (tests/looks), measured: nothing is wider than the window, off the grid,
cut off, hard to read or jumps, and axe finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Server
from tests.e2e.conftest import SOAK, schemes, violations_in
from tests.looks.jumps import jumps
from tests.looks.scene import make_scene
from tests.looks.states import STATES, State
from tests.looks.windows import SIZES, Windows

pytestmark = pytest.mark.browser

MEASURES = (ROOT / "tests" / "looks" / "measures.js").read_text()


@pytest.fixture(scope="module")
def windows(
    browser: Any, make_server: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Windows]:
    scene = make_scene(make_server, Path(tmp_path_factory.mktemp("pictures")))
    with Windows(browser, scene) as opened:
        yield opened


def looked_at(state: State, width: int) -> Sequence[str]:
    """Dark on a phone is colours alone, which many states share: every second one is enough."""
    is_left_out = width == min(SIZES) and STATES.index(state) % 2
    return () if is_left_out and not SOAK else schemes(width)


@pytest.mark.parametrize("state", STATES, ids=[state.name for state in STATES])
def test_it_looks_right(state: State, windows: Windows) -> None:
    found = []
    for width in SIZES:
        page = windows.show(state, width)
        if state.script:
            found += [f"{width}: jumps by {one}" for one in jumps(page)]
            found += [f"{width}: {one}" for one in violations_in(page, looked_at(state, width))]
        found += [f"{width}: {one}" for one in page.evaluate(MEASURES, width)]
    assert not found, "\n".join(found)
