"""The addresses of a share link, and of files under it: no other answers whoever has opened it, as
the files' own stay as private as they were, and go on when the link has ended.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from flask import current_app, request

from blueprints.http.addresses import Addresses
from blueprints.http.album_addresses import FILES, file_of, sender_of
from blueprints.http.context import addresses, time_zone, visitor
from blueprints.http.hidden_ids import HiddenIds, ids_for
from blueprints.http.language import short_date
from models import ShareLink, Upload
from models.base import ALPHABET, hash_secret
from models.link_files import opens_file, to_keep

TOKEN_LENGTH = 22  # letters and digits: 131 bits


def share_token(public_id: str) -> str:
    """The secret of a link's address. Derived, so that it isn't stored, and its owner can be shown
    it again; it changes with the site's secret key.
    """
    key = str(current_app.secret_key).encode()
    number = int.from_bytes(hmac.new(key, f"share {public_id}".encode(), hashlib.sha256).digest())
    letters = []
    for _ in range(TOKEN_LENGTH):
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    return "".join(letters)


@dataclass(frozen=True)
class LinkAddresses(Addresses):
    """``ids`` are what files are called under the link, by no name that opens anything else."""

    token: str
    of: ShareLink
    ids: HiddenIds

    def opens_file(self, upload: Upload) -> bool:
        return opens_file(self.of, upload)

    def called(self, upload: Upload) -> str:
        """Its title, else its day: the name of its file is a part of its own address."""
        at = upload.taken_at or upload.received_at
        return upload.title or short_date(at.astimezone(time_zone()))

    def author(self, upload: Upload) -> str:
        return sender_of(upload, visitor()) if upload.contribution else super().author(upload)

    @property
    def link_path(self) -> str:
        return f"{self.base_path}/s/{self.token}"

    @property
    def link(self) -> str:
        return f"{self.base}/s/{self.token}"

    def file(self, upload: Upload, filename: str) -> str:
        which = next(name for name in FILES if file_of(upload, name) == filename)
        return f"{self.link}/file/{self.ids.of(upload)}/{which}"

    def download(self, upload: Upload) -> str:
        """The path of what may be downloaded of it, "" for nothing."""
        name = to_keep(self.of, upload)
        return f"{self.shown(upload, name)}?download=1" if name else ""

    def viewer(self, upload: Upload) -> str:
        return f"{self.link}/{self.ids.of(upload)}"

    def viewer_path(self, upload: Upload) -> str:
        return f"{self.link_path}/{self.ids.of(upload)}"


def under(link: ShareLink) -> LinkAddresses:
    token = _asked_token(link) or share_token(link.public_id)
    return LinkAddresses(addresses().base, token, link, ids_for(f"link {link.public_id}"))


def _asked_token(link: ShareLink) -> str:
    """The secret by which this request has found the link, "" on other pages. The derived one is
    another where the site has got a new secret key since.
    """
    token = str((request.view_args or {}).get("token", ""))
    return token if hash_secret(token) == link.token_hash else ""


def own_address(link: ShareLink) -> str:
    """As its owner is shown it; "" where the site has another secret key than when it was made: it
    still opens, but nobody can tell its address any more.
    """
    is_known = hash_secret(share_token(link.public_id)) == link.token_hash
    return under(link).link if is_known else ""
