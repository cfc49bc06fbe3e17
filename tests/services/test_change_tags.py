"""An edit of tags while somebody renames, merges or deletes tags."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert

from models import Tag, Upload, User, Visibility, Visitor, db
from models.tag import upload_tag
from models.tag_tally import TagTally
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


def test_a_tag_that_is_being_merged_or_deleted_does_not_come_back(ann: Person) -> None:
    """Until the job has been at a file, neither its page nor an edit shows the tag."""
    image = ann.uploaded("plain.jpg", tags="old, other", visibility="public")
    with ann.app.app_context():
        old, new = Tag.named(["old", "new"])
        old.retire(new)
        db.session.commit()
        upload = Upload.find(image["id_encoded"], Visitor(User.by_name("ann")))
        assert upload and [tag.name for tag in upload.tags] == ["other"]
        site = ann.app.extensions["keepsake"]
        change(site, upload, {"visibility": Visibility.MEMBERS, "tags": ["other"]})
        member = Visitor(User.by_name("ann"))
        assert [row.name for row in TagTally.page(member, "")] == ["other"]
        assert Tag.move_some(old.id, new.id, 10) == 1  # the job gives it what it is merged with
        db.session.commit()
        db.session.expire_all()
        assert {tag.name for tag in upload.tags} == {"other", "new"}
