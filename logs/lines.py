"""How a record of `logging` becomes a line."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from logs import context
from logs.hiding import HIDDEN, MAX_TRACEBACK, Hiding, is_secret_name

# Given with a record of which each part is ours, as a request's line is: to look for secrets in it
# would take three times what all else does.
IS_OURS = "is_ours"
_OWN = logging.makeLogRecord({}).__dict__.keys() | {"message", "asctime", "taskName", IS_OURS}
# C0, C1, what changes the direction of text or ends a line, and halves of characters
_UNSEEN = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff"
_CONTROL = re.compile(f"[{_UNSEEN}]")
MOST_FIELDS = 30


class Lines(logging.Formatter):
    """What both forms share. Nothing that is logged makes it raise."""

    def __init__(self, hiding: Hiding) -> None:
        super().__init__()
        self.hiding = hiding

    def message(self, record: logging.LogRecord) -> str:
        try:
            text = record.getMessage()
        except Exception:  # arguments that don't fit
            text = f"{_text(record.msg)} {_text(record.args)}"
        return text if IS_OURS in record.__dict__ else self.hiding.hide(text)

    def traceback(self, record: logging.LogRecord) -> str:
        """Of the record's exception and those it came from; "" without one."""
        parts = []
        if record.exc_info and record.exc_info[0]:
            try:
                parts.append(self.formatException(record.exc_info))
            except Exception:  # an error that can't be shown
                parts.append(record.exc_info[0].__name__)
        elif record.exc_text:
            parts.append(record.exc_text)
        if record.stack_info:
            parts.append(record.stack_info)
        return self.hiding.hide("\n".join(parts), MAX_TRACEBACK)

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """What was given beside the message (``extra``)."""
        given = [item for item in record.__dict__.items() if item[0] not in _OWN]
        if IS_OURS in record.__dict__:
            return dict(given)
        return {name: self._field(name, value) for name, value in given[:MOST_FIELDS]}

    def _field(self, name: str, value: Any) -> Any:
        if is_secret_name(name):
            return HIDDEN
        if value is None or isinstance(value, bool | int | float):
            return value
        return self.hiding.hide(_text(value))


class ForPeople(Lines):
    """One line, then the lines of a traceback, which are indented: none can be taken for a line of
    the log.
    """

    def format(self, record: logging.LogRecord) -> str:
        moment = self.formatTime(record)
        about = [
            *([f"request {context.request.get()}"] if context.request.get() else []),
            *([f"job {context.job.get()}"] if context.job.get() else []),
        ]
        line = f"{moment} {record.levelname} {record.name} {_visible(self.message(record))}"
        if about:
            line += f" ({', '.join(about)})"
        return "\n    ".join([line, *map(_visible, self.traceback(record).splitlines())])


class Plain(Lines):
    """The message alone, for who has typed a command."""

    def format(self, record: logging.LogRecord) -> str:
        lines = [self.message(record), *self.traceback(record).splitlines()]
        return "\n    ".join(map(_visible, lines))


class AsJson(Lines):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        document: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self.message(record),
        }
        ids = {"request": context.request.get(), "job": context.job.get()}
        document |= {name: one for name, one in ids.items() if one}
        document |= {n: v for n, v in self.fields(record).items() if n not in document}
        if trace := self.traceback(record):
            document["exception"] = trace
        return json.dumps(document)


FORMATS = {"people": ForPeople, "json": AsJson}


def _text(value: Any) -> str:
    try:
        return str(value)
    except Exception:  # an object that can't be shown
        return f"<{type(value).__name__}>"


def _visible(text: str) -> str:
    """Nothing in it ends the line or moves the cursor of a terminal."""
    return _CONTROL.sub(lambda match: ascii(match[0])[1:-1], text)
