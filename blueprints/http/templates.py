"""What every template may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import cast

from flask import Flask, g, request
from werkzeug.local import LocalProxy

from blueprints.documents import sources, timeline, wire
from blueprints.documents.link_kinds import OF_SELECTED, ON_THE_UPLOAD_PAGE
from blueprints.http import (
    account_words,
    album_form,
    context,
    doctor_words,
    end_words,
    guest_words,
    language,
    link_words,
    privacy_words,
    profiles,
    proven_words,
    select_words,
    upload_defaults,
    visibility,
    words,
)
from blueprints.http.arguments import parse_id
from blueprints.http.assets import assets
from blueprints.http.form_id import new_form_id
from blueprints.http.guest_browser import has_guest_uploads
from blueprints.http.notice_words import bell
from blueprints.http.openid import is_offered
from blueprints.http.private_site import is_closed
from blueprints.http.profile_form import time_zones
from blueprints.http.select_form import in_mode, is_selecting, listing_address
from models import Album, Category, Refusal, Tally, Upload, limits, utcnow
from models.album_listing import choosable
from models.tally import Binned
from models.upload.shelf import IN_BIN
from models.waiting import Waiting, what_waits
from services.bin import has_bin
from services.invitations import may_invite
from services.permission import max_bytes, may_upload
from services.quota import Rooms, rooms
from services.settings.footer import parse_footer


def register(app: Flask) -> None:
    """Addresses of static files that change when the files do, who may upload, and the like."""

    digest = assets().digest  # read now, not by the first visitor

    def static(name: str) -> str:
        return f"{request.script_root}/static/{digest}/{name}"

    def accented(name: str, extension: str) -> str:
        """A style sheet or an icon in the site's colour."""
        return static(f"{name}-{context.site().settings.accent[1:].lower()}.{extension}")

    def heading(section: timeline.Section, today: date) -> str:
        return words.heading(section.day, today) if section.is_day else language.month(section.day)

    def may_upload_here() -> bool:
        return may_upload(context.site().settings, context.visitor())

    def own_albums() -> list[Album] | None:
        """To choose from: the one that the address names, then the latest change first; None for a
        guest.
        """
        user, named = context.person(), album_to_send_to()
        if not named and (album := upload_defaults.default_album()):
            named = album.public_id
        if user is None:
            return None
        some = choosable(user)
        first = Album.find_to_add(user, named) if named else None
        return [first, *(one for one in some if one is not first)] if first else some

    def album_choice(album: Album) -> str:
        """Its name, with whose it is where that is somebody else."""
        is_own = album.is_owner(context.visitor())
        return album.name if is_own else words.album_of(album.name, album.user.shown_name)

    def album_to_send_to() -> str:
        return parse_id(request.args.get("album", "")) or ""

    def shown_day(upload: Upload) -> str:
        """Of the date by which listings are in order."""
        at = upload.taken_at or upload.received_at
        return at.astimezone(context.time_zone()).date().isoformat()

    def is_editable(upload: Upload) -> bool:
        return upload.may_edit(context.visitor())

    def is_own(upload: Upload) -> bool:
        return upload.is_owner(context.visitor())

    def has_own(uploads: Iterable[Upload]) -> bool:
        """Whether a member may select any of them."""
        return context.visitor().is_member and any(is_own(one) for one in uploads)

    def waiting_now() -> Waiting:
        """For the bell, the menu of moderators, and the navigation of their pages."""
        if "what_waits" not in g:
            g.what_waits = what_waits(context.visitor())
        return cast(Waiting, g.what_waits)

    def rooms_here() -> Rooms:
        """How much space this visitor has."""
        return rooms(context.site().settings, context.person())

    def in_my_bin() -> Binned:
        """What this member has in the bin; guests have none."""
        user = context.person()
        return Tally.away(user.id, IN_BIN) if user else Binned(0, 0)

    translated = cast(Callable[[str], str], app.jinja_env.globals["_"])

    def choices(texts: dict[str, str], some: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Choices of a select, some or all."""
        return [(one, translated(texts[one])) for one in some or texts]

    app.jinja_env.globals.update(
        zip=zip,
        static=static,
        time_zone=context.time_zone,
        offers_to_me=profiles.offers_to_me,
        accented=accented,
        may_upload_here=may_upload_here,
        rooms=rooms_here,
        in_my_bin=in_my_bin,
        has_bin=lambda: context.person() is not None and has_bin(context.site()),
        max_file_bytes=lambda: max_bytes(context.site().settings, context.person()),
        is_guest_known=lambda: context.visitor().guest is not None,
        has_guest_uploads=has_guest_uploads,
        has_openid=is_offered,
        openid_name=lambda: context.site().config.oidc_name,
        is_closed=is_closed,
        site_base=lambda: context.addresses().base,
        footer_parts=lambda: parse_footer(context.site().settings.footer),
        may_explore=profiles.may_explore,
        may_invite=lambda: may_invite(context.site().settings, context.person()),
        what_waits=waiting_now,
        doctor_words=doctor_words,
        proven_words=proven_words,
        bell=bell,
        refusals=lambda: Refusal.told_to(context.visitor()),
        sends_mail=lambda: context.site().config.sends_mail,
        profile_path=profiles.profile_path,
        categories=Category.ordered,
        own_albums=own_albums,
        usual_expiration=upload_defaults.usual_expiration,
        removal=upload_defaults.removal,
        own_removal=upload_defaults.own_removal,
        default_album=upload_defaults.default_album,
        album_to_send_to=album_to_send_to,
        new_form_id=new_form_id,
        visibility_choices=visibility.choices,
        visibility_labels=visibility.LABELS,
        visibility_icons=visibility.ICONS,
        album_labels=album_form.ALBUM_LABELS,
        album_meanings=album_form.ALBUM_MEANINGS,
        album_icons=album_form.ALBUM_ICONS,
        expirations=LocalProxy(guest_words.expirations),
        guest_terms=guest_words.guest_terms,
        words=words,
        link_words=link_words,
        account_words=account_words,
        code_labels={name: translated(text) for name, text in words.CODES.items()},
        limits=limits,
        link_kinds=ON_THE_UPLOAD_PAGE,
        code_kinds=OF_SELECTED,
        select_words=select_words,
        listing_address=listing_address,
        is_selecting=is_selecting,
        time_zones=time_zones,
        settings=LocalProxy(lambda: context.site().settings),
    )

    app.jinja_env.filters.update(
        size_formatted=wire.size_formatted,
        duration_time=wire.duration_time,
        picture=timeline.picture,
        proportion=timeline.proportion,
        is_tiny=timeline.is_tiny,
        badge=timeline.badge,
        view=sources.view,
        heading=heading,
        shown_day=shown_day,
        is_editable=is_editable,
        is_own=is_own,
        has_own=has_own,
        in_mode=in_mode,
        until=lambda at: language.until(at, utcnow()),
        ends=lambda upload: end_words.ends(upload, utcnow()),
        ends_on=end_words.ends_on,
        end_of=end_words.end_of,
        end_choice=end_words.choice,
        privacy=privacy_words.privacy,
        audience=privacy_words.audience,
        who_can_open=privacy_words.who_can_open,
        stays_private=privacy_words.stays_private,
        choices=choices,
        album_choice=album_choice,
    )
