"""docs/settings.md, made from the declarations: ``python -m services.settings.page``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from config import FLASK, RETIRED, Declaration, as_text
from services.settings.declared import DECLARED
from services.settings.load import NEW_NAMES, STARTING

INTRODUCTION = """\
# Settings

Generated from `config/` and `services/settings/declared.py` by `make docs`; don't edit by hand.

Set one in the environment with the prefix `KEEPSAKE_` (`KEEPSAKE_PORT=9000 make run`), or in
`instance/config.toml` without it (`port = 9000`). The environment wins. A name that is not
listed here, or an invalid value, stops the start with a message that names it."""

WHILE_RUNNING = f"""\
## While the site runs

The environment and `config.toml` give the defaults of these. Admins change them under
*Administration*, *Settings*, or by a command. A change is in force in every process within a
second; it is stored in the database and overrides the default:

    {FLASK} settings set NAME VALUE

`settings reset NAME` in place of `settings set` undoes it, `settings list` shows all values."""


def as_markdown() -> str:
    """The text of docs/settings.md."""
    retired = ", ".join(f"`{name}`" for name in RETIRED)
    return (
        "\n\n".join(
            [
                INTRODUCTION,
                f"{', '.join(f'`{old}` is read as `{new}`' for old, new in NEW_NAMES.items())}, "
                "with a warning. "
                f"No longer settings, and ignored with a warning: {retired}.",
                "## At the start",
                _table(STARTING.values()),
                WHILE_RUNNING,
                _table(DECLARED.values()),
            ]
        )
        + "\n"
    )


def _table(declared: Iterable[Declaration]) -> str:
    rows = [f"| `{one.name}` | {_default(one)} | {_values(one)} | {one.help} |" for one in declared]
    return "\n".join(
        ["| name | default | values | what it does |", "| --- | --- | --- | --- |", *rows]
    )


def _default(one: Declaration) -> str:
    text = one.default.name if isinstance(one.default, Path) else as_text(one.default)
    return f"`{text}`" if text else "empty"


def _values(one: Declaration) -> str:
    if isinstance(one.default, bool):
        return "`true`, `false`"
    if isinstance(one.default, int):
        return (
            f"{one.least or 0:,} to {one.most:,}"
            if one.most is not None
            else f"from {one.least or 0:,}"
        )
    if one.choices and not isinstance(one.default, tuple):
        return ", ".join(f"`{word}`" for word in one.choices)
    return (
        "any of the default's, separated by commas"
        if one.choices and one.default
        else f"any of {', '.join(f'`{word}`' for word in one.choices)}, separated by commas"
        if one.choices
        else f"up to {one.most} characters"
        if one.most
        else "text"
    )


if __name__ == "__main__":
    print(as_markdown(), end="")
