"""The logo of the site: decoded under the limits of uploads, and in force with its setting."""

from __future__ import annotations

from media.intake.spool import Spool
from media.pixels.logo import logo
from models import begin_write
from models.logo import Logo
from services.portraits import made_of
from services.settings import change, reset
from services.site import Site


def set_logo(site: Site, source: Spool, by: str) -> None:
    """Raises any UploadError; then the site has the logo that it had. The temp file is left to who
    made it.
    """
    site.check_ready()
    data, width, height = made_of(site, source, logo)
    with site.writing:
        begin_write()
        public_id = Logo.replace(data)
        change(site.store, {"LOGO": f"{public_id}-{width}x{height}"}, by)


def remove_logo(site: Site, by: str) -> None:
    with site.writing:
        begin_write()
        Logo.clear()
        reset(site.store, ["LOGO"], by)
