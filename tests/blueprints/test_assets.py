"""Scripts, styles and icons: joined, packed, and asked for once."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask

from blueprints.http.assets import SHEETS, STATIC, Assets, assets
from blueprints.http.modules import joined
from tests.conftest import Person, log_in

ADDRESS = re.compile(r'(?:href|src|data-icons|data-digest-script|data-viewer)="(/static/[^"#]+)')


def test_everything_a_page_asks_for_is_there_for_good(ann: Person) -> None:
    log_in(ann.client)
    image = ann.uploaded("plain.jpg")
    for path in ("/", "/explore", "/settings/uploaders", image["path_viewer"], "/upload/popup"):
        names = set(ADDRESS.findall(ann.client.get(path).text))
        assert len(names) >= 5, path
        for name in names:
            answer = ann.client.get(name)
            assert answer.status_code == 200 and answer.get_data(), name
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_packed_for_who_takes_it(app: Flask) -> None:
    path = f"/static/{assets().digest}/app-2f6f5e.css"
    plain = app.test_client().get(path)
    packed = app.test_client().get(path, headers={"Accept-Encoding": "br, gzip"})
    refused = app.test_client().get(path, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in plain.headers and refused.get_data() == plain.get_data()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"] == plain.headers["Vary"]
    assert gzip.decompress(packed.get_data()) == plain.get_data()


def test_pages_are_packed_at_lengths_that_tell_nothing(app: Flask) -> None:
    client = app.test_client()
    plain = client.get("/login", headers={"Accept-Encoding": "identity"})
    answers = [client.get("/login", headers={"Accept-Encoding": "gzip"}) for _ in range(20)]
    assert len({len(answer.get_data()) for answer in answers}) > 1
    for answer in answers:
        assert len(gzip.decompress(answer.get_data())) == len(plain.get_data())
        assert answer.headers["Content-Length"] == str(len(answer.get_data()))
    assert client.head("/login", headers={"Accept-Encoding": "gzip"}).status_code == 200


def test_an_address_of_another_version_still_answers(app: Flask) -> None:
    answer = app.test_client().get("/static/0123456789ab/js/theme.js")
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", [
    "nothing.js", "../app.py", "css/../../app.py", "css", "", "app-2F6F5E.css", "app-zzz.css",
    "app-2f6f5e.js", "js/", "%2e%2e/app.py",
])  # fmt: skip
def test_nothing_else_is_served(name: str, app: Flask) -> None:
    assert app.test_client().get(f"/static/{assets().digest}/{name}").status_code == 404


PAGES_OWN = {
    "notices.css",
    "recent.css",
    "check.css",
    "admin.css",
    "styleguide.css",
    "viewer.css",
    "site_settings.css",
    "review.css",
    "reference.css",
    "frame.css",
    "links.css",
    "bin.css",
    "duplicates.css",
    "versions.css",
    "select.css",
}


def test_every_sheet_is_in_the_one_sheet() -> None:
    sheets = {path.name for path in (STATIC / "css").iterdir()} - PAGES_OWN
    assert {f"{name}.css" for name in SHEETS} == sheets
    found = Assets(STATIC).find("app-c0ffee.css")
    assert found and all((STATIC / f"css/{name}.css").read_bytes() in found.data for name in SHEETS)
    assert b"--accent: light-dark(" in found.data


def test_the_icon_is_in_the_site_s_colour() -> None:
    found = Assets(STATIC).find("icon-c0ffee.svg")
    assert found and b'fill="#c0ffee"' in found.data and b"2f6f5e" not in found.data


def test_modules_in_the_order_of_their_imports(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import { b, $ as c } from "./b.js";\nimport "./c.js";\nb(c);\n')
    (tmp_path / "b.js").write_text("export const $ = 1;\nexport function b() {}\n")
    (tmp_path / "c.js").write_text(
        'import {\n  b,\n} from "./b.js";\nexport class C {}\nimport * as all from "./b.js";\n'
    )
    text = joined(tmp_path / "a.js")
    assert [line for line in text.splitlines() if line.startswith("return")] == [
        "return { $, b };", "return { C };", "return {  };",
    ]  # fmt: skip
    assert (
        "const { b: b, $: c } = module_" in text
        and "const all = module_" in text
        and "import" not in text
        and "export" not in text
    )


def test_a_script_exports_what_its_entry_does(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import { b } from "./b.js";\nexport const a = b;\n')
    (tmp_path / "b.js").write_text("export const b = 1;\n")
    last = joined(tmp_path / "a.js").splitlines()[-1]
    assert re.fullmatch(r"export const \{ a \} = module_\w+_a_js;", last)


@pytest.mark.parametrize(
    "source",
    [
        'import all from "./b.js";\n',
        "export default { a: 1 };\n",
        "const a = 1;\nexport { a as b };\n",
        'export * from "./b.js";\n',
        'import "./a.js";\n',
    ],
)
def test_modules_of_another_form_are_refused(source: str, tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(source)
    (tmp_path / "b.js").write_text("")
    with pytest.raises(ValueError, match=r"a\.js"):
        joined(tmp_path / "a.js")


def test_a_change_changes_every_address(tmp_path: Path) -> None:
    before = Assets(STATIC).digest
    assert before == Assets(STATIC).digest == assets().digest
    for path in STATIC.rglob("*"):
        if path.is_file():
            copy = tmp_path / path.relative_to(STATIC)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    assert Assets(tmp_path).digest == before
    (tmp_path / "icon.svg").write_text("<svg/>")
    assert Assets(tmp_path).digest != before
