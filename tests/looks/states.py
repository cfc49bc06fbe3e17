"""Every state of a page that is worth a look: where it is, who sees it, and what was done there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any, NamedTuple

from tests.conftest import PASSWORD, POLLING, sample
from tests.looks import (
    binned,
    changed,
    desk,
    factors,
    news,
    own_links,
    replaced,
    selecting,
    senders,
    shares,
)
from tests.looks.jumps import act
from tests.looks.offers import offered
from tests.looks.scene import Scene, wait_for_approval

Way = Callable[[Any, Scene], None]
LOADED = ".pswp__img:not(.pswp__img--placeholder)"


class State(NamedTuple):
    """``go`` brings a page there. ``member``: ann has logged in."""

    name: str
    go: Way
    member: bool = False
    script: bool = True


def take(page: Any, steps: Sequence[Callable[[Any], None]]) -> None:
    """Each is an act, but for an upload, which goes on by itself."""
    for step in steps:
        with nullcontext() if step is upload else act(page):
            step(page)


def at(path: str, *then: Callable[[Any], None]) -> Way:
    """The page of a path, and what is done on it."""

    def go(page: Any, scene: Scene) -> None:
        page.goto(scene.server.base + path)
        take(page, then)

    return go


def of(name: str, *then: Callable[[Any], None]) -> Way:
    """The page of an upload, and what is done on it."""

    def go(page: Any, scene: Scene) -> None:
        page.goto(scene.page_of(name))
        page.locator(".placeholder.done, [data-turning], video").first.wait_for(state="attached")
        take(page, then)

    return go


def album(name: str, more: str = "", *then: Callable[[Any], None]) -> Way:
    """The page of an album, or one below it, and what is done there."""

    def go(page: Any, scene: Scene) -> None:
        page.goto(scene.server.base + scene.albums[name] + more)
        take(page, then)

    return go


def in_album(page: Any, scene: Scene) -> None:
    """A file that only the album opens to this visitor."""
    page.goto(
        scene.server.base + scene.albums["lake"] + "/" + scene.files["in-album"]["id_encoded"]
    )
    page.locator(".placeholder.done").wait_for(state="attached")


def page_of(name: str) -> Way:
    """The page of an upload that this visitor may not see."""

    def go(page: Any, scene: Scene) -> None:
        page.goto(scene.page_of(name))

    return go


def new_password(page: Any, scene: Scene) -> None:
    """By a link, after one that is refused."""
    page.goto(scene.server.base + scene.server.command("user", "reset-link", "bob"))
    fill(password="password1", again="password1")(page)
    page.click("main button")


def with_quota(path: str, quota: str) -> Way:
    """The page of a path in a moment in which ann has so many MB."""

    def go(page: Any, scene: Scene) -> None:
        scene.server.command("user", "quota", "ann", quota)
        page.goto(scene.server.base + path)
        page.locator(".space progress").wait_for()
        scene.server.command("user", "quota", "ann", "default")

    return go


def invited(page: Any, scene: Scene) -> None:
    """A new one, over one that somebody else made."""
    scene.server.command("user", "invite", "--note", "All of the family", "--uses", "12")
    page.goto(scene.server.base + "/admin/invitations")
    fill(note="Grandma")(page)
    page.click("main button:has-text('Create invitation')")
    page.locator(".qr-card img").wait_for()


def sure(path: str) -> Way:
    """Behind the password of an admin."""

    def go(page: Any, scene: Scene) -> None:
        page.goto(scene.server.base + path)
        if "/confirm" in page.url:
            fill(password=PASSWORD)(page)
            page.click("main .button")
            page.wait_for_url("**" + path)

    return go


def unfolded(page: Any) -> None:
    page.click("summary:has-text('Fixed')")


def checked_site(page: Any, scene: Scene) -> None:
    """As the browser sees it: the site has no PUBLIC_URL."""
    at("/admin/check")(page, scene)
    page.click("main .button:has-text('Check')")
    page.locator("#whole").wait_for()


def changed_setting(page: Any, scene: Scene) -> None:
    """One that can go back to its default."""
    at("/admin/settings/uploads")(page, scene)
    page.check("[name=camera_tags]")
    page.click("main button:has-text('Save')")
    page.locator(".toast").wait_for(state="attached")


def wrong_limits(page: Any, scene: Scene) -> None:
    """What doesn't fit."""
    at("/admin/settings/limits")(page, scene)
    page.fill("[name=max_upload_mb]", "0")
    page.click("main button:has-text('Save')")
    page.locator(".help.bad").first.wait_for()


