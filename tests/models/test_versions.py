"""Whose each column of an upload is: its file's, which goes with it, or its page's, which stays."""

from __future__ import annotations

from models import Upload
from models.upload.versions import OF_THE_FILE

# `taken_at` and `root` follow by rules of their own (`services/versions.py`)
OF_THE_PAGE = {
    "id", "public_id", "user_id", "guest", "guest_browser", "key_id", "category_id", "title",
    "description", "alt_text", "nsfw", "views", "likes", "delete_token_hash", "received_at",
    "created_at", "rank", "unused_days", "visibility", "expires_at", "is_approved", "waits_as",
    "is_hidden", "binned_at", "binned", "ends_at", "version_of_id", "taken_at", "root",
}  # fmt: skip
COMPUTED = {"kept_bytes", "shelf", "album_count", "pictured_at", "name_key"}


def test_each_column_is_the_files_or_the_pages() -> None:
    columns = {column.key for column in Upload.__mapper__.columns}
    assert columns == set(OF_THE_FILE) | OF_THE_PAGE | COMPUTED
    assert not set(OF_THE_FILE) & OF_THE_PAGE
