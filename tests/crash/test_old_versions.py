"""A site of every earlier version, with rows and files in it: it starts, and its addresses answer
as before.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from models import Upload, Visitor, db
from tests.crash.old import REVISIONS, furnish_old, version_and_schema
from tests.crash.scenes import delete, faults, site_at, upload


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_site_of_an_earlier_version(revision: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    facts = furnish_old(data, revision)
    assert version_and_schema(data / "keepsake.sqlite3")[0] == revision
    assert faults(data, {"one": "public", "two": "private"}, {}) == []
    with site_at(data) as app:
        client = app.test_client()
        listed = {row.name for row in Upload.page(Visitor.GUEST)}
        # all that was not private was listed to everybody
        assert listed == ({"one"} if revision < "0012" else set())
        for row in db.session.scalars(db.select(Upload)):
            assert client.get(f"/image/{row.public_id}", follow_redirects=True).status_code == 200
        delete("one")(app, facts)
        upload("three", visibility="public")(app, facts)  # the key still works
        # the index of words, too
        assert [row.name for row in Upload.page(Visitor.GUEST, query="three")] == ["three"]
    assert faults(data, {"two": "private", "three": "public"}, {}) == []
    with site_at(tmp_path / "new"):
        pass
    assert version_and_schema(data / "keepsake.sqlite3") == version_and_schema(
        tmp_path / "new" / "keepsake.sqlite3"
    )
    assert (data / "keepsake.sqlite3").stat().st_mode & 0o777 == 0o600