def last_admin(page: Any, scene: Scene) -> None:
    sure("/admin/people/ann/role")(page, scene)
    page.goto(scene.server.base + "/admin/people/ann")
    page.click("main input[value=user]")
    page.click("main .button:has-text('Save')")
    page.locator("[role=alert]").wait_for()


def people_waiting(page: Any, scene: Scene) -> None:
    """For approval: somebody who has signed up, unless that was shown before."""
    window = page.context.browser.new_context()
    form = window.new_page()
    form.goto(scene.server.base + "/sign-up")
    fill(name="grandpa", password=PASSWORD, again=PASSWORD)(form)
    form.click("main button")
    window.close()
    page.goto(scene.server.base + "/admin/people")


def in_review(*then: Callable[[Any], None]) -> Way:
    """The queue, with what bob sends now, unless that was shown before."""

    def go(page: Any, scene: Scene) -> None:
        if "waits" not in scene.files:
            wait_for_approval(scene)
        page.goto(scene.server.base + "/admin/review")
        for step in then:
            step(page)

    return go


def report_form(page: Any, scene: Scene) -> None:
    """As a guest gets it."""
    page.goto(scene.page_of("photo"))
    page.locator("a[href$='/report']").click()
    page.locator("[name=text]").wait_for()


def reported(page: Any, scene: Scene) -> None:
    """What a guest sends first, unless that was shown before."""
    if "reported" not in scene.files:
        window = page.context.browser.new_context()
        report_form(form := window.new_page(), scene)
        form.check("[name=reason][value=person]")
        fill(text="That is my daughter. We said no to photos of her.")(form)
        form.click("main button")
        form.locator(".notices").wait_for()
        window.close()
        scene.files["reported"] = scene.files["photo"]
    page.goto(scene.server.base + "/admin/review/reports")


def waits(page: Any, scene: Scene) -> None:
    """Its page, for a moderator."""
    in_review()(page, scene)
    page.goto(scene.page_of("waits"))
    page.locator(".placeholder.done").wait_for(state="attached")


def join(page: Any, scene: Scene) -> None:
    page.goto(scene.server.base + scene.server.command("user", "invite"))


def click(selector: str, shows: str = "body") -> Callable[[Any], None]:
    def step(page: Any) -> None:
        page.locator(selector).first.click()
        page.locator(shows).first.wait_for()

    return step


def look(title: str, shows: str = LOADED) -> Callable[[Any], None]:
    """In place, over a listing."""

    def step(page: Any) -> None:
        page.locator(f"[data-view]:has(strong:text-is('{title}'))").first.click()
        page.locator(f".pswp__item[aria-hidden=false] {shows}").wait_for()
        page.wait_for_function(
            "() => !document.querySelector('.pswp__img--placeholder')", polling=POLLING
        )

    return step


def fill(**fields: str) -> Callable[[Any], None]:
    def step(page: Any) -> None:
        for name, text in fields.items():
            page.locator(f"main [name={name}]").first.fill(text)

    return step


def suggested(text: str) -> Callable[[Any], None]:
    """What a phone's header has no room for is on its page of search."""

    def step(page: Any) -> None:
        field = page.locator("[name=q]:visible")
        field.first.press_sequentially(text)
        page.locator("[role=option]").first.wait_for()

    return step


def choose(*names: str) -> Callable[[Any], None]:
    def step(page: Any) -> None:
        page.wait_for_selector(".uploader.scripted")
        page.set_input_files("#files", [sample(name) for name in names])
        page.wait_for_function(
            "n => document.querySelectorAll('.item').length === n", arg=len(names), polling=POLLING
        )

    return step


