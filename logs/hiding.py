"""Takes secrets out of what is logged, whatever brought them there: arguments, errors, tracebacks.

It works on the text as it would be written, so that it doesn't matter from which pieces that was
put together. Texts are cut first, and no expression here takes more than linear time.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote, quote_plus, unquote

HIDDEN = "[hidden]"
MAX_TEXT = 4_000  # characters of a message or a field
MAX_TRACEBACK = 12_000
LEAST_KNOWN = 4  # characters of a secret that is looked for as it is: a shorter one is in any text
_DECODED = 5  # times: what a browser, a proxy and we have each encoded, and more

_VALUE = r"""(?:b?\\?["'][^"'\n]*|[^\s&;,)}\]"']+)"""
_IS = r"""(?:(?:\[\w{0,20}\])?["']?\s{0,4}(?:=>|[=:])\s{0,4}|["'],\s{0,4})"""
_ANY_CASE = [
    (r"chv_[\w-]+", f"chv_{HIDDEN}"),
    # headers, to the end of the line
    (rf"((?:authorization|api[_-]key|cookie){_IS})[^\r\n]+", rf"\1{HIDDEN}"),
    (r"\b(bearer|basic|digest)(\s{1,4}|\+)[\w.~+/=:-]{6,}", rf"\1 {HIDDEN}"),
    # what is called a password may have spaces and quotes in it
    (rf"((?:passw(?:or)?d|passphrase|pwd|secret)\w{{0,20}}{_IS})[^\r\n]+", rf"\1{HIDDEN}"),
    (
        r"((?:(?:token|credential)\w{0,20}|(?<![a-z])"
        rf"(?:pass|otp|keys?|apikeys?|nonce|verifier|session|session_id|challenge)){_IS}){_VALUE}",
        rf"\1{HIDDEN}",
    ),
    # of OpenID Connect; "state: running" is no secret
    (
        r"""((?<![a-z_])(?:code|state)(?:=|["']\s{0,4}[:=,]\s{0,4}(?=b?["'])))""" + _VALUE,
        rf"\1{HIDDEN}",
    ),
    # paths, but for those of the site map: /reset/<token>
    (r"(/(?:delete|setup|join|reset|email|feed|check|s)/+)[^\s/?#\"'&<>)]+", rf"\1{HIDDEN}"),
    (r"(://)[^\s/\"']+@", rf"\1{HIDDEN}@"),
    # in sentences: what is quoted, and a word that has a digit in it
    (
        r"""((?:api[ _-]?key|password|passphrase)s?\s{1,4}(?:is\s{1,4})?["'])[^"'\n]+""",
        rf"\1{HIDDEN}",
    ),
    (
        r"((?:api[ _-]?key|password|passphrase)s?\s{1,4}(?:is\s{1,4})?)(?=\S{0,80}\d)\S+",
        rf"\1{HIDDEN}",
    ),
]
_RULES = [(re.compile(rule, re.IGNORECASE), instead) for rule, instead in _ANY_CASE]
# signed cookies and tokens: JSON in base64, or packed
_RULES.append((re.compile(r"(?<![\w-])(?:ey[A-Z]|\.eJ)[\w-]{8,}(?:\.[\w-]+)+"), HIDDEN))
_LONG = re.compile(r"[A-Za-z0-9_-]{40,}")
_NAME = re.compile(r"passw|pwd|secret|token|key|cookie|authori|credential|session|nonce", re.I)


class Hiding:
    """``known`` are secrets of this site, such as the password of its mail server: they are hidden
    wherever they stand.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        forms = {form for secret in known if len(secret) >= LEAST_KNOWN for form in _forms(secret)}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def hide(self, text: str, most: int = MAX_TEXT) -> str:
        """``text`` without secrets, and not longer than about ``most``; of what is longer, the
        middle is left out: the reason of an error stands at the end.
        """
        text = self._hide(_cut(text, most))
        if "%" in text:
            text = "".join(map(self._hide_encoded, re.split(r"(\s+)", text)))
        return text

    def _hide(self, text: str) -> str:
        if self._known:
            text = self._known.sub(HIDDEN, text)
        for rule, instead in _RULES:
            text = rule.sub(instead, text)
        return _LONG.sub(_random_hidden, text)

    def _hide_encoded(self, word: str) -> str:
        plain = word
        for _ in range(_DECODED):
            before, plain = plain, unquote(plain, errors="backslashreplace")
            if plain == before:
                break
        without = self._hide(plain)
        return word if without == plain else without


def is_secret_name(name: str) -> bool:
    """Whether a field that is called so is hidden, whatever it has."""
    return bool(_NAME.search(name))


def _forms(secret: str) -> set[str]:
    plain = {secret, quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1]}
    return plain | {_in_base64(secret.encode(), before) for before in range(3)}


def _in_base64(secret: bytes, before: int) -> str:
    """What all texts in base64 have in common that have it behind so many bytes, or three more."""
    encoded = base64.b64encode(bytes(before) + secret).decode()
    return encoded[-(-before * 8 // 6) : (before + len(secret)) * 8 // 6]


def _random_hidden(match: re.Match[str]) -> str:
    """Long random texts are secrets, whatever they are for. Checksums and names are none."""
    text = match[0]
    is_random = (
        any(map(str.isdigit, text)) and text != text.lower() and text != text.upper()
    ) or _is_hex(text)
    return HIDDEN if is_random else text


def _is_hex(text: str) -> bool:
    """Delete tokens are 48 of these; SHA-1 and SHA-256 have 40 and 64."""
    return len(text) not in (40, 64) and all(letter in "0123456789abcdefABCDEF" for letter in text)


def _cut(text: str, most: int) -> str:
    """A word that would be cut in two is left out, as far as it isn't all there is."""
    if len(text) <= most:
        return text
    half = most // 2
    head, tail = text[:half], text[-half:]
    head = head[: max(head.rfind(" "), head.rfind("\n"), half - 300)]
    starts = [at for at in (tail.find(" "), tail.find("\n")) if 0 <= at <= 300]
    tail = tail[min(starts, default=300) :]
    return f"{head} [{len(text) - len(head) - len(tail)} characters left out] {tail}"
