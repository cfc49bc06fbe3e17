"""How a setting is declared: name, type, default, limits, choices and one line of help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

_BOOLEANS = {
    "1": True,
    "true": True,
    "yes": True,
    "on": True,
    "0": False,
    "false": False,
    "no": False,
    "off": False,
}


class ConfigError(Exception):
    """A setting that is unknown or malformed; the message names it."""


@dataclass(frozen=True)
class Declaration:
    """One setting. ``least`` and ``most`` limit a number, or the length of a text. ``aliases`` are
    other words for choices. ``check`` raises ValueError for a text of another form; its message
    goes on after the name. ``is_secret``: it is hidden from the log and from messages."""

    name: str
    default: Any
    help: str
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    check: Callable[[str], object] | None = None
    is_secret: bool = False

    def parse(self, value: Any) -> Any:
        """``value``, text or from TOML, in the type of the default. Raises ConfigError."""
        try:
            if isinstance(self.default, bool):
                return self._boolean(value)
            if isinstance(self.default, int):
                return self._number(value)
            if isinstance(self.default, tuple):
                return self._words(value)
            if isinstance(self.default, Path):
                return Path(value).expanduser().resolve()
            return self._text(value)
        except (TypeError, ValueError) as error:
            found = "" if self.is_secret else f", not {value!r}"
            raise ConfigError(f"{self.name} {error}{found}") from None

    def _boolean(self, value: Any) -> bool:
        word = str(value).strip().lower()
        if word not in _BOOLEANS:
            raise ValueError("must be true or false")
        return _BOOLEANS[word]

    def _number(self, value: Any) -> int:
        text = str(value).strip()
        if not (text.isascii() and text.removeprefix("-").isdigit()):
            raise ValueError("must be a whole number")
        number = int(text)
        most = float("inf") if self.most is None else self.most
        if not (self.least or 0) <= number <= most:
            raise ValueError(f"must be from {self.least or 0} to {self.most or 'any number'}")
        return number

    def _words(self, value: Any) -> tuple[str, ...]:
        items = value.split(",") if isinstance(value, str) else value
        if not isinstance(items, list | tuple):
            raise TypeError("must be words, comma separated")
        words = [str(item).strip().lower() for item in items]
        chosen = [self._choice(self.aliases.get(word, word)) for word in words if word]
        return tuple(dict.fromkeys(chosen))

    def _text(self, value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError("must be text")
        text = value.strip()
        if not text.isprintable():
            raise ValueError("must be one line of text")
        if self.most is not None and len(text) > self.most:
            raise ValueError(f"must have at most {self.most} characters")
        if self.check:
            self.check(text)
        return self._choice(text) if self.choices else text

    def _choice(self, word: str) -> str:
        if word not in self.choices:
            raise ValueError(f"must be one of {', '.join(self.choices)}")
        return word


def setting(default: Any, help: str, **rest: Any) -> Any:
    """A field of a class of settings; ``rest`` as in `Declaration`."""
    return field(default=default, metadata={"help": help, **rest})


def declarations(declared: type[Any]) -> dict[str, Declaration]:
    """The settings of a class by their upper-case names, in order."""
    return {
        f.name.upper(): Declaration(f.name.upper(), f.default, **f.metadata)
        for f in fields(declared)
    }


def as_text(value: Any) -> str:
    """A value as `Declaration.parse` reads it."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, tuple) else str(value)