def upload(page: Any) -> None:
    """Nothing jumps while it goes on, and when it is done."""
    with act(page):
        page.click("[data-start]")
    uploaded(page)


def uploaded(page: Any) -> None:
    page.wait_for_function(
        "() => !document.querySelector('.item:not([data-state=done], [data-state=failed])')",
        polling=POLLING,
    )
    page.wait_for_function("() => !document.querySelector('.toast')", polling=POLLING)


def api_tried(page: Any) -> None:
    page.fill("#try-key", "chv_x_y")
    card = page.locator("#createAlbum")
    for summary in card.locator("summary").all():
        summary.click()
    card.get_by_role("button", name="Send").click()
    card.locator("[data-status]", has_text="401").wait_for()


def start_anew(page: Any) -> None:
    page.reload()
    page.evaluate("window.asksAboutFiles = true")


def upload_known(page: Any) -> None:
    """It goes to the top, as what failed."""
    page.click("[data-start]")
    page.wait_for_selector(".item[data-state=known]")


def upload_with_failures(page: Any) -> None:
    """What failed goes to the top, on purpose."""
    page.click("[data-start]")
    uploaded(page)


def open_folds(page: Any) -> None:
    for summary in page.locator("main summary:visible").all():
        if summary.locator("..").get_attribute("open") is None:
            summary.click()


def row_menu(entry: str, dialog: str) -> Callable[[Any], None]:
    def step(page: Any) -> None:
        page.locator(".item[data-state=done] [data-do=menu]").first.click()
        page.locator(f"#row-menu [data-entry={entry}]:not([hidden])").click()
        page.locator(f"{dialog}[open]").wait_for()

    return step


def open_album_dialog(page: Any) -> None:
    page.click("[data-defaults] summary")
    page.select_option("#all-album", "new")
    page.locator("#upload-album[open]").wait_for()


def unscripted_upload(page: Any) -> None:
    page.set_input_files("#files", [sample("plain.jpg"), sample("text-as.jpg")])
    page.click("noscript button, .drop button:visible")
    page.wait_for_load_state("load")


def before_set_up(page: Any, scene: Scene) -> None:
    page.goto(scene.empty.base + "/")


def set_up(page: Any, scene: Scene) -> None:
    page.goto(scene.set_up)


def set_up_wrongly(page: Any, scene: Scene) -> None:
    page.goto(scene.set_up)
    page.locator("main input[type=password]").nth(0).fill("correct horse")
    page.locator("main input[type=password]").nth(1).fill("battery")
    fill(name="ann")(page)
    page.click("main button")
    page.wait_for_selector("[role=alert]")


def delete_link(page: Any, scene: Scene) -> None:
    page.goto(scene.files["deletable"]["delete_url"])


def large_zoom(page: Any) -> None:
    page.locator("a.zoom").click()
    page.locator("dialog[open] img").first.wait_for()


def keys_with_limits(page: Any, scene: Scene) -> None:
    """One that has ended, and one with everything."""
    page.goto(scene.server.base + "/settings/api")
    if page.locator(".keys .key-facts a").count() == 0:
        album = scene.albums["lake"].rpartition(".")[2]
        command = ("key", "create", "ann", "--label")
        some = ("--scope", "manage", "--max-mb", "20", "--days", "30", "--visibility", "members")
        scene.server.command(
            *command, "Phone of somebody with a long name", "--album", album, *some
        )
        page.reload()


def wrong_size(page: Any) -> None:
    page.locator("main details.fold summary").click()
    fill(label="Phone", max_mb="20 MB")(page)
    page.get_by_role("button", name="Create key").click()
    page.locator("[role=alert]").wait_for()


def create_key(page: Any) -> None:
    page.get_by_role("button", name="Create key").click()
    page.locator("#new-key").wait_for()


