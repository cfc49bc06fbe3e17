"""What a check of the site from outside says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blueprints.http.language import gettext as _
from blueprints.http.proxy_lines import LINES, Lines
from blueprints.http.words import N_
from services.checks.findings import Finding

VERDICTS = {
    "good": N_("Good"), "hint": N_("Could be better"), "bad": N_("Wrong"),
    "unknown": N_("Unknown"),
}  # fmt: skip
ICONS = {"good": "check", "hint": "info", "bad": "triangle-alert", "unknown": "info"}
TITLES = {
    "reach": N_("Public URL"),
    "https": N_("HTTPS"),
    "redirect": N_("From HTTP to HTTPS"),
    "scheme": N_("Scheme"),
    "host": N_("Host"),
    "proxies": N_("Trusted proxies"),
    "forged": N_("IP addresses"),
    "body": N_("Large uploads"),
    "requests": N_("Passing on uploads"),
    "answers": N_("Passing on downloads"),
    "ranges": N_("Parts of files"),
    "head": N_("HEAD"),
    "types": N_("File types"),
    "pages": N_("Compressed pages"),
    "files": N_("Unchanged files"),
    "cache": N_("Caching"),
    "photos": N_("Photos"),
    "wait": N_("Slow answers"),
}
GOOD = {
    "reach": N_("This Keepsake is at %(base)s."),
    "https": N_("The certificate is valid."),
    "redirect": N_("Typing the name leads to HTTPS."),
    "scheme": N_("Keepsake knows that it is reached by %(scheme)s."),
    "host": N_("Keepsake knows that it is called %(host)s."),
    "proxies": N_("As many proxies are in front as TRUSTED_PROXIES says: %(trusted)s."),
    "forged": N_("Nobody can pretend to have another IP address."),
    "body": N_("Bodies of %(megabytes)s get through, as MAX_UPLOAD_MB needs."),
    "requests": N_("Uploads reach Keepsake while they are sent."),
    "answers": N_("Answers are passed on while Keepsake sends them."),
    "ranges": N_("People can skip in videos, and downloads resume."),
    "head": N_("Programs can ask for a file's size alone."),
    "types": N_("Content-Type and nosniff arrive."),
    "pages": N_("Pages are compressed: %(how)s."),
    "files": N_("Files arrive unchanged."),
    "cache": N_("Browsers may keep files, and ask whether they have changed."),
    "photos": N_("A real file is served as Keepsake would, and all others are handed on to it."),
    "wait": N_("An answer may take %(seconds)s seconds."),
}
WRONG = {
    ("reach", "no_url"): N_(
        "Keepsake doesn't know its public URL, so it can't ask itself from outside. Set "
        "PUBLIC_URL, and start it again."
    ),
    ("reach", "name"): N_("The name in %(base)s isn't known to this server."),
    ("reach", "refused"): N_(
        "Nothing answers at %(base)s for this server. Where you reach it from outside, your "
        "router doesn't lead back in: check from another network."
    ),
    ("reach", "time"): N_(
        "Nothing answers at %(base)s in time for this server. Where you reach it from outside, "
        "your router doesn't lead back in: check from another network."
    ),
    ("reach", "certificate"): N_("The certificate of %(base)s isn't valid for this server."),
    ("reach", "closed"): N_("The connection to %(base)s ends without an answer."),
    ("reach", "another"): N_(
        "Something else answers at %(base)s, not this Keepsake (status %(status)s)."
    ),
    ("https", "plain"): N_(
        "The site is reached without HTTPS: passwords can be read on the way, and passkeys "
        "don't work."
    ),
    ("redirect", "closed"): N_(
        "Nothing answers by HTTP. Typing the name without https:// may lead nowhere."
    ),
    ("redirect", "none"): N_(
        "By HTTP there is an answer (status %(status)s), and no redirect to HTTPS."
    ),
    ("scheme", "no_header"): N_(
        "Keepsake takes it for %(seen)s, but it is %(scheme)s: the proxy doesn't send "
        "X-Forwarded-Proto. Links in previews are wrong."
    ),
    ("scheme", "not_trusted"): N_(
        "Keepsake takes it for %(seen)s, but it is %(scheme)s: the proxy says so, and "
        "TRUSTED_PROXIES is 0. Set it to %(hops)s."
    ),
    ("scheme", "wrong"): N_(
        "Keepsake takes it for %(seen)s, but it is %(scheme)s: what a proxy sends as "
        "X-Forwarded-Proto is wrong."
    ),
    ("host", "another"): N_("The proxy passes on the wrong host: %(seen)s in place of %(host)s."),
    ("proxies", "too_few"): N_(
        "The request came through %(hops)s proxies, and TRUSTED_PROXIES is %(trusted)s: a "
        "proxy is taken for everybody. Set it to %(hops)s."
    ),
    ("proxies", "too_many"): N_(
        "TRUSTED_PROXIES is %(trusted)s, and X-Forwarded-For names %(hops)s: IP addresses are "
        "wrong, or can be made up. Set it to %(hops)s, or let the proxy send that header."
    ),
    ("forged", "believed"): N_(
        "Anybody can send an IP address that isn't theirs: TRUSTED_PROXIES, %(trusted)s, is "
        "too large, or the proxy hands X-Forwarded-For on as it came."
    ),
    ("body", "limit"): N_(
        "Bodies of more than about %(megabytes)s are refused on the way. MAX_UPLOAD_MB "
        "needs %(needed)s."
    ),
    ("requests", "kept"): N_(
        "A proxy keeps uploads until they are complete: it needs space for them, progress is "
        "wrong, and a refusal comes late."
    ),
    ("requests", "cut"): N_("A body of 1,500,000 bytes arrived with %(bytes)s."),
    ("answers", "kept"): N_(
        "A proxy keeps answers until they are complete: videos start late, and it needs space "
        "for large files."
    ),
    ("ranges", "none"): N_(
        "A part of a file was asked for, and status %(status)s came: people can't skip in "
        "videos, which don't play on iPhones."
    ),
    ("head", "wrong"): N_("HEAD gets status %(status)s, or no length."),
    ("types", "type"): N_("A PNG arrives as “%(seen)s”."),
    ("types", "nosniff"): N_("The header X-Content-Type-Options is missing."),
    ("pages", "plain"): N_("Pages arrive without compression, which makes them slower."),
    ("pages", "twice"): N_("Pages are compressed twice: %(how)s."),
    ("files", "packed"): N_(
        "Files are compressed again (%(how)s): that takes time, gains nothing, and takes their "
        "length and their parts away."
    ),
    ("files", "changed"): N_("A file arrives with other bytes: something on the way changes it."),
    ("cache", "changed"): N_(
        "Cache-Control arrives as “%(seen)s”: files are loaded again each time."
    ),
    ("cache", "tag"): N_("The ETag doesn't arrive, or isn't asked for: files are loaded again."),
    ("photos", "others"): N_(
        "A file that isn't in the public folder gets status %(status)s from something else than "
        "Keepsake: private photos don't open for their owners."
    ),
    ("photos", "no_photo"): N_("There is no public photo to look at: upload one, and check again."),
    ("photos", "open"): N_(
        "The site is private, but the proxy gives photos to everybody: it serves the public folder "
        "by itself."
    ),
    ("photos", "missing"): N_("A public photo gets status %(status)s."),
    ("photos", "type"): N_("A photo arrives as “%(seen)s”, and is “%(kind)s”."),
    ("photos", "nosniff"): N_("Photos arrive without the header X-Content-Type-Options."),
    ("photos", "sandbox"): N_(
        "Photos arrive without their Content-Security-Policy: what somebody uploads might run "
        "scripts in the name of this site."
    ),
    ("photos", "ranges"): N_(
        "Photos and videos don't arrive in parts: people can't skip in videos, and they don't play "
        "on iPhones."
    ),
    ("photos", "cache"): N_(
        "Photos arrive with Cache-Control “%(seen)s”: they are loaded again each time."
    ),
    ("wait", "cut"): N_(
        "An answer that takes %(seconds)s seconds doesn't arrive (%(why)s). Uploads that wait "
        "for their turn fail."
    ),
    ("", "stopped"): N_("This couldn't be found out: the test got no answer (%(why)s)."),
}


def title(finding: Finding) -> str:
    return _(TITLES[finding.about])


def text(finding: Finding) -> str:
    """What was found, in a sentence or two."""
    if finding.verdict == "good":
        return _(GOOD[finding.about], **numbers(finding.values))
    key = finding.about, finding.reason
    return _(WRONG.get(key, WRONG["", "stopped"]), **numbers(finding.values))


def verdict(finding: Finding) -> str:
    return _(VERDICTS[finding.verdict])


def lines(finding: Finding) -> list[Lines]:
    """What to write into the configuration of a proxy, where something is known to be wrong."""
    if finding.verdict in ("good", "unknown"):
        return []
    wanted = LINES.get((finding.about, finding.reason)) or LINES.get((finding.about, ""), {})
    values = numbers(finding.values)
    return [Lines(proxy, line % values) for proxy, line in wanted.items()]


def numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    """With bytes in the units of the texts."""
    found = dict(values)
    if "bytes" in found:
        found["megabytes"] = f"{found['bytes'] // 1_000_000} MB"
        found["kilobytes"] = f"{found['bytes'] // 1000} KB"
    if "wanted" in found:
        found["wanted"] = -(-found["wanted"] // 1_000_000)
        found["needed"] = f"{found['wanted']} MB"
    if "most" in found:
        found["most"] = f"{found['most'] // 1000} KB"
    return found
