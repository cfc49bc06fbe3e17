"""The footer's text: which links it may have, and what becomes of all else."""

from __future__ import annotations

import pytest

from config import ConfigError
from services.settings import DECLARED
from services.settings.footer import Part, parse_footer

FOOTER = DECLARED["FOOTER"]


def test_its_parts() -> None:
    text = "By Ann · [Imprint](https://home.example/a?b=c#d) · [Mail](mailto:ann@home.example)."
    assert FOOTER.parse(text) == text
    assert parse_footer(text) == [
        Part("By Ann · ", ""),
        Part("Imprint", "https://home.example/a?b=c#d"),
        Part(" · ", ""),
        Part("Mail", "mailto:ann@home.example"),
        Part(".", ""),
    ]
    assert parse_footer("") == []


@pytest.mark.parametrize("text", ["", "[1] (c) me", "a [b] c", "<b>&amp;</b>", "(x) [y"])
def test_what_is_only_text(text: str) -> None:
    assert FOOTER.parse(text) == text
    assert "".join(part.text for part in parse_footer(text)) == text
    assert not any(part.url for part in parse_footer(text))


@pytest.mark.parametrize("text", [
    "[a](javascript:alert(1))", "[a](javascript:x)", "[a](JaVaScRiPt:x)", "[a](data:text/html,x)",
    "[a](/admin)", "[a](//home.example)", "[a](https:)", "[a](https:///x)", "[a](mailto:)",
    "[a](http://[::1)", "[a](https://home.example\\@evil.example)", "[a]( https://home.example)",
    "[](https://home.example)", "[[a]](https://home.example)", "[a](vbscript:x@y)", "x" * 1001,
    "a\nb", "a\x00b", "[a](https://home.example)" * 11, "[a](ftp://home.example)",
])  # fmt: skip
def test_what_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="FOOTER"):
        FOOTER.parse(text)