def choose_portrait(page: Any) -> None:
    page.set_input_files("#portrait", sample("orientation-1.jpg"))
    page.get_by_role("button", name="Use this photo").click()
    page.get_by_role("button", name="Remove profile photo").wait_for()


def confirm(page: Any) -> None:
    """The password again, if it isn't known."""
    if page.locator("main [name=password]").count():
        page.fill("main [name=password]", PASSWORD)
        page.get_by_role("button", name="Continue").click()
        page.wait_for_load_state("load")


def choose_text(page: Any) -> None:
    page.set_input_files("#portrait", sample("text-as.jpg"))
    page.get_by_role("button", name="Use this photo").click()
    page.wait_for_selector("[role=alert]")


SAVE_PROFILE = "form:has([name=display_name]) .button"
QUEUE = ("canon-40d.jpg", "screenshot.png", "clip.mp4", "iphone.heic")
REVOKE = "[data-dialog^='#revoke-']"


def menu(name: str) -> Callable[[Any], None]:
    """Open the menu of this name in the head of a page; all of it is on the screen."""

    def go(page: Any) -> None:
        one = page.locator(".headline .menu", has=page.get_by_text(name, exact=True)).first
        one.locator("summary").click()
        box = one.locator("> div").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"], box

    return go


MORE = click(".headline .menu summary", ".headline .menu[open] > div")

