"""The addresses of an upload. ``base`` is the site's, without a slash at the end; ``base_path`` its
path, mostly "".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from blueprints.http.language import gettext
from models import Album, Upload

_VIEWER = re.compile(r"/(?:image|clip|video)/(?:[^/]*\.)?([A-Za-z0-9]{8})/?")
# but for control characters that are white space
_DROPPED = re.compile(r"""[\\/~&!'"?\x00-\x08\x0e-\x1b\x7f]""")


UPLOAD_API, OEMBED = "/api/1/upload", "/oembed"
MANAGING_API = "/api/2"
_API_PATHS = ("/api/", "/1/upload")


def is_api_path(path: str) -> bool:
    """Whether the answers are the API's: JSON, and open to any page."""
    return path.startswith(_API_PATHS) or path == "/api"


def is_managing_path(path: str) -> bool:
    """Whether it is of the managing API, which has statuses and rules of its own."""
    return path.startswith(MANAGING_API + "/")


@dataclass(frozen=True)
class Addresses:
    base: str

    @property
    def base_path(self) -> str:
        return urlsplit(self.base).path.rstrip("/")

    def opens_file(self, upload: Upload) -> bool:
        """Whether the file itself has an address of these, besides what stands for it."""
        return True

    def called(self, upload: Upload) -> str:
        """What it is called where it stands under these."""
        return upload.title or upload.filename

    def author(self, upload: Upload) -> str:
        """Who is named beside it; "" for nobody whose name may be told."""
        return upload.user.shown_name if upload.user else gettext("A guest")

    def download(self, upload: Upload) -> str:
        """The path of what the viewer offers to download, "" for nothing: a file's page does."""
        return ""

    def file(self, upload: Upload, filename: str) -> str:
        return f"{self.base}/images/{upload.folder}/{quote(filename)}"

    def shown(self, upload: Upload, filename: str) -> str:
        """`file` without scheme and host. A page shows it from wherever it was opened, which may be
        another address than PUBLIC_URL: browsers take pictures and cookies of that host alone.
        """
        return urlsplit(self.file(upload, filename)).path

    def live(self, upload: Upload) -> str:
        """Always the newest file, also once it was replaced."""
        return f"{self.base}/live/{upload.public_id}.{upload.extension}"

    def viewer_path(self, upload: Upload) -> str:
        return f"{self.base_path}/{_section(upload)}/{slug_and_id(upload)}"

    def viewer(self, upload: Upload) -> str:
        return f"{self.base}/{_section(upload)}/{slug_and_id(upload)}"

    def viewer_of(self, title: str | None, kind: str, public_id: str) -> str:
        """`viewer`, of a row that isn't loaded."""
        section = "clip" if kind == "video" else "image"
        return f"{self.base}/{section}/{slugged(title or '', public_id)}"

    def short(self, upload: Upload) -> str:
        return f"{self.base}/{_section(upload)}/{upload.public_id}"

    def delete(self, upload: Upload, token: str) -> str:
        return f"{self.short(upload)}/delete/{token}"

    @property
    def upload_api(self) -> str:
        return f"{self.base}{UPLOAD_API}"

    def oembed(self, upload: Upload) -> str:
        """The oEmbed document of the upload."""
        return f"{self.base}{OEMBED}?{urlencode({'url': self.viewer(upload), 'format': 'json'})}"

    def profile_path(self, name: str) -> str:
        """The page of a person."""
        return f"{self.base_path}/user/{name}"

    def album_path(self, album: Album) -> str:
        return f"{self.base_path}/album/{slugged(album.name, album.public_id)}"

    def album(self, album: Album) -> str:
        return f"{self.base}/album/{slugged(album.name, album.public_id)}"

    def tag(self, url_key: str) -> str:
        return f"{self.base}/tag/{url_key}"


def _section(upload: Upload) -> str:
    return "clip" if upload.is_video else "image"


def slug_and_id(upload: Upload) -> str:
    return slugged(upload.title or "", upload.public_id)


def slugged(title: str, public_id: str) -> str:
    """The end of a page's address, which the id alone is enough for."""
    slug = slug_of(title)
    return f"{slug}.{public_id}" if slug else public_id


def slug_of(title: str) -> str:
    """A title as part of an address (contract, *image, key by key*, ``url_viewer``)."""
    return quote(re.sub(r"[\s\-\u2010-\u2015]+", "-", _DROPPED.sub("", title)), safe="")


def viewed_id(url: str, where: Addresses) -> str | None:
    """The id of the upload whose page ``url`` is; None where it is none of ours, or no address at
    all.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.netloc not in ("", urlsplit(where.base).netloc):
        return None
    match = _VIEWER.fullmatch(parts.path.removeprefix(where.base_path))
    return match[1] if match else None
