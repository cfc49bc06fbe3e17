"""/admin/log: what moderators did, the latest first. No page changes an entry."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from blueprints.http import audit_sentences, audit_words
from blueprints.http.arguments import parse_act, parse_actor, parse_row
from blueprints.http.context import time_zone
from models import AuditEntry
from models.audit import PAGE_OF_LOG
from services.jobs.limits import AUDIT_FORGOTTEN_AFTER

bp = Blueprint("audit", __name__)


def index() -> Any:
    by, act = parse_actor(request.args.get("by", "")), parse_act(request.args.get("act", ""))
    before = parse_row(request.args.get("before", ""))
    found = AuditEntry.page(by=by, act=act or "", before=before, limit=PAGE_OF_LOG + 1)
    entries = found[:PAGE_OF_LOG]
    wanted = {name: text for name, text in (("by", by), ("act", act or "")) if text}
    more = {**wanted, "before": entries[-1].id} if len(found) > PAGE_OF_LOG else None
    actors = AuditEntry.actors()
    return render_template(
        "admin/log.html",
        entries=entries,
        actors=[*actors, *([by] if by and by not in actors else [])],
        by=by,
        act=act,
        is_first=before is None,
        is_filtered=bool(wanted),
        first_page=f"?{urlencode(wanted)}",
        next=f"?{urlencode(more)}" if more else "",
        audit_words=audit_words,
        sentence=audit_sentences.sentence,
        years=AUDIT_FORGOTTEN_AFTER.days // 365,
        zone=time_zone(),
    )
