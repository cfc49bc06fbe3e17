"""The addresses of a file that was merged with another one of the same bytes: they lead to that,
for who may open it, also when the file itself is gone.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, ForeignKey, Index, String, false, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Model, db
from models.upload import Upload
from models.upload.filing import derivative
from models.visibility import FOR_EVERYBODY, Visibility
from models.visitor import Visitor


class MovedAddress(Model):
    """``row`` and ``public_id`` are what the merged file had, and no other ever has; ``upload_id``
    is the one that was kept; ``visibility`` says who could open the merged one, which nobody else
    is led from. A trigger ends it where the file comes back from the bin.
    """

    __table_args__ = (Index("ix_moved_address_folder_name", "folder", "name"),)

    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    public_id: Mapped[str] = mapped_column(unique=True)
    folder: Mapped[str]
    name: Mapped[str] = mapped_column(String(collation="NOCASE"))
    extension: Mapped[str]
    derivative_extension: Mapped[str]
    visibility: Mapped[str]
    upload_id: Mapped[int] = mapped_column(ForeignKey("upload.id", ondelete="CASCADE"), index=True)

    @classmethod
    def lead(cls, upload: Upload, to: Upload) -> list[int]:
        """From now on an upload's addresses lead to another one, and with them those that led to
        it: the rows of these.
        """
        to_it = update(cls).where(cls.upload_id == upload.id).values(upload_id=to.id)
        others = list(db.session.scalars(to_it.returning(cls.row)))
        values = {
            "row": upload.id,
            "public_id": upload.public_id,
            "folder": upload.folder,
            "name": upload.name,
            "extension": upload.extension,
            "derivative_extension": upload.derivative_extension,
            "visibility": upload.visibility,
            "upload_id": to.id,
        }
        db.session.execute(insert(cls).prefix_with("OR REPLACE").values(values))
        return others

    @classmethod
    def lead_back(cls, upload: Upload, others: Collection[int]) -> None:
        """Those that led to this upload before do so again."""
        some = update(cls).where(cls.row.in_(others), cls.row != upload.id)
        db.session.execute(some.values(upload_id=upload.id))

    @classmethod
    def page_for(cls, public_id: str, visitor: Visitor) -> Upload | None:
        """Where the page with this id leads, if this visitor may open that."""
        return cls._target(cls.public_id == public_id, visitor)

    @classmethod
    def row_for(cls, row: int) -> int | None:
        """The row id of the upload that stands for this one now."""
        return db.session.scalar(select(cls.upload_id).where(cls.row == row))

    @classmethod
    def id_for(cls, public_id: str) -> str | None:
        """The same by public ids."""
        query = select(Upload.public_id).join(cls, cls.upload_id == Upload.id)
        return db.session.scalar(query.where(cls.public_id == public_id))

    @classmethod
    def file_for(cls, path: str, visitor: Visitor) -> tuple[Upload, str] | None:
        """Where a file's address (``images/…``) leads, if this visitor may open that: the upload,
        and the name of its file.
        """
        stem = path.removeprefix("images/").rpartition(".")[0]
        stems = {stem, stem.rpartition(".")[0]} - {""}
        for folder, _, name in (one.rpartition("/") for one in stems):
            query = select(cls).where(cls.folder == folder, cls.name == name)
            for moved in db.session.scalars(query):
                kind = moved.kind_of(path.rpartition("/")[2])
                upload = kind is not None and cls._target(cls.row == moved.row, visitor)
                if upload and kind is not None:
                    return upload, _named(upload, kind)
        return None

    @classmethod
    def _target(cls, is_it: ColumnElement[bool], visitor: Visitor) -> Upload | None:
        query = select(Upload).join(cls, cls.upload_id == Upload.id)
        query = query.where(is_it, Upload.openable_by(visitor), cls._was_open_to(visitor))
        return db.session.scalar(query)

    @classmethod
    def _was_open_to(cls, visitor: Visitor) -> ColumnElement[bool]:
        """A condition: who could open the merged one by its address."""
        seen = (*FOR_EVERYBODY, Visibility.MEMBERS) if visitor.is_member else FOR_EVERYBODY
        is_own = Upload.user_id == visitor.user_id if visitor.is_member else false()
        return or_(cls.visibility.in_(seen), is_own)

    def kind_of(self, filename: str) -> str | None:
        """Which of its files had this name: "" for the file itself; None for none."""
        names = {kind: derivative(self.name, kind, self.derivative_extension) for kind in _KINDS}
        names[""] = f"{self.name}.{self.extension}"
        return next((kind for kind, name in names.items() if name == filename), None)


_KINDS = ("th", "md", "tl", "fr", "pv")


def _named(upload: Upload, kind: str) -> str:
    """The name of the same file of another upload; of one that it hasn't, the file itself."""
    name = upload.derivative(kind) if kind else upload.filename
    has = {path.rpartition("/")[2] for path in upload.files}
    return name if name in has else upload.filename
