"""/admin/health: whether all that is kept is still what it was, as the doctor found it. What people
keep for themselves isn't named here: an admin sees whose file it is, and from when.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from blueprints.http import doctor_words
from blueprints.http.context import addresses, me, time_zone
from models import KnownDamage
from services.doctor import known
from services.jobs.forward import repair_now

bp = Blueprint("doctor", __name__)


def show() -> Any:
    damage = KnownDamage.page(is_open=True)
    return render_template(
        "admin/health.html",
        round=known.round_so_far(),
        known=known,
        damage=doctor_words.by_kind(damage),
        is_any=any(one.upload_id for one in damage),
        ended=KnownDamage.page(is_open=False),
        doctor_words=doctor_words,
        addresses=addresses(),
        zone=time_zone(),
    )


def repair() -> Any:
    """Look again at damaged files, in the background, and repair what a backup has now."""
    repair_now(by=me().name)
    flash(doctor_words.WILL_LOOK)
    return redirect(url_for("doctor.show"), 303)
