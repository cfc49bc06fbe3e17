"""No regular expression of ours costs more than linear time: `re` holds the interpreter lock, so
one bad one stops everybody.
"""

from __future__ import annotations

import ast
import importlib
import itertools
import multiprocessing
import re
import signal
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from re import _constants as op
from re import _parser
from typing import Any

import pytest

from tests.conftest import ROOT

METHODS = ("match", "fullmatch", "search", "sub", "split", "findall", "finditer")
ROOMS = ("media", "models", "services", "blueprints", "server", "cli", "config")
FEW = 16  # repetitions; a repeat up to this many, inside another, can't explode
PUMPED = 50_000  # characters of a hostile text: quadratic is a billion steps
SECONDS = 3  # of CPU, for one expression on all its texts; linear ones take less than one


def modules() -> list[Path]:
    return [ROOT / "app.py", *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]


@dataclass(frozen=True)
class Use:
    """An expression of ours and how it is called: a search may be quadratic where a full match is
    not.
    """

    pattern: str | bytes
    flags: int
    methods: tuple[str, ...]


def patterns() -> dict[str, Use]:
    """Every expression: those compiled by a module, and those written into a call of ``re``."""
    found: dict[str, Use] = {}
    texts = {path: path.read_text() for path in modules()}
    called = {
        call
        for text in texts.values()
        for call in re.findall(rf"\b(\w+)\.({'|'.join(METHODS)})\(", text)
    }
    for path, text in texts.items():
        for node in ast.walk(ast.parse(text)) if "re." in text else ():
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str | bytes)
            ):
                flags = re.IGNORECASE if "IGNORECASE" in ast.unparse(node) else 0
                if node.func.attr != "compile":
                    found[f"{path.name}:{node.lineno}"] = Use(
                        node.args[0].value, flags, (node.func.attr,)
                    )
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for attribute, value in vars(importlib.import_module(name)).items():
            if isinstance(value, re.Pattern):
                methods = tuple(sorted(method for name, method in called if name == attribute))
                found[f"{path.name}:{attribute}"] = Use(
                    value.pattern, value.flags, methods or ("search",)
                )
    return found


def walk(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Each node of a parsed expression, with those inside it."""
    for code, argument in tree:
        yield code, argument
        for inner in insides(code, argument):
            yield from walk(inner)


def insides(code: Any, argument: Any) -> list[Any]:
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return [argument[2]]
    if code is op.SUBPATTERN:
        return [argument[3]]
    if code is op.BRANCH:
        return list(argument[1])
    if code in (op.ASSERT, op.ASSERT_NOT):
        return [argument[1]]
    return [argument] if code is op.ATOMIC_GROUP else []


def nested(pattern: str | bytes) -> bool:
    """Whether a long repeat stands inside a long repeat."""
    long = (op.MAX_REPEAT, op.MIN_REPEAT)
    return any(
        code in long
        and argument[1] > FEW
        and any(c in long and a[1] > FEW for c, a in walk(argument[2]))
        for code, argument in walk(_parser.parse(pattern))
    )


def words(tree: Any, depth: int = 0) -> Iterator[str]:
    """Some texts that the expression takes: a few choices of each branch, each repeat once and
    twice.
    """
    parts: list[list[str]] = []
    for code, argument in tree:
        if code is op.LITERAL:
            parts.append([chr(argument)])
        elif code is op.IN:
            parts.append([one for one in map(_member, argument) if one][:2] or ["\x01"])
        elif code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            inner = list(itertools.islice(words(argument[2], depth + 1), 3)) or ["a"]
            parts.append(
                [one * max(1, argument[0]) for one in inner] + ([""] if argument[0] == 0 else [])
            )
        elif code in (op.NOT_LITERAL, op.ANY):
            parts.append(["a"])
        elif insides(code, argument) and code not in (op.ASSERT, op.ASSERT_NOT):
            parts.append(
                [
                    one
                    for inner in insides(code, argument)
                    for one in itertools.islice(words(inner, depth + 1), 2)
                ][:40]
                or [""]
            )
    for n in range(max((len(part) for part in parts), default=0)):
        yield "".join(part[n % len(part)] for part in parts)


def _member(item: Any) -> str:
    kind, value = item
    if kind is op.LITERAL:
        return chr(value)
    if kind is op.RANGE:
        return chr(value[0])
    return {op.CATEGORY_SPACE: " ", op.CATEGORY_DIGIT: "1", op.CATEGORY_WORD: "a"}.get(value, "")


def hostile(pattern: str | bytes) -> list[str]:
    """Long texts that almost match: what the expression takes, and each part of it, over and over,
    with a wrong end.
    """
    tree = _parser.parse(pattern)
    pumps = {*itertools.islice(words(tree), 40), " ", "a", "1", "<a:gps >", "=", "-"}
    pumps |= {
        one
        for code, argument in walk(tree)
        for inner in insides(code, argument)
        for one in itertools.islice(words(inner), 40)
    }
    starts = ["", *itertools.islice(words(tree), 2)]
    return [
        start + (pump * PUMPED)[:PUMPED] + end
        for pump in sorted(pumps)
        if pump
        for start in starts
        for end in ("!", "\0", "\n!")
    ]


def run_all(found: dict[str, Use], at: Any, seconds: float) -> None:
    for n, use in enumerate(found.values()):
        at.value = n
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)  # ends the process, whatever it holds
        expression = re.compile(use.pattern, use.flags)
        for text in hostile(use.pattern):
            subject: Any = (
                text.encode("latin-1", "replace") if isinstance(use.pattern, bytes) else text
            )
            for method in use.methods:
                call(expression, method, subject)


def call(expression: re.Pattern[Any], method: str, subject: Any) -> None:
    if method == "sub":
        expression.sub(type(subject)(), subject)
    elif method == "finditer":
        deque(expression.finditer(subject), maxlen=0)
    else:
        getattr(expression, method)(subject)


FOUND = patterns()


@pytest.mark.parametrize("where", FOUND)
def test_no_repeat_inside_a_repeat(where: str) -> None:
    assert not nested(FOUND[where].pattern), FOUND[where].pattern


def watched(found: dict[str, Use], seconds: float = SECONDS) -> str:
    """Run them in a process of its own; the name of the one that took too long, else ""."""
    spawn = multiprocessing.get_context("spawn")
    at = spawn.RawValue("i", -1)
    process = spawn.Process(target=run_all, args=(found, at, seconds))
    process.start()
    process.join()
    if process.exitcode == -signal.SIGVTALRM:
        return list(found)[int(at.value)]
    assert process.exitcode == 0
    return ""


def test_every_expression_ends_soon_on_texts_made_against_it() -> None:
    assert watched(FOUND) == ""


@pytest.mark.parametrize("pattern", [r"(a|b|charset=\w+|[\s\d])+", r"(x+x+)+y", r"\s+$"])
def test_the_watch_notices(pattern: str) -> None:
    assert nested(pattern) or watched({"bad": Use(pattern, 0, ("search",))}, 0.3) == "bad"
