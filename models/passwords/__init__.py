"""Which passwords an account can have: neither short nor one that is tried first.

``common.txt.gz`` is Django's list of the 20,000 commonest, made by Royce Williams from passwords
that leaked: in lower case, one a line (BSD licence, beside it).
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from models.account_faults import BadPassword, CommonPassword, NameAsPassword
from models.limits import MAX_PASSWORD, MIN_PASSWORD

COMMON = Path(__file__).parent / "common.txt.gz"
_NO_LETTER = re.compile(r"[\W_]")


def check_password(password: str, *names: str) -> None:
    """``names`` are whose it would be, and of which site. Raises BadPassword."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise BadPassword(f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters.")
    if _bare(password) in map(_bare, names):
        raise NameAsPassword("The name of an account or of the site can't be a password.")
    if is_common(password):
        raise CommonPassword("This is one of the commonest passwords. A few words are best.")


def is_common(password: str) -> bool:
    """In any case. The list is read each time, in 2 ms, as passwords are seldom set."""
    line = password.strip().lower().encode("utf-8", "replace")
    with gzip.open(COMMON) as file:
        return b"\n%s\n" % line in b"\n%s\n" % file.read()


def _bare(text: str) -> str:
    """Letters and digits alone, in any case; all of it where it has none."""
    return _NO_LETTER.sub("", text.casefold()) or text
