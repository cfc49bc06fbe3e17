"""Share links of a server that runs, written into its database: their addresses are signed with its
secret key.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from flask import Flask
from werkzeug.security import generate_password_hash

from blueprints.http.hidden_ids import ids_for
from blueprints.http.share_address import share_token
from models import ShareLink, Upload, connector, db
from models.base import hash_secret, random_id
from services.data_folder import DATABASE
from tests.conftest import Server

NOW = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


def token_of(server: Server, public_id: str) -> str:
    with _with_key(server).app_context():
        return share_token(public_id)


def called(server: Server, path: str, public_id: str) -> str:
    """The path of an upload under the link with this path."""
    with contextlib.closing(connector(server.data / DATABASE)()) as database:
        row, link = database.execute(
            "SELECT upload.id, share_link.public_id FROM upload, share_link "
            "WHERE upload.public_id = ? AND token_hash = ?",
            (public_id, hash_secret(path.removeprefix("/s/"))),
        ).fetchone()
    with _with_key(server).app_context():
        return f"{path}/{ids_for(f'link {link}').of_row(row)}"


def _with_key(server: Server) -> Flask:
    app = Flask(__name__)
    app.secret_key = (server.data / "secret_key").read_text().strip()
    return app


def share(
    server: Server,
    *,
    album: str = "",
    files: Sequence[str] = (),
    password: str = "",
    **columns: str | int | None,
) -> str:
    """The path of a new link of ann's to an album or to files, by their public ids."""
    public_id = random_id(8)
    token = token_of(server, public_id)
    given = {
        "public_id": public_id,
        "token_hash": hash_secret(token),
        "kind": "album" if album else "files",
        "password_hash": generate_password_hash(password, "scrypt:1024:8:1") if password else None,
        "password_key": random_id(8) if password else None,
        **columns,
    }
    connect = connector(server.data / DATABASE)
    with contextlib.closing(connect()) as database, database:
        row = database.execute(
            f"INSERT INTO share_link (created_at, user_id, album_id, {', '.join(given)}) "  # noqa: S608
            f"VALUES ({NOW}, (SELECT id FROM user WHERE name = 'ann'), "
            f"(SELECT id FROM album WHERE public_id = ?), {', '.join('?' * len(given))})",
            (album, *given.values()),
        ).lastrowid
        database.executemany(
            "INSERT INTO share_link_upload SELECT ?, id, ? FROM upload WHERE public_id = ?",
            [(row, at, one) for at, one in enumerate(files)],
        )
    return f"/s/{token}"


def name_under(app: Flask, token: str, public_id: str) -> str:
    """What an upload is called under a share link; "" under what is none."""
    with app.app_context():
        link = db.session.scalar(
            db.select(ShareLink).where(ShareLink.token_hash == hash_secret(token))
        )
        upload = Upload.find_any(public_id)
        return ids_for(f"link {link.public_id}").of(upload) if link and upload else ""


def upload_under(app: Flask, token: str, name: str) -> Upload | None:
    """What a name under a share link stands for."""
    with app.app_context():
        link = db.session.scalar(
            db.select(ShareLink).where(ShareLink.token_hash == hash_secret(token))
        )
        assert link
        return db.session.get(Upload, ids_for(f"link {link.public_id}").row(name))
