"""Share links of a server that runs, written into its database: their addresses are signed with its
secret key.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from flask import Flask
from werkzeug.security import generate_password_hash

from blueprints.http.share_address import share_token
from models import connector
from models.base import hash_secret, random_id
from services.start import DATABASE
from tests.conftest import Server

NOW = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"


def token_of(server: Server, public_id: str) -> str:
    app = Flask(__name__)
    app.secret_key = (server.data / "secret_key").read_text().strip()
    with app.app_context():
        return share_token(public_id)


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
