"""The handler of all that is logged."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterable

from logs.hiding import Hiding
from logs.lines import FORMATS, Lines, Plain

OURS = "keepsake"


class Handler(logging.StreamHandler):  # type: ignore[type-arg]
    """Keeps what is logged before it is known how lines are written."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self._early: list[logging.LogRecord] | None = []

    def emit(self, record: logging.LogRecord) -> None:
        if self._early is None:
            super().emit(record)
        else:
            self._early.append(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """logging's own would write the arguments as they are. The log can't be written: there is
        nobody to tell.
        """

    def begin(self, lines: Lines) -> None:
        """Write what was kept, and each line from now on."""
        self.setFormatter(lines)
        early, self._early = self._early or [], None
        for record in early:
            self.handle(record)


installed: Handler | None = None


def begin() -> None:
    """Take over all that is logged in this process. Lines are written from `settle` on."""
    global installed
    installed = Handler()
    root = logging.getLogger()
    root.handlers[:] = [installed]
    root.setLevel(logging.INFO)
    for talkative in ("alembic", "waitress"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def settle(form: str, level: str, known: Iterable[str]) -> None:
    """``form`` and ``level`` as the settings have them; ``known`` are secrets that are hidden
    wherever they stand. A command writes plain messages, as logging does by itself: only secrets
    are hidden from them.
    """
    if installed is None:
        if logging.lastResort:
            logging.lastResort.setFormatter(Plain(Hiding(known)))
        return
    logging.getLogger(OURS).setLevel(level.upper())
    # what libraries say beside it is for those who work on them
    logging.getLogger().setLevel(max(logging.INFO, logging.getLevelName(level.upper())))
    installed.begin(FORMATS[form](Hiding(known)))


def _uncaught(kind: type[BaseException], error: BaseException, trace: object) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(OURS).critical("Keepsake ends", exc_info=error)
    settle("people", "info", ())


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        logging.getLogger(OURS).error("A thread ended", exc_info=args.exc_value)
