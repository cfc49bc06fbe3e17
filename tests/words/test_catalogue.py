"""The list of texts is whole, and scripts get theirs."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.jslexer import tokenize
from babel.messages.pofile import read_po

from blueprints.http.assets import STATIC, Assets
from blueprints.http.catalogue import script
from blueprints.http.language import DOMAIN
from tests.conftest import ROOT
from tests.test_style import of_ours
from tests.words.pseudo import LANGUAGE, OPEN, POT, write


def test_the_list_of_texts_is_of_today(tmp_path: Path) -> None:
    """``make words`` brings it up to date."""
    found = re.search(r"pybabel (-q extract .*) -o", (ROOT / "Makefile").read_text())
    assert found
    made = tmp_path / POT.name
    command = [*shlex.split(found[1]), "-o", str(made), "."]
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", *command], cwd=ROOT, check=True
    )
    assert made.read_text() == POT.read_text(), "run make words"


def test_scripts_get_their_texts_and_no_others(tmp_path: Path) -> None:
    folder = write(tmp_path / "translations")
    found = Assets(STATIC, folder).find(f"words-{LANGUAGE}.js")
    assert found and found.mime.startswith("text/javascript")
    texts = re.search(r"messages: (\{.*\}), plural", found.data.decode())
    assert texts
    messages = json.loads(texts[1])
    assert messages["Link copied"].startswith(OPEN) and len(messages["{n} file"]) == 2
    assert "Create your admin account" not in messages
    with POT.open("rb") as file:
        of_scripts = {
            message.id if isinstance(message.id, str) else message.id[0]
            for message in read_po(file)
            if any(path.startswith("static/") for path, _ in message.locations)
        }
    assert set(messages) == of_scripts
    assert Assets(STATIC).find(f"words-{LANGUAGE}.js") is None


def test_a_plural_rule_is_no_code(tmp_path: Path) -> None:
    path = write(tmp_path) / LANGUAGE / "LC_MESSAGES" / f"{DOMAIN}.po"
    path.write_text(path.read_text().replace("plural=(n != 1)", "plural=alert(n)"))
    with pytest.raises(ValueError):
        script(path)


# --- texts in scripts: what looks like one stands in _() or ngettext()

TEXT = re.compile(r"[A-Z✓✗][a-z]+(?:[ .,:]|$)|[a-z]{2,} [a-z]{2,}")
NO_TEXTS = re.compile(
    r"^[\w-]*[#.\[]\S|^[a-z]+(?: > |:[a-z-]+\()|^[\w-]+=\S*$"  # selectors, attributes
    r"|^[a-z]+(?:[A-Z][a-z]+)+$"  # names of events
    r"|[;{]$|[;}] }"  # lines of a server's configuration
    r"|^(?:Accept|Content-Type|Idempotency-Key|Retry-After|X-[\w-]+|Server|Files|Enter|Escape|"
    r"Arrow\w+|Links|Viewer|Cloudflare|Caddy|button soft|clipboard-\w+)$"
)


def unmarked_in(source: str) -> list[str]:
    """Strings and templates that look like a text and are no argument of ``_`` or ``ngettext``."""
    found: list[str] = []
    calls: list[str] = []  # the names of those that are open
    last = ""
    for token in tokenize(source, template_string=True):
        if token.type in ("linecomment", "multilinecomment"):
            continue
        if token.value == "(":
            calls.append(last)
        elif token.value == ")" and calls:
            calls.pop()
        elif token.type in ("string", "template_string"):
            text = re.sub(r"\$\{[^}]*\}", "", token.value[1:-1])
            is_marked = bool(calls) and calls[-1] in ("_", "ngettext")
            if not is_marked and TEXT.search(text) and not NO_TEXTS.search(text):
                found.append(text)
        last = token.value
    return found


def test_no_script_holds_a_text_that_is_not_marked() -> None:
    """The forum's plugin is other sites', and has a table of its own."""
    scripts = [path for path in of_ours("static/js") if path.name != "pup.js"]
    assert len(scripts) > 20
    found = {path.name: unmarked_in(path.read_text()) for path in scripts}
    assert {name: texts for name, texts in found.items() if texts} == {}


@pytest.mark.parametrize(
    "line",
    [
        'toast("Saved");',
        "say(`${n} files copied`);",
        'x = y ? _("A") : "No file";',
        'toast("Failed: try again");',
        "toast(`Saved at ${x}: done now`);",
        'x.textContent = "Could not connect to the server => retry";',
    ],
)
def test_a_text_that_is_not_marked_is_found(line: str) -> None:
    assert unmarked_in(line)
    assert not unmarked_in('toast(_("Saved", { at: "x" })); $("[data-a] b").on("click");')
