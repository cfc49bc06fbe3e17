"""Every state of the pages (tests/looks), measured: nothing is wider than the window, off the grid,
cut off, hard to read or jumps, and axe finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Server
from tests.e2e.conftest import violations_in_both
from tests.looks.scene import Scene, make_scene, session_cookies
from tests.looks.states import STATES, State
from tests.looks.windows import SIZES, window

pytestmark = pytest.mark.browser

MEASURES = (ROOT / "tests" / "looks" / "measures.js").read_text()
MAX_SHIFT = 0.02


@pytest.fixture(scope="module")
def scene(make_server: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(make_server, Path(tmp_path_factory.mktemp("pictures")))


@pytest.fixture(scope="module")
def members_cookies(browser: Any, scene: Scene) -> list[dict[str, Any]]:
    return session_cookies(browser, scene)


@pytest.mark.parametrize("state", STATES, ids=[state.name for state in STATES])
def test_it_looks_right(
    state: State, browser: Any, scene: Scene, members_cookies: list[dict[str, Any]]
) -> None:
    found = []
    for width in SIZES:
        with window(browser, scene, state, width, members_cookies) as page:
            if state.script:
                shift = page.evaluate("window.shifted")
                found += (
                    [f"{width}: jumps by {shift}: {page.evaluate('movers')}"]
                    if shift > MAX_SHIFT
                    else []
                )
                found += [f"{width}: {one}" for one in violations_in_both(page)]
            found += [f"{width}: {one}" for one in page.evaluate(MEASURES, width)]
    assert not found, "\n".join(found)
