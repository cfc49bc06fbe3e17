"""The kinds of links and codes that people choose for a whole batch: on the upload page, and in the
window of the forum plugin. Templates make the choices of them, which tell the scripts what to copy.
"""

from __future__ import annotations

from typing import NamedTuple

from blueprints.documents.embed_codes import BBCODE, EMBED, HTML, LINKS, MARKDOWN, Codes, linked


class Kind(NamedTuple):
    """``name`` is the choice's value. It stands for the first of
    ``codes`` that an upload has in ``group``: a small picture has no medium, and browsers show no
    full HEIC.
    """

    name: str
    group: str
    codes: tuple[str, ...]

    def of(self, groups: list[Codes]) -> str:
        """The code of an upload, of all that it has. `static/js/upload/codes.js` does the same."""
        codes = next(dict(group.codes) for group in groups if group.name == self.group)
        return next(codes[name] for name in self.codes if name in codes)


ON_THE_UPLOAD_PAGE = (
    Kind("viewer", LINKS, ("Viewer",)),
    Kind("direct", LINKS, ("Direct",)),
    Kind("markdown", MARKDOWN, (EMBED,)),
    Kind("html", HTML, (EMBED,)),
    Kind("bbcode", BBCODE, (EMBED,)),
    Kind("thumbnail", LINKS, ("Thumbnail",)),
)

_LANGUAGES = (("bbcode", BBCODE), ("markdown", MARKDOWN), ("html", HTML))
_FULL, _MEDIUM, _THUMBNAIL = map(linked, ("full", "medium", "thumbnail"))
_SIZES = (
    ("", (EMBED,)),
    ("-full", (_FULL, _MEDIUM)),
    ("-medium", (_MEDIUM, _FULL)),
    ("-thumbnail", (_THUMBNAIL,)),
)
# By their names in Chevereto's plugin.
IN_THE_PLUGIN = (
    Kind("viewer-links", LINKS, ("Viewer",)),
    Kind("direct-links", LINKS, ("Direct",)),
    *(
        Kind(f"{language}-embed{size}", group, codes)
        for language, group in _LANGUAGES
        for size, codes in _SIZES
    ),
)
# By Chevereto's names again, of files that were selected: all 16.
OF_SELECTED = (
    *IN_THE_PLUGIN[:2],
    Kind("medium-links", LINKS, ("Medium", "Direct")),
    Kind("thumbnail-links", LINKS, ("Thumbnail",)),
    *IN_THE_PLUGIN[2:],
)
