"""/admin: how the site is, and what needs a look first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request

from blueprints.documents.chart import chart, days_until, span_of
from blueprints.http import overview_words
from blueprints.http.arguments import parse_chart_days
from blueprints.http.context import site, time_zone
from config.version import version
from models import KindTally, Tally, utcnow
from models.flow import Flow
from models.overview import facts, largest_holders
from services.backup import last_backup
from services.forecast import TREND
from services.jobs.kinds import KINDS
from services.left import left_here

bp = Blueprint("overview", __name__)

LARGEST = 10  # people with most space
RECURRING = tuple(name for name, kind in KINDS.items() if kind.every)


def show() -> Any:
    days = parse_chart_days(request.args.get("days", ""))
    now, zone = utcnow(), time_zone()
    shown = days_until(now, zone, days)
    trend = (now - TREND, now + timedelta(days=1))  # clocks may differ
    lately, *sums = Flow.within([trend, *(span_of(day, zone) for day in shown)])
    known, kinds = facts(RECURRING), KindTally.all()
    kept = sum(one.files + one.derivatives + one.originals for one in kinds)
    left = left_here(site(), kept, lately.bytes - lately.freed, now - (known.first_at or now))
    return render_template(
        "admin/overview.html",
        chart=chart(shown, sums),
        days=days,
        kinds=kinds,
        kept=kept,
        binned=Tally.in_all_bins(),
        people=largest_holders(LARGEST),
        left=left,
        facts=known,
        backup=last_backup(known.backup),
        ignored=site().store.ignored,
        overview_words=overview_words,
        version=version(),
        zone=zone,
    )
