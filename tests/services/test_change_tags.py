"""An edit of tags while somebody renames, merges or deletes tags."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert

from models import Tag, Upload, User, Visitor, db
from models.tag import upload_tag
from services.change import change
from tests.conftest import Person


def one_goes(upload_id: int) -> None:
    db.session.execute(delete(upload_tag).where(upload_tag.c.upload_id == upload_id))


def the_other_is_there(upload_id: int) -> None:
    (tag,) = Tag.named(["new"])
    db.session.execute(insert(upload_tag).values(upload_id=upload_id, tag_id=tag.id))


@pytest.mark.parametrize("meanwhile", [one_goes, the_other_is_there])
def test_tags_change_meanwhile(meanwhile: Callable[[int], None], ann: Person) -> None:
    image = ann.uploaded("plain.jpg", tags="old, other")
    with ann.app.app_context():
        upload = Upload.find(image["id_encoded"], Visitor(User.by_name("ann")))
        assert upload and [tag.name for tag in upload.tags] == ["old", "other"]
        with ann.app.app_context():
            meanwhile(upload.id)
            db.session.commit()
        change(ann.app.extensions["keepsake"], upload, {"tags": ["new", "other"]})
        assert {tag.name for tag in upload.tags} == {"new", "other"}
        found = Upload.find(image["id_encoded"], Visitor(User.by_name("ann")))
        assert found and {tag.name for tag in found.tags} == {"new", "other"}
        change(ann.app.extensions["keepsake"], upload, {"tags": []})
        assert upload.tags == []
