"""The windows in which states are looked at."""

from __future__ import annotations

from typing import Any

from tests.conftest import NOTHING_KNOWN
from tests.looks.jumps import SHIFTS
from tests.looks.scene import Scene
from tests.looks.states import State
from tests.sessions import browser_cookies

SIZES = {1440: 900, 390: 844}  # a laptop, a phone
TABLET = 1024
SCHEMES = ("light", "dark")


class Windows:
    """A window of each kind that is asked for, in which one state after the other is shown: a new
    one takes as long as two pages. What a state left behind is gone before the next one, what the
    browser has loaded too.
    """

    def __init__(self, browser: Any, scene: Scene) -> None:
        self.browser, self.scene = browser, scene
        self.cookies = browser_cookies(scene.server.base)
        self.opened: dict[tuple[int, bool, bool], tuple[Any, Any]] = {}

    def __enter__(self) -> Windows:
        return self

    def __exit__(self, *_: object) -> None:
        for page, _ in self.opened.values():
            page.context.close()

    def show(self, state: State, width: int) -> Any:
        """A page of ``width`` pixels that shows the state; ``jumps`` says what has jumped in it."""
        kind = (width, state.member, state.script)
        if kind not in self.opened:
            self.opened[kind] = self._open(*kind)
        page, devtools = self.opened[kind]
        self._clear(page, devtools)
        if state.member:
            page.context.add_cookies(self.cookies)
        state.go(page, self.scene)
        page.wait_for_load_state("load")
        return page

    def _open(self, width: int, _member: bool, script: bool) -> tuple[Any, Any]:
        context = self.browser.new_context(
            viewport={"width": width, "height": SIZES.get(width, TABLET)},
            java_script_enabled=script,
            has_touch=width < 500,
            is_mobile=width < 500,
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())  # whether to leave
        if script:
            page.add_init_script(SHIFTS)
            page.add_init_script(NOTHING_KNOWN)
        return page, context.new_cdp_session(page)

    def _clear(self, page: Any, devtools: Any) -> None:
        page.emulate_media(color_scheme="light")
        page.mouse.move(0, 0)
        page.goto(self.scene.server.base + "/robots.txt")
        page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.context.clear_cookies()
        devtools.send("Network.clearBrowserCache")
        for is_disabled in (True, False):  # what the page's own process keeps goes with the first
            devtools.send("Network.setCacheDisabled", {"cacheDisabled": is_disabled})
