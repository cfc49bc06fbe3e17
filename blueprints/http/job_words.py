"""Jobs in words."""

from __future__ import annotations

from datetime import datetime, tzinfo

from blueprints.http.hidden_names import without_names
from blueprints.http.language import gettext as _
from blueprints.http.language import lazy as _l
from blueprints.http.language import minute, ngettext
from models import Job
from services.jobs.queue import KILLED

NO_SUCH_JOB = _l("This job is done, or running.")
KINDS = {
    "accounts": _l("Delete an account"),
    "albums": _l("Delete an album"),
    "backup": _l("Make the daily backup"),
    "backup_now": _l("Make a backup"),
    "bin": _l("Empty a bin"),
    "audit": _l("Forget old entries of the audit log"),
    "change": _l("Change many files, or undo it"),
    "drill": _l("Try a restore of the backup"),
    "doctor": _l("Look at every file for damage"),
    "expire": _l("Delete what has expired"),
    "guests": _l("Forget addresses of guests"),
    "idempotency_keys": _l("Forget old Idempotency-Keys"),
    "key_addresses": _l("Forget where API keys were used"),
    "leaving": _l("Try again to delete accounts"),
    "left_albums": _l("Take files of former members out of an album"),
    "leftovers": _l("Delete unfinished uploads"),
    "mail": _l("Send mail"),
    "old_changes": _l("Forget changes that can't be undone any more"),
    "orphans": _l("Delete files that belong to no upload"),
    "own_tags": _l("Rename or delete somebody's tag"),
    "previews": _l("Make previews of large photos"),
    "purge": _l("Delete what was in a bin for long"),
    "remove": _l("Delete files of an album"),
    "repair": _l("Repair damaged files"),
    "settle": _l("Put files where they belong"),
    "tag_names": _l("Put a tag's new name into the search"),
    "tags": _l("Merge and delete tags"),
    "tiles": _l("Make the sizes for listings"),
}
_REASONS = {KILLED: _l("Its process ended each time while it ran.")}


def kind(job: Job) -> str:
    return str(KINDS.get(job.kind, job.kind))


def reason(job: Job) -> str:
    """As the program said it, in English, without names of files."""
    reason = job.reason or ""
    return str(_REASONS.get(reason, "")) or without_names(reason)


def tries(job: Job) -> str:
    return ngettext("tried %(num)s time", "tried %(num)s times", job.tries) if job.tries else ""


def when(job: Job, now: datetime, zone: tzinfo) -> str:
    """Its next run."""
    if job.is_running(now):
        return _("Running")
    if job.run_at is None:
        return _("Given up")
    if job.run_at <= now:
        return _("As soon as there is something to do") if job.key == job.kind else _("Next")
    return minute(job.run_at.astimezone(zone))


def will_run(count: int) -> str:
    return ngettext(
        "%(num)s job will run in a moment.", "%(num)s jobs will run in a moment.", count
    )
