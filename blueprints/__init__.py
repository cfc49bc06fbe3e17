"""The site map: each route, its view, its methods, and who may use it
(`blueprints.http.guards`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from flask import Blueprint, Flask

from blueprints import (
    account_deletion,
    accounts,
    adding,
    album_choice,
    album_members,
    albums,
    api,
    arrange,
    assets,
    audit,
    auth,
    backups,
    bin,
    categories,
    changes,
    check,
    check_target,
    data,
    defaults,
    doctor,
    duplicates,
    embed,
    explore,
    factors,
    feeds,
    files,
    frames,
    gallery,
    health,
    hearts,
    indexing,
    invitations,
    jobs,
    join,
    logo,
    mail,
    manage,
    managed_albums,
    managed_tags,
    managed_uploads,
    metrics,
    mine,
    notices,
    offers,
    openapi,
    openid,
    overview,
    passkey_log_in,
    passkeys,
    people,
    plugin,
    portraits,
    profile,
    reference,
    reports,
    reset,
    review,
    second_step,
    security,
    select,
    selection,
    sent_files,
    settings,
    share_links,
    shared,
    sign_up,
    site_settings,
    styleguide,
    suggest,
    tags,
    upload,
    uploaders,
    versions,
    viewer,
    zips,
)
from blueprints.http.account_guards import account_admin, sure_admin
from blueprints.http.album_guards import (
    album_adder,
    album_file,
    album_member,
    album_moderator,
    album_opener,
    album_owner,
    album_remover,
    album_reporter,
    album_viewer,
    locked,
    upload_owner,
)
from blueprints.http.change_guards import change_owner
from blueprints.http.checked import tester
from blueprints.http.guards import (
    Guard,
    View,
    acquaintance,
    admin,
    anyone,
    bin_owner,
    by_provider,
    confirmed,
    connecting,
    developer,
    editor,
    explorer,
    first_comer,
    guarded,
    halfway,
    inviter,
    key_holder,
    link_holder,
    member,
    moderator,
    opener,
    owner,
    reporter,
    sender,
    upload_moderator,
    uploader,
)
from blueprints.http.heart_guards import heart_giver, heart_giver_in_album
from blueprints.http.key_guard import key_owner
from blueprints.http.label_guards import curator, tagger
from blueprints.http.link_guards import (
    link_asked,
    link_file,
    link_opener,
    link_owner,
    link_script,
    link_viewer,
)
from blueprints.http.managing.guards import (
    album_ender,
    album_manager,
    album_reader,
    key_that_reads,
    key_that_sends,
    tag_manager,
    tag_reader,
    upload_manager,
    upload_reader,
    whole_manager,
    whole_reader,
)
from blueprints.http.managing.path import OldPath
from blueprints.http.moved import or_same_of_kept, or_where_it_is
from blueprints.http.page_cache import cached
from blueprints.http.secret_links import email_confirmer, invitee, password_resetter
from blueprints.http.sender_guards import link_adder, link_sender
from blueprints.http.sessions import csrf
from blueprints.http.settings_guard import settings_admin
from blueprints.http.version_guards import version_owner
from blueprints.http.watcher import watcher


class Route(NamedTuple):
    bp: Blueprint
    rule: str
    view: View
    methods: str
    who: Guard


MANAGING = (managed_uploads.bp, managed_albums.bp, managed_tags.bp)
page_opener = cached(or_where_it_is(opener))
id_opener = or_same_of_kept(opener)

SITE_MAP = [
    Route(*row)
    for row in (
        # the wire
        (api.bp, "/api/1/upload", api.upload, "GET POST OPTIONS", key_holder),
        (api.bp, "/1/upload", api.upload_imgbb, "GET POST OPTIONS", key_holder),
        (reference.bp, "/api", reference.show, "GET", anyone),
        (api.bp, "/api", api.unknown, "POST PUT PATCH DELETE OPTIONS", anyone),
        (api.bp, "/api/2/upload", api.unknown, "GET POST PUT PATCH DELETE OPTIONS", anyone),
        (api.bp, "/api/<old:rest>", api.unknown, "GET POST PUT PATCH DELETE OPTIONS", anyone),
        (openapi.bp, "/api/openapi.json", openapi.show, "GET", anyone),
        # the managing API
        (managed_uploads.bp, "/api/2/uploads", managed_uploads.index, "GET", key_that_reads),
        (managed_uploads.bp, "/api/2/uploads", managed_uploads.create, "POST", key_that_sends),
        (
            managed_uploads.bp,
            "/api/2/uploads/<public_id>",
            managed_uploads.show,
            "GET",
            upload_reader,
        ),
        (
            managed_uploads.bp,
            "/api/2/uploads/<public_id>",
            managed_uploads.edit,
            "PATCH",
            upload_manager,
        ),
        (
            managed_uploads.bp,
            "/api/2/uploads/<public_id>",
            managed_uploads.delete,
            "DELETE",
            upload_manager,
        ),
        (managed_albums.bp, "/api/2/albums", managed_albums.index, "GET", key_that_reads),
        (managed_albums.bp, "/api/2/albums", managed_albums.create, "POST", whole_manager),
        (managed_albums.bp, "/api/2/albums/<public_id>", managed_albums.show, "GET", album_reader),
        (
            managed_albums.bp,
            "/api/2/albums/<public_id>",
            managed_albums.edit,
            "PATCH",
            album_manager,
        ),
        (
            managed_albums.bp,
            "/api/2/albums/<public_id>",
            managed_albums.delete,
            "DELETE",
            album_ender,
        ),
        (managed_tags.bp, "/api/2/tags", managed_tags.index, "GET", whole_reader),
        (managed_tags.bp, "/api/2/tags", managed_tags.create, "POST", whole_manager),
        (managed_tags.bp, "/api/2/tags/<name>", managed_tags.show, "GET", tag_reader),
        (managed_tags.bp, "/api/2/tags/<name>", managed_tags.edit, "PATCH", tag_manager),
        (managed_tags.bp, "/api/2/tags/<name>", managed_tags.delete, "DELETE", tag_manager),
        # files: those outside the public root are looked up for the visitor
        (files.bp, "/images/<path:relative>", files.stored, "GET", anyone),
        (files.bp, "/original/<public_id>", files.original, "GET", owner),
        (files.bp, "/live/<string(length=8):public_id>.<rest>", files.live, "GET", id_opener),
        # pages of one upload
        (viewer.bp, "/image/<slug>", viewer.image, "GET", page_opener),
        (viewer.bp, "/clip/<slug>", viewer.clip, "GET", page_opener),
        (viewer.bp, "/viewed/<public_id>", viewer.viewed, "POST", anyone),  # only counts
        (viewer.bp, "/video/<slug>", viewer.clip, "GET", page_opener),
        (
            viewer.bp,
            "/image/<public_id>/delete/<token>",
            viewer.delete,
            "GET POST DELETE",
            link_holder,
        ),
        (
            viewer.bp,
            "/clip/<public_id>/delete/<token>",
            viewer.delete,
            "GET POST DELETE",
            link_holder,
        ),
        (manage.bp, "/manage/<public_id>/edit", manage.edit_form, "GET", editor),
        (manage.bp, "/manage/<public_id>/edit", manage.edit, "POST", editor),
        (manage.bp, "/manage/<public_id>/open", manage.open_private, "POST", upload_moderator),
        (manage.bp, "/manage/<public_id>/stranger", manage.as_stranger, "GET", editor),
        (manage.bp, "/manage/<public_id>/delete", manage.delete_form, "GET", editor),
        (manage.bp, "/manage/<public_id>/delete", manage.delete, "POST", editor),
        (manage.bp, "/manage/<public_id>/delete-link", manage.delete_link, "POST", editor),
        (album_choice.bp, "/manage/<public_id>/albums", album_choice.form, "GET", upload_owner),
        (album_choice.bp, "/manage/<public_id>/albums", album_choice.choose, "POST", upload_owner),
        (versions.bp, "/manage/<public_id>/replace", versions.replace, "POST", upload_owner),
        (versions.bp, "/manage/<public_id>/rotate", versions.rotate, "POST", upload_owner),
        (versions.bp, "/manage/<public_id>/versions", versions.index, "GET", upload_owner),
        (
            versions.bp,
            "/manage/<public_id>/versions/<version_id>",
            versions.show,
            "GET",
            version_owner,
        ),
        (
            versions.bp,
            "/manage/<public_id>/versions/<version_id>/file/<which>",
            versions.file,
            "GET",
            version_owner,
        ),
        (
            versions.bp,
            "/manage/<public_id>/versions/<version_id>/restore",
            versions.restore,
            "POST",
            version_owner,
        ),
        (
            versions.bp,
            "/manage/<public_id>/versions/<version_id>/delete",
            versions.delete_form,
            "GET",
            version_owner,
        ),
        (
            versions.bp,
            "/manage/<public_id>/versions/<version_id>/delete",
            versions.delete,
            "POST",
            version_owner,
        ),
        (reports.bp, "/manage/<public_id>/report", reports.form, "GET", reporter),
        (reports.bp, "/manage/<public_id>/report", reports.send, "POST", reporter),
        (hearts.bp, "/heart/<public_id>", hearts.show, "GET", heart_giver),
        (hearts.bp, "/heart/<public_id>", hearts.change, "POST", heart_giver),
        (hearts.bp, "/liked", hearts.liked, "GET", member),
        (embed.bp, "/oembed", embed.oembed, "GET", anyone),
        (embed.bp, "/qr/<public_id>.svg", embed.qr, "GET", id_opener),
        (embed.bp, "/qr/<public_id>", embed.qr_page, "GET", id_opener),
        # listings
        (gallery.bp, "/explore", gallery.explore, "GET", explorer),
        (explore.bp, "/explore/popular", explore.popular, "GET", explorer),
        (explore.bp, "/explore/random", explore.random, "GET", explorer),
        (explore.bp, "/explore/videos", explore.videos, "GET", explorer),
        (explore.bp, "/explore/animations", explore.animations, "GET", explorer),
        (gallery.bp, "/search", gallery.search, "GET", explorer),
        (suggest.bp, "/search/suggestions", suggest.search, "GET", explorer),
        (gallery.bp, "/tag/<name>", gallery.tag, "GET", explorer),
        (gallery.bp, "/category/<url_key>", gallery.category, "GET", explorer),
        (categories.bp, "/categories", categories.index, "GET", explorer),
        (categories.bp, "/categories", categories.create, "POST", moderator),
        (categories.bp, "/category/<url_key>/edit", categories.edit_form, "GET", curator),
        (categories.bp, "/category/<url_key>/edit", categories.edit, "POST", curator),
        (categories.bp, "/category/<url_key>/delete", categories.delete_form, "GET", curator),
        (categories.bp, "/category/<url_key>/delete", categories.delete, "POST", curator),
        (tags.bp, "/tags", tags.index, "GET", explorer),
        (suggest.bp, "/tags/suggestions", suggest.tags, "GET", explorer),
        (tags.bp, "/tag/<name>/edit", tags.edit_form, "GET", tagger),
        (tags.bp, "/tag/<name>/edit", tags.edit, "POST", tagger),
        (tags.bp, "/tag/<name>/delete", tags.delete_form, "GET", tagger),
        (tags.bp, "/tag/<name>/delete", tags.delete, "POST", tagger),
        (people.bp, "/people", people.index, "GET", explorer),
        (people.bp, "/user/<name>", people.profile, "GET", acquaintance),
        (feeds.bp, "/user/<name>/feed", feeds.of_user, "GET", explorer),
        (feeds.bp, "/tag/<name>/feed", feeds.of_tag, "GET", explorer),
        (feeds.bp, "/album/<slug>/feed", feeds.of_album, "GET", album_opener),
        # whoever has the secret
        (feeds.bp, "/feed/<secret>/<kind>/<name>", feeds.secret, "GET", anyone),
        (mine.bp, "/mine", mine.index, "GET", uploader),
        (bin.bp, "/bin", bin.index, "GET", member),
        (bin.bp, "/bin/restore", bin.restore, "POST", member),
        (bin.bp, "/bin/delete", bin.delete, "POST", member),
        (bin.bp, "/bin/empty", bin.empty_form, "GET", member),
        (bin.bp, "/bin/empty", bin.empty, "POST", member),
        (bin.bp, "/bin/instead/<public_id>", bin.instead, "POST", upload_owner),
        (bin.bp, "/bin/<public_id>/thumb", bin.thumb, "GET", bin_owner),
        (duplicates.bp, "/duplicates", duplicates.index, "GET", member),
        (duplicates.bp, "/duplicates/keep", duplicates.keep, "POST", member),
        (duplicates.bp, "/duplicates/keep-all", duplicates.keep_all, "POST", member),
        (mine.bp, "/mine/guest", mine.take, "POST", member),
        (mine.bp, "/mine/refused", mine.forget_refused, "POST", anyone),  # only their own
        (zips.bp, "/select/zip", zips.of_selected, "POST", member),
        (share_links.bp, "/select/share", share_links.of_selected, "POST", member),
        (select.bp, "/select/<act>", select.act, "POST", member),
        (changes.bp, "/changes", changes.index, "GET", member),
        (changes.bp, "/changes/<public_id>", changes.show, "GET", change_owner),
        (changes.bp, "/changes/<public_id>/undo", changes.undo, "POST", change_owner),
        (changes.bp, "/changes/<public_id>/go-on", changes.go_on, "POST", change_owner),
        # what is selected in a listing
        (selection.bp, "/select", selection.show, "GET", member),
        (selection.bp, "/select/codes", selection.codes, "POST", member),
        (notices.bp, "/notifications", notices.index, "GET", member),
        (notices.bp, "/notifications/seen", notices.see, "POST", member),
        # albums
        (albums.bp, "/albums", albums.index, "GET", explorer),
        (albums.bp, "/albums/new", albums.new, "GET POST", member),
        (albums.bp, "/album/<slug>", albums.show, "GET", album_opener),
        (zips.bp, "/album/<slug>/zip", zips.of_album, "GET", album_opener),
        (frames.bp, "/album/<slug>/frame", frames.of_album, "GET", album_opener),
        (frames.bp, "/album/<slug>/frame/files", frames.files_of_album, "GET", album_opener),
        (albums.bp, "/album/<slug>/<upload_id>", albums.upload, "GET", album_viewer),
        (
            hearts.bp,
            "/album/<slug>/<upload_id>/heart",
            hearts.show_in_album,
            "GET",
            heart_giver_in_album,
        ),
        (
            hearts.bp,
            "/album/<slug>/<upload_id>/heart",
            hearts.change_in_album,
            "POST",
            heart_giver_in_album,
        ),
        (
            reports.bp,
            "/album/<slug>/<upload_id>/report",
            reports.form_in_album,
            "GET",
            album_reporter,
        ),
        (
            reports.bp,
            "/album/<slug>/<upload_id>/report",
            reports.send_in_album,
            "POST",
            album_reporter,
        ),
        (
            album_members.bp,
            "/album/<slug>/<upload_id>/remove",
            album_members.take_out_of_it,
            "POST",
            album_remover,
        ),
        (albums.bp, "/album/<album_id>/file/<upload_id>/<which>", albums.file, "GET", album_file),
        (albums.bp, "/album/<slug>/password", albums.enter_password, "POST", locked),
        (albums.bp, "/album/<slug>/open", albums.open_private, "POST", album_moderator),
        (albums.bp, "/album/<slug>/add", albums.add, "POST", album_adder),
        (albums.bp, "/album/<slug>/edit", albums.edit, "GET POST", album_owner),
        (album_members.bp, "/album/<slug>/members", album_members.index, "GET", album_owner),
        (album_members.bp, "/album/<slug>/members", album_members.add, "POST", album_owner),
        (
            album_members.bp,
            "/album/<slug>/members/change",
            album_members.change,
            "POST",
            album_owner,
        ),
        (album_members.bp, "/album/<slug>/leave", album_members.leave_form, "GET", album_member),
        (album_members.bp, "/album/<slug>/leave", album_members.leave, "POST", album_member),
        (arrange.bp, "/album/<slug>/arrange", arrange.show, "GET", album_owner),
        (arrange.bp, "/album/<slug>/arrange", arrange.arrange, "POST", album_owner),
        (albums.bp, "/album/<slug>/delete", albums.delete_form, "GET", album_owner),
        (albums.bp, "/album/<slug>/delete", albums.delete, "POST", album_owner),
        # what a share link opens
        (shared.bp, "/s/<token>", shared.show, "GET", link_opener),
        (shared.bp, "/s/<token>/open", shared.open_counted, "POST", link_asked),
        (shared.bp, "/s/<token>/password", shared.enter_password, "POST", link_asked),
        (shared.bp, "/s/<token>/<upload_id>", shared.upload, "GET", link_viewer),
        (shared.bp, "/s/<token>/file/<upload_id>/<which>", shared.file, "GET", link_file),
        (zips.bp, "/s/<token>/zip", zips.of_link, "GET", link_opener),
        # share links: their owner's side
        (share_links.bp, "/links", share_links.index, "GET", member),
        (share_links.bp, "/links/new", share_links.form_for_new, "GET", member),
        (share_links.bp, "/links/new", share_links.create, "POST", member),
        (share_links.bp, "/links/<public_id>", share_links.show, "GET", link_owner),
        (share_links.bp, "/links/<public_id>/print", share_links.paper, "GET", link_owner),
        (share_links.bp, "/links/<public_id>/edit", share_links.edit, "GET POST", link_owner),
        (share_links.bp, "/links/<public_id>/revoke", share_links.revoke, "POST", link_owner),
        (share_links.bp, "/links/<public_id>/restore", share_links.restore, "POST", link_owner),
        (share_links.bp, "/links/<public_id>/delete", share_links.delete_form, "GET", link_owner),
        (share_links.bp, "/links/<public_id>/delete", share_links.delete, "POST", link_owner),
        (frames.bp, "/s/<token>/frame", frames.of_link, "GET", link_opener),
        (frames.bp, "/s/<token>/frame/files", frames.files_of_link, "GET", link_script),
        # the upload page
        (upload.bp, "/", upload.home, "GET", anyone),
        (upload.bp, "/upload", upload.elsewhere, "GET", anyone),
        (upload.bp, "/upload/form", upload.form, "GET", sender),
        (upload.bp, "/upload", upload.receive, "POST", sender),
        (upload.bp, "/upload/arrived", upload.arrived, "POST", anyone),  # only tells the sender
        (upload.bp, "/upload/same", upload.same, "POST", anyone),  # likewise
        (plugin.bp, "/upload/popup", plugin.popup, "GET", sender),
        (plugin.bp, "/sdk/pup.js", plugin.script, "GET", anyone),
        # files by a share link
        (adding.bp, "/s/<token>/add", adding.form, "GET", link_adder),
        (adding.bp, "/s/<token>/add", adding.add, "POST", link_adder),
        (adding.bp, "/s/<token>/add/arrived", adding.arrived, "POST", link_adder),
        (
            adding.bp,
            "/s/<token>/add/<upload_id>/take-back",
            adding.take_back_form,
            "GET",
            link_sender,
        ),
        (adding.bp, "/s/<token>/add/<upload_id>/take-back", adding.take_back, "POST", link_sender),
        (sent_files.bp, "/links/<public_id>/sent", sent_files.index, "GET", link_owner),
        (sent_files.bp, "/links/<public_id>/sent", sent_files.decide, "POST", link_owner),
        # people
        (auth.bp, "/setup/<token>", auth.setup, "GET POST", first_comer),
        (auth.bp, "/login", auth.login, "GET POST", anyone),
        (invitations.bp, "/admin/invitations", invitations.index, "GET", inviter),
        (invitations.bp, "/admin/invitations", invitations.create, "POST", inviter),
        (invitations.bp, "/admin/invitations/allow", invitations.allow, "POST", admin),
        (
            invitations.bp,
            "/admin/invitations/<public_id>/revoke",
            invitations.revoke,
            "POST",
            inviter,
        ),
        (sign_up.bp, "/sign-up", sign_up.sign_up, "GET POST", anyone),
        (join.bp, "/join/<token>", join.show, "GET", invitee),
        (join.bp, "/join/<token>", join.join, "POST", invitee),
        (join.bp, "/join/<token>/options", join.passkey_options, "POST", invitee),
        (join.bp, "/join/<token>/passkey", join.join_with_passkey, "POST", invitee),
        (join.bp, "/settings/phone", join.phone, "GET", member),
        (reset.bp, "/reset/<token>", reset.show, "GET", password_resetter),
        (reset.bp, "/reset/<token>", reset.save, "POST", password_resetter),
        (second_step.bp, "/login/second", second_step.show, "GET", halfway),
        (second_step.bp, "/login/second", second_step.enter, "POST", halfway),
        (mail.bp, "/forgot", mail.forgot, "GET POST", anyone),
        (mail.bp, "/email/<token>", mail.confirm_form, "GET", email_confirmer),
        (mail.bp, "/email/<token>", mail.confirm, "POST", email_confirmer),
        (mail.bp, "/settings/email", mail.address, "GET POST", confirmed),
        (passkey_log_in.bp, "/login/passkey/options", passkey_log_in.options, "POST", anyone),
        (passkey_log_in.bp, "/login/passkey", passkey_log_in.alone, "POST", anyone),
        (
            passkey_log_in.bp,
            "/login/second/options",
            passkey_log_in.second_options,
            "POST",
            halfway,
        ),
        (passkey_log_in.bp, "/login/second/passkey", passkey_log_in.second, "POST", halfway),
        (auth.bp, "/account", auth.account, "GET", anyone),  # the visitor's own
        (auth.bp, "/logout", auth.logout, "POST", anyone),
        (openid.bp, "/login/openid", openid.start, "GET", by_provider),
        (openid.bp, "/login/openid/callback", openid.callback, "GET", by_provider),
        (openid.bp, "/settings/openid", openid.show, "GET", connecting),
        (openid.bp, "/settings/openid", openid.ask, "POST", connecting),
        (openid.bp, "/settings/openid/<public_id>/remove", openid.remove, "POST", connecting),
        (profile.bp, "/settings", profile.show, "GET", member),
        (profile.bp, "/settings", profile.save, "POST", member),
        (data.bp, "/settings/data", data.show, "GET", confirmed),
        (data.bp, "/settings/data/delete", data.delete_form, "GET", confirmed),
        (data.bp, "/settings/data/delete", data.delete, "POST", confirmed),
        (offers.bp, "/settings/data/give", offers.give_form, "GET", confirmed),
        (offers.bp, "/settings/data/give", offers.give, "POST", confirmed),
        (offers.bp, "/settings/data/take-back", offers.take_back, "POST", member),
        (offers.bp, "/settings/offers/<name>/accept", offers.accept, "POST", member),
        (offers.bp, "/settings/offers/<name>/decline", offers.decline, "POST", member),
        (data.bp, "/settings/data/export", data.export, "POST", confirmed),
        (portraits.bp, "/portrait/<public_id>", portraits.show, "GET", anyone),
        (portraits.bp, "/settings/portrait", portraits.change, "POST", member),
        (portraits.bp, "/settings/portrait/remove", portraits.remove, "POST", member),
        (profile.bp, "/settings/feeds", profile.new_feeds, "POST", member),
        (defaults.bp, "/settings/uploads", defaults.show, "GET", member),
        (defaults.bp, "/settings/uploads", defaults.save, "POST", member),
        (security.bp, "/settings/security", security.show, "GET", member),
        (security.bp, "/settings/security", security.save_password, "POST", member),
        (security.bp, "/settings/sessions/end", security.end_others, "POST", member),
        (security.bp, "/settings/sessions/<public_id>/end", security.end_session, "POST", member),
        (factors.bp, "/settings/second-factor", factors.required, "GET", member),
        (factors.bp, "/settings/confirm", factors.ask_again, "GET POST", member),
        (
            passkey_log_in.bp,
            "/settings/confirm/options",
            passkey_log_in.confirm_options,
            "POST",
            member,
        ),
        (passkey_log_in.bp, "/settings/confirm/passkey", passkey_log_in.again, "POST", member),
        (passkeys.bp, "/settings/passkeys/new", passkeys.new, "GET POST", confirmed),
        (passkeys.bp, "/settings/passkeys/second", passkeys.as_second_factor, "POST", confirmed),
        (
            passkeys.bp,
            "/settings/passkeys/<public_id>/remove",
            passkeys.remove,
            "GET POST",
            confirmed,
        ),
        (factors.bp, "/settings/codes", factors.set_up, "GET POST", confirmed),
        (factors.bp, "/settings/codes/off", factors.turn_off, "GET POST", confirmed),
        (factors.bp, "/settings/recovery-codes", factors.renew_codes, "POST", confirmed),
        (settings.bp, "/settings/api", settings.keys, "GET POST", member),
        (settings.bp, "/settings/api/try", settings.key_to_try, "POST", member),
        (settings.bp, "/settings/api/<public_id>/edit", settings.edit_key, "GET POST", key_owner),
        (settings.bp, "/settings/api/<public_id>/revoke", settings.revoke_form, "GET", key_owner),
        (settings.bp, "/settings/api/<public_id>/revoke", settings.revoke_key, "POST", member),
        (uploaders.bp, "/settings/uploaders", uploaders.index, "GET", member),
        (uploaders.bp, "/settings/uploaders/<slug>", uploaders.setup, "GET POST", member),
        (uploaders.bp, "/settings/uploaders/<slug>/<name>", uploaders.download, "POST", member),
        (uploaders.bp, "/settings/trial/<public_id>", uploaders.trial, "GET", member),
        # for moderators
        (review.bp, "/admin/review", review.index, "GET", moderator),
        (review.bp, "/admin/review", review.decide, "POST", moderator),
        (reports.bp, "/admin/review/reports", reports.index, "GET", moderator),
        (reports.bp, "/admin/review/reports", reports.answer, "POST", moderator),
        # for admins
        (accounts.bp, "/admin/people", accounts.index, "GET", admin),
        (accounts.bp, "/admin/people/<name>", accounts.show, "GET", account_admin),
        (accounts.bp, "/admin/people/<name>/quota", accounts.save_quota, "POST", account_admin),
        (accounts.bp, "/admin/people/<name>/role", accounts.save_role, "GET POST", sure_admin),
        (
            accounts.bp,
            "/admin/people/<name>/reset-link",
            accounts.reset_link,
            "GET POST",
            sure_admin,
        ),
        (
            accounts.bp,
            "/admin/people/<name>/reset-factors",
            accounts.reset_factors,
            "GET POST",
            sure_admin,
        ),
        (
            accounts.bp,
            "/admin/people/<name>/disconnect",
            accounts.disconnect,
            "GET POST",
            sure_admin,
        ),
        (accounts.bp, "/admin/people/<name>/ban", accounts.ban_person, "GET POST", sure_admin),
        (accounts.bp, "/admin/people/<name>/unban", accounts.unban_person, "POST", account_admin),
        (
            account_deletion.bp,
            "/admin/people/<name>/delete",
            account_deletion.delete,
            "GET POST",
            sure_admin,
        ),
        (sign_up.bp, "/admin/people/<name>/approve", sign_up.approve, "POST", account_admin),
        (sign_up.bp, "/admin/people/<name>/refuse", sign_up.refuse, "POST", account_admin),
        (site_settings.bp, "/admin/settings", site_settings.index, "GET", admin),
        (site_settings.bp, "/admin/settings/<group>", site_settings.show, "GET", settings_admin),
        (site_settings.bp, "/admin/settings/<group>", site_settings.change, "POST", settings_admin),
        (overview.bp, "/admin", overview.show, "GET", admin),
        (backups.bp, "/admin/backup", backups.show, "GET", admin),
        (backups.bp, "/admin/backup", backups.make, "POST", admin),
        (doctor.bp, "/admin/health", doctor.show, "GET", admin),
        (doctor.bp, "/admin/health/repair", doctor.repair, "POST", admin),
        (jobs.bp, "/admin/jobs", jobs.index, "GET", admin),
        (jobs.bp, "/admin/jobs/retry", jobs.retry_all, "POST", admin),
        (jobs.bp, "/admin/jobs/<job_id>/retry", jobs.retry, "POST", admin),
        (logo.bp, "/logo/<public_id>", logo.show, "GET", anyone),
        (logo.bp, "/admin/logo", logo.change, "POST", admin),
        (logo.bp, "/admin/logo/remove", logo.remove, "POST", admin),
        (audit.bp, "/admin/log", audit.index, "GET", admin),
        # operations
        (assets.bp, "/static/<digest>/<path:name>", assets.asset, "GET", anyone),
        # the site from outside, and what that asks for
        (check.bp, "/admin/check", check.show, "GET", admin),
        (check.bp, "/admin/check", check.run, "POST", admin),
        (check_target.bp, "/check/<token>/seen", check_target.seen, "GET", tester),
        (check_target.bp, "/check/<token>/file", check_target.file, "GET", tester),
        (check_target.bp, "/check/<token>/body", check_target.body, "POST", tester),
        (check_target.bp, "/check/<token>/long", check_target.long, "GET", tester),
        (check_target.bp, "/check/<token>/wait/<int:seconds>", check_target.wait, "GET", tester),
        (health.bp, "/healthz", health.check, "GET", anyone),
        (metrics.bp, "/metrics", metrics.show, "GET", watcher),
        (indexing.bp, "/robots.txt", indexing.robots, "GET", anyone),
        (indexing.bp, "/sitemap.xml", indexing.sitemap, "GET", anyone),
        (indexing.bp, "/sitemap/pages.xml", indexing.pages, "GET", anyone),
        (indexing.bp, "/sitemap/<letter>.xml", indexing.part, "GET", anyone),
        (styleguide.bp, "/styleguide", styleguide.show, "GET", developer),
    )
]

_managing = tuple(dict.fromkeys(route.view for route in SITE_MAP if route.bp in MANAGING))

# Views without a CSRF token: a key or a delete link is a secret itself, and a look is only counted.
# The upload page checks its token itself, because its body is a stream that can be read only once.
WITHOUT_TOKEN = (
    api.upload,
    api.upload_imgbb,
    api.unknown,
    viewer.delete,
    viewer.viewed,
    upload.receive,
    adding.add,
    portraits.change,
    logo.change,
    versions.replace,
    *_managing,
    check_target.body,
)

# Views whose form checks its token itself (`Form`), so that one that is too old loses nothing that
# was typed. They do nothing but with a form that is valid.
WITH_OLD_TOKEN = (auth.login, profile.save, join.join, site_settings.change)

# What who has to set up a second factor gets before they have one: the way to it, and out.
WITHOUT_FACTOR = (
    api.upload, api.upload_imgbb, api.unknown, openapi.show, assets.asset, health.check,
    metrics.show, indexing.robots, auth.logout, factors.required, factors.ask_again,
    factors.set_up, passkeys.new, passkeys.as_second_factor, passkey_log_in.confirm_options,
    passkey_log_in.again, openid.start, openid.callback, portraits.show, logo.show,
    *_managing,
    check_target.seen, check_target.file, check_target.body, check_target.long, check_target.wait,
)  # fmt: skip

# What a private site answers without a log-in: the ways in, what a key or a secret in the address
# opens, and what says nothing of anybody.
WITHOUT_LOG_IN = (
    api.upload, api.upload_imgbb, api.unknown, openapi.show, reference.show, viewer.delete,
    feeds.secret, *_managing,
    shared.show, shared.open_counted, shared.enter_password, shared.upload, shared.file,
    adding.form, adding.add, adding.arrived, adding.take_back_form, adding.take_back,
    auth.setup, auth.login, auth.logout, auth.account, sign_up.sign_up,
    join.show, join.join, join.passkey_options, join.join_with_passkey, reset.show, reset.save,
    mail.forgot, mail.confirm_form, mail.confirm, second_step.show, second_step.enter,
    passkey_log_in.options, passkey_log_in.alone, passkey_log_in.second_options,
    passkey_log_in.second, openid.start, openid.callback,
    assets.asset, logo.show, plugin.script, health.check, metrics.show, indexing.robots,
    styleguide.show,
    check_target.seen, check_target.file, check_target.body, check_target.long, check_target.wait,
    zips.of_link, frames.of_link, frames.files_of_link,
)  # fmt: skip

_OF_ONE = re.compile(r"/(s|manage)/[^/]+/")


def _without_id(path: str) -> str:
    """All share links have the same pages, and so have all files; ``path`` may be a rule."""
    return _OF_ONE.sub(r"/\1/-/", path, count=1) if path.startswith(("/s/", "/manage/")) else path


_TAKE_UPLOADS = (
    api.upload, api.upload_imgbb, managed_uploads.create, upload.receive, adding.add,
    portraits.change, logo.change, versions.replace,
)  # fmt: skip
_UPLOADS = {
    (method, _without_id(route.rule))
    for route in SITE_MAP
    if route.view in _TAKE_UPLOADS
    for method in [*route.methods.split(), "HEAD"]
    if method != "OPTIONS"
}


def takes_upload(method: str, path: str) -> bool:
    """Whether a request is an upload, which may take seconds and bring a large body."""
    return (method, _without_id(path.rstrip("/"))) in _UPLOADS


def is_check(path: str) -> bool:
    """Whether a request is part of a check of the site from outside, which may take a minute."""
    return path.startswith(("/check/", "/admin/check"))


_guarded = {
    (route.view, route.who): guarded(
        route.view,
        route.who,
        needs_factor=route.view not in WITHOUT_FACTOR,
        needs_log_in=route.view not in WITHOUT_LOG_IN,
    )
    for route in SITE_MAP
}
for _route in SITE_MAP:
    # API clients drop the body on a redirect, so a trailing slash is accepted.
    _route.bp.add_url_rule(
        _route.rule,
        view_func=_guarded[_route.view, _route.who],
        methods=_route.methods.split(),
        strict_slashes=False,
    )


def register(app: Flask) -> None:
    app.url_map.converters["old"] = OldPath
    for view in (*WITHOUT_TOKEN, *WITH_OLD_TOKEN):
        csrf.exempt(view)
    for blueprint in dict.fromkeys(route.bp for route in SITE_MAP):
        app.register_blueprint(blueprint)