STATES = (
    State("before-set-up", before_set_up),
    State("set-up", set_up),
    State("set-up-wrong", set_up_wrongly),
    State("log-in", at("/login")),
    State(
        "log-in-wrong",
        at("/login", fill(name="ann", password="no"), click("main button", "[role=alert]")),
    ),
    State("start-of-a-guest", at("/")),
    State("start", at("/"), member=True),
    State("start-without-scripts", at("/"), member=True, script=False),
    State("menu", at("/", click(".top .menu summary", ".top .menu[open] > div")), member=True),
    State("queue", at("/", choose(*QUEUE)), member=True),
    State("queue-options", at("/", choose(*QUEUE), click("[data-defaults] summary")), member=True),
    State("queue-new-album", at("/", choose("plain.jpg"), open_album_dialog), member=True),
    State("api", at("/api"), member=True),
    State("api-tried", at("/api", api_tried), member=True),
    State(
        "queue-known",
        at("/", choose("plain.jpg"), upload, start_anew, choose("plain.jpg"), upload_known),
        member=True,
    ),
    State("queue-done", at("/", choose(*QUEUE), upload), member=True),
    State(
        "queue-failed", at("/", choose(*QUEUE, "text-as.jpg"), upload_with_failures), member=True
    ),
    State(
        "row-options",
        at("/", choose("plain.jpg"), upload, row_menu("options", "#upload-options")),
        member=True,
    ),
    State(
        "row-details",
        at("/", choose("plain.jpg"), upload, row_menu("details", "#upload-details")),
        member=True,
    ),
    State("uploaded-without-scripts", at("/", unscripted_upload), member=True, script=False),
    State("explore", at("/explore"), member=True),
    State("viewer", at("/explore", look("Evening on the lake")), member=True),
    State("viewer-of-a-video", at("/explore", look("First steps", "video")), member=True),
    State("viewer-of-a-long-one", at("/explore", look("long")), member=True),
    State("viewer-not-safe", at("/explore", look("still", ".viewer-veil")), member=True),
    State("search", at("/search?q=lake"), member=True),
    State("suggestions", at("/search", suggested("la")), member=True),
    State("search-form", at("/search"), member=True),
    State(
        "search-options",
        at(
            '/search?q=lake "at night" type:photo taken:2019',
            click(".filters summary", ".filters[open] form"),
        ),
        member=True,
    ),
    State("search-of-too-many-words", at("/search?q=" + "a+" * 17), member=True),
    State("search-without-a-match", at("/search?q=nothing-like-it"), member=True),
    State("tag", at("/tag/lake"), member=True),
    State("categories", at("/categories"), member=True),
    State("category", at("/category/far-trips"), member=True),
    State("photo-in-a-category", of("canon")),
    State("category-edit", at("/category/far-trips/edit"), member=True),
    State("category-delete", at("/category/far-trips/delete"), member=True),
    State("tags", at("/tags"), member=True),
    State("tag-edit", at("/tag/lake/edit"), member=True),
    State(
        "tag-merge",
        at("/tag/lake/edit", fill(name="holiday"), click("main button", "[role=alert]")),
        member=True,
    ),
    State("tag-delete", at("/tag/lake/delete"), member=True),
    State("popular", at("/explore/popular"), member=True),
    State("random", at("/explore/random?begin=0"), member=True),
    State("videos", at("/explore/videos")),
    State("people", at("/people"), member=True),
    State("profile", at("/user/bob"), member=True),
    State("own-profile", at("/user/ann"), member=True),
    State("admin-people", at("/admin/people"), member=True),
    State("admin-person", at("/admin/people/bob"), member=True),
    State("admin-last-admin", last_admin, member=True),
    State("admin-check", at("/admin/check"), member=True),
    State("admin-check-done", checked_site, member=True),
    State("admin-settings", at("/admin/settings"), member=True),
    State("admin-settings-fixed", at("/admin/settings", unfolded), member=True),
    State("admin-settings-general", at("/admin/settings/general"), member=True),
    State("admin-settings-uploads", changed_setting, member=True),
    State("admin-settings-limits-wrong", wrong_limits, member=True),
    State("admin-overview", desk.overview, member=True),
    State("admin-health", desk.health, member=True),
    State("admin-overview-90", at("/admin?days=90", open_folds), member=True),
    State("admin-overview-unproven", desk.unproven("/admin"), member=True),
    State("admin-backup-unproven", desk.unproven("/admin/backup"), member=True),
    State("home-unproven", desk.unproven("/"), member=True),
    State("admin-backup", desk.backups, member=True),
    State("admin-jobs", desk.jobs_of_all_kinds, member=True),
    State("admin-log", desk.log_of_acts, member=True),
    State("review", in_review(click("[data-select-all] input")), member=True),
    State("review-without-scripts", in_review(), member=True, script=False),
    State(
        "review-refuse",
        in_review(click("[data-select-all] input"), click("[value=refuse]", "main a.button")),
        member=True,
    ),
    State("review-nothing-chosen", in_review(click("[value=approve]", ".notices")), member=True),
    State("reports", reported, member=True),
    State("report", report_form),
    State("waits-for-approval", waits, member=True),
    State("admin-question", sure("/admin/people/bob/ban"), member=True),
    State("admin-delete", sure("/admin/people/bob/delete"), member=True),
    State("mine", at("/mine"), member=True),
    State("changes", changed.recent, member=True),
    State("changes-without-scripts", changed.recent, member=True, script=False),
    State("no-changes", changed.none, member=True),
    State("one-change", changed.one, member=True),
    State("bin-empty", binned.empty, member=True),
    State("bin", binned.some, member=True),
    State("bin-without-scripts", binned.some, member=True, script=False),
    State("bin-nothing-chosen", binned.nothing_chosen, member=True),
    State("bin-delete", binned.question, member=True),
    State("notifications", news.told, member=True),
    State("notifications-without-scripts", news.told, member=True, script=False),
    State("no-notifications", news.nothing_told, member=True),
    State("duplicates", at("/duplicates", open_folds), member=True),
    State("duplicates-without-scripts", at("/duplicates"), member=True, script=False),
    State("kept-while-used", of("used"), member=True),
    State("heart", news.heart_on_page, member=True),
    State("hearts", news.hearts, member=True),
    State(
        "mine-filters",
        at(
            "/mine?sort=largest&kind=photo&visibility=public",
            click(".filters summary", ".filters[open] form"),
        ),
        member=True,
    ),
    State("mine-months", at("/mine?sort=taken-newest"), member=True),
    State("mine-without-a-match", at("/mine?kind=video&visibility=private"), member=True),
    State("albums", at("/albums"), member=True),
    State("albums-of-a-guest", at("/albums?of=others")),
    State("album", album("lake"), member=True),
    State("album-of-a-guest", album("lake")),
    State("album-menu", album("lake", "", menu("More")), member=True),
    State("album-share-menu", album("lake", "", menu("Share")), member=True),
    State("slideshow", album("lake", "/frame?captions=1&clock=1")),
    State("slideshow-empty", album("empty", "/frame"), member=True),
    State("album-in-album", album("boat")),
    State("album-arrange", album("lake", "/arrange"), member=True),
    State(
        "album-arrange-menu",
        album("lake", "/arrange", click(".arrange .menu summary", ".arrange .menu[open] > div")),
        member=True,
    ),
    State("albums-shared", at("/albums?of=shared"), member=True),
    State(
        "album-with-members",
        album("garden", "", click(".company summary", ".company[open] > ul")),
        member=True,
    ),
    State("album-members", album("garden", "/members"), member=True),
    State("album-as-member", album("regatta"), member=True),
    State("album-leave", album("regatta", "/leave"), member=True),
    State("album-arrange-without-scripts", album("lake", "/arrange"), member=True, script=False),
    State("album-file", in_album),
    State("album-empty", album("empty"), member=True),
    State("album-locked", album("locked")),
    State(
        "album-locked-wrong",
        album("locked", "", fill(password="seashell"), click("main .button", "[role=alert]")),
    ),
    State(
        "album-choice",
        of("photo", MORE, click("a.entry[href$='/albums']", ".choices")),
        member=True,
    ),
    State("versions-none", replaced.none_yet, member=True),
    State("versions", replaced.replaced, member=True),
    State("versions-without-scripts", replaced.none_yet, member=True, script=False),
    State("version-refused", replaced.refused, member=True),
    State("version-compared", replaced.compared, member=True),
    State("version-delete", replaced.deleted, member=True),
    State("share-link-album", shares.of_album),
    State("share-link-files", shares.of_files),
    State("share-link-one-file", shares.of_one_file),
    State("share-link-file", shares.file_of_album),
    State("share-link-file-without-scripts", shares.file_of_album, script=False),
    State("share-link-empty", shares.with_nothing),
    State("share-link-password", shares.asking(password="lighthouse")),
    State("share-link-wrong-password", shares.wrong_password),
    State("share-link-click", shares.asking(max_views=3)),
    State("share-link-used-up", shares.asking(max_views=0)),
    State("share-link-ended", shares.ended),
    State("share-link-member", shares.of_album, member=True),
    State("my-links", own_links.some, member=True),
    State("my-links-revoked", own_links.revoked, member=True),
    State("my-link-new", own_links.new("tag=lake"), member=True),
    State("my-link-new-with-all", own_links.with_all, member=True),
    State("my-link-wrong", own_links.wrong, member=True),
    State("my-link", own_links.made(), member=True),
    State("my-link-edit", own_links.made("/edit"), member=True),
    State("my-link-print", own_links.made("/print"), member=True),
    State("my-link-delete", own_links.made("/delete"), member=True),
    State("selected", selecting.some(), member=True),
    State("selected-none", selecting.some(count=0), member=True),
    State("selected-more", selecting.more, member=True),
    *(
        State(f"selected-{name}", selecting.asked(name), member=True)
        for name in ("add", "tags", "visibility", "edit", "shift", "codes")
    ),
    State("selected-keys", selecting.keys, member=True),
    State("select-without-scripts", selecting.boxes_without_script, member=True, script=False),
    State(
        "selected-without-scripts", selecting.form_without_script("tags"), member=True, script=False
    ),
    State("add-files", senders.form),
    State("add-files-sent", senders.sent),
    State("add-files-listed", senders.listed),
    State("add-files-waiting", senders.waiting),
    State("add-files-without-scripts", senders.without_script, script=False),
    State("add-files-dropped", senders.dropped),
    State("take-back", senders.take_back),
    State("take-back-asked", senders.asked),
    State("sent-files", lambda page, scene: senders.owners(page, scene, waits=False), member=True),
    State("sent-files-waiting", senders.owners, member=True),
    State("sent-files-refuse", senders.refuse, member=True),
    State("album-new", at("/albums/new"), member=True),
    State(
        "album-edit",
        album("locked", "/edit", click("[name=visibility][value=password]")),
        member=True,
    ),
    State("album-delete", album("lake", "/delete"), member=True),
    State("photo-of-a-guest", of("photo")),
    State("photo", of("photo"), member=True),
    State("photo-menu", of("photo", MORE), member=True),
    State("photo-edit", of("photo", click("[data-dialog='#edit']", "#edit[open]")), member=True),
    State("photo-zoom", of("photo", large_zoom)),
    State("qr", of("photo", click("[data-dialog='#qr']", "#qr[open]"))),
    State("photo-links", of("photo", open_folds), member=True),
    State("panorama", of("around")),
    State("wide", of("wide")),
    State("wide-zoom", of("wide", large_zoom)),
    State("private", of("private"), member=True),
    State("private-of-another", page_of("of-bob"), member=True),
    State("as-a-stranger", of("photo", click(".states a", ".as-stranger")), member=True),
    State("hidden-from-strangers", of("private", click(".states a", ".as-stranger")), member=True),
    State("video", of("clip")),
    State("long-screenshot", of("long")),
    State("small-transparent", of("icon")),
    State("not-safe-for-work", of("nsfw")),
    State("delete-link", delete_link),
    State("settings", at("/settings"), member=True),
    State(
        "settings-wrong",
        at("/settings", fill(display_name="Bob"), click(SAVE_PROFILE, "[role=alert]")),
        member=True,
    ),
    State("portrait", at("/settings", choose_portrait), member=True),
    State("portrait-refused", at("/settings", choose_text), member=True),
    State("account-delete", at("/settings/data/delete", confirm), member=True),
    State("account-give", at("/settings/data/give", confirm), member=True),
    State("offer", offered, member=True),
    State("data", at("/settings/data", confirm), member=True),
    State("settings-of-uploads", at("/settings/uploads"), member=True),
    State("short-of-space", with_quota("/", "1"), member=True),
    State("mine-with-quota", with_quota("/mine", "20"), member=True),
    State("password-and-devices", at("/settings/security"), member=True),
    State("new-password", new_password),
    State("log-in-with-passkeys", factors.log_in),
    State("is-it-you", factors.is_it_you),
    State("new-passkey", factors.new_passkey),
    State("remove-passkey", factors.remove_passkey),
    State("authenticator-app", factors.set_up_app, member=True),
    State("recovery-codes", factors.recovery_codes),
    State("second-factor-on", factors.is_on),
    State("second-factor-off", factors.turn_off),
    State("second-step", factors.second_step),
    State("invitation-with-passkey", factors.join),
    State("no-password", factors.no_password),
    State("sign-up", at("/sign-up")),
    State("people-waiting", people_waiting, member=True),
    State("invitations", invited, member=True),
    State("invitation", join),
    State("phone", at("/settings/phone"), member=True),
    State("forgotten", lambda page, scene: page.goto(f"{scene.empty.base}/forgot")),
    State("keys", at("/settings/api"), member=True),
    State("keys-with-limits", keys_with_limits, member=True),
    State(
        "key-edit", at("/settings/api", click(".keys a[href$='/edit']", "main form")), member=True
    ),
    State("key-wrong", at("/settings/api", wrong_size), member=True),
    State("key-created", at("/settings/api", fill(label="Laptop"), create_key), member=True),
    State("key-revoked", at("/settings/api", click(REVOKE, "dialog[open]")), member=True),
    State(
        "key-revoked-without-scripts", at("/settings/api", click(REVOKE)), member=True, script=False
    ),
    State("uploaders", at("/settings/uploaders"), member=True),
    State("uploader", at("/settings/uploaders/sharex"), member=True),
    State("style-guide", at("/styleguide", click("#menu summary")), member=True),
    State("not-found", at("/nowhere")),
    State("only-a-form", at("/logout")),
    State("set-up-already", at("/setup/spent")),
)
