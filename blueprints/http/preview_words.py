"""What a check says of previews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blueprints.http.check_words import numbers
from blueprints.http.language import gettext as _
from blueprints.http.words import N_

PREVIEW_WRONG = {
    "page": N_(
        "The page can't be read: status %(status)s. A log-in or a firewall may be in front."
    ),
    "title": N_("There is no title."),
    "no_image": N_("There is no image."),
    "no_video": N_("There is no video."),
    "relative": N_("“%(url)s” is no whole URL."),
    "insecure": N_(
        "“%(url)s” begins with http: Keepsake doesn't know that it is reached by HTTPS."
    ),
    "another": N_("“%(url)s” isn't below %(base)s: set PUBLIC_URL."),
    "image": N_("The image can't be fetched: status %(status)s."),
    "image_type": N_("The image arrives as “%(kind)s”."),
    "large": N_("The image is too large: it has %(kilobytes)s, and the limit is %(most)s."),
    "oembed": N_("The link to the oEmbed document is missing."),
    "card": N_("The tag twitter:card is missing: the image is shown small."),
}


def problem(name: str, values: Mapping[str, Any]) -> str:
    return _(PREVIEW_WRONG[name], **numbers(values))
