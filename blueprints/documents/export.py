"""What the ZIP of a person's data says of it: no secret, neither of keys nor of links."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from blueprints.http.addresses import Addresses
from models import Album, ApiKey, Identity, Passkey, ShareLink, Upload, User, UserSession


@dataclass(frozen=True)
class WaysIn:
    """What lets a person in, or a program."""

    keys: Sequence[ApiKey]
    passkeys: Sequence[Passkey]
    identities: Sequence[Identity]
    sessions: Sequence[UserSession]


def about(
    user: User,
    email: str,
    albums: Sequence[Album],
    shared: Sequence[Album],
    links: Sequence[ShareLink],
    ways_in: WaysIn,
    where: Addresses,
    now: datetime,
) -> dict[str, Any]:
    """``shared`` are the albums of others that they are a member of."""
    names = {album.id: album.public_id for album in albums}
    return {
        "site": where.base,
        "exported_at": now.isoformat(),
        "profile": {
            "name": user.name,
            "display_name": user.display_name,
            "email": email or None,
            "about": user.bio,
            "time_zone": user.time_zone,
            "has_private_profile": user.has_private_profile,
            "role": user.role,
            "created_at": user.created_at.isoformat(),
            "defaults": {
                "visibility": user.visibility,
                "album": user.default_album,
                "expiration": user.expiration,
                "removed_from_files": user.strip,
            },
        },
        "albums": [
            {
                "id": album.public_id,
                "url": where.album(album),
                "name": album.name,
                "description": album.description,
                "visibility": album.visibility,
                "in_album": names.get(album.parent_id or 0),
                "created_at": album.created_at.isoformat(),
            }
            for album in albums
        ],
        "albums_of_others": [
            {"id": album.public_id, "name": album.name, "owner": album.user.shown_name}
            for album in shared
        ],
        "share_links": [_share_link(link) for link in links],
        "api_keys": [
            {
                "begins_with": key.prefix.removesuffix("…"),
                "label": key.label,
                "scope": key.scope,
                "visibility": key.visibility,
                "album": key.album_id,
                "largest_file_mb": key.max_mb,
                "created_at": key.created_at.isoformat(),
                "expires_at": _time(key.expires_at),
                "last_used_at": _time(key.last_used_at),
                "last_used_from": key.last_used_from,
            }
            for key in ways_in.keys
        ],
        "passkeys": [_used(one, name=one.name) for one in ways_in.passkeys],
        "connected_log_ins": [
            _used(one, provider=one.issuer, id=one.subject, name=one.label)
            for one in ways_in.identities
        ],
        "devices": [_used(one, browser=one.agent) for one in ways_in.sessions],
    }


def _share_link(link: ShareLink) -> dict[str, Any]:
    """Without its secret, which opens it."""
    return {
        "id": link.public_id,
        "of": link.kind,
        "album": link.album.public_id if link.album else None,
        "tag": link.tag.name if link.tag else None,
        "title": link.title,
        "created_at": link.created_at.isoformat(),
        "expires_at": _time(link.expires_at),
        "has_password": link.password_hash is not None,
        "download": link.download,
        "views": link.views,
        "most_views": link.max_views,
        "is_revoked": link.is_revoked,
        "may_add": link.may_add,
        "needs_approval": link.needs_approval,
        "most_files": link.max_files,
        "most_mb": link.max_mb,
        "sent_files": link.added_files,
        "sent_bytes": link.added_bytes,
    }


def _used(row: Passkey | Identity | UserSession, **facts: str) -> dict[str, Any]:
    return {
        **facts,
        "created_at": row.created_at.isoformat(),
        "last_used_at": _time(row.last_used_at),
    }


def of_upload(upload: Upload, name: str, where: Addresses) -> dict[str, Any]:
    """``name`` is that of its file in the ZIP. The checksums are those of the file as it was sent,
    which the ZIP has where ``is_original``.
    """
    return {
        "id": upload.public_id,
        "file": name,
        "is_original": upload.has_original,
        "page": where.viewer(upload),
        "url": where.file(upload, upload.filename),
        "original_filename": upload.original_filename,
        "sent_by": upload.contribution.name if upload.contribution else None,
        "md5": upload.source_md5,
        "sha256": upload.source_sha256,
        "type": upload.mime,
        "width": upload.width,
        "height": upload.height,
        "duration": upload.duration,
        "title": upload.title,
        "description": upload.description,
        "alt_text": upload.alt_text,
        "tags": [tag.name for tag in upload.tags],
        "albums": [album.public_id for album in upload.albums],
        "albums_once_approved": [album.public_id for album in upload.wished_albums],
        "category": upload.category.name if upload.category else None,
        "visibility": upload.visibility,
        "visibility_once_approved": upload.waits_as,
        "not_safe_for_work": upload.nsfw,
        "uploaded_at": upload.received_at.isoformat(),
        "dated": upload.created_at.isoformat(),
        "taken_at": _time(upload.taken_at),
        "expires_at": _time(upload.expires_at),
        "unused_days": upload.unused_days,
        "camera": upload.camera,
        "removed": upload.removed,
        "metadata": json.loads(upload.exifdata) if upload.exifdata else None,
        "views": upload.views,
        "likes": upload.likes,
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
