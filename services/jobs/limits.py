"""Every limit of background jobs, with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Limits:
    """Of claims, tries and turns. Seconds, where nothing else is said."""

    # How long the job of a killed process waits for another one. A process that the system stopped
    # for a while (a laptop's lid, a full swap) shall come back first: two would do the same work.
    lease: timedelta = timedelta(seconds=60)
    # A third of the lease: a heartbeat may wait 10 s for the database, and one of two may fail.
    heartbeat: float = 20.0
    # The wait after a failure doubles from the first one, which outlasts a locked database, ...
    first_wait: timedelta = timedelta(seconds=10)
    # ... to the longest one: what is mended in the evening goes on within the hour.
    longest_wait: timedelta = timedelta(hours=1)
    # 10 s, 20 s, 40 s ... 1 h, 1 h: three and a half hours in all. After that it needs a person.
    tries: int = 12
    # Between two checks for a job, each of which is one read; nobody waits for a job.
    poll: float = 1.0
    # Between two checks while the database has a fault, which is logged each time.
    fault: float = 30.0
    # After it a long job lets others run, and goes on after them: they are at most so much late.
    turn: float = 5.0
    # What a server that ends waits for the job that runs. Docker kills after 10 s, without harm.
    stop: float = 5.0

    def wait(self, tries: int) -> timedelta:
        """After so many tries, before the next one."""
        doublings: int = 2 ** min(tries - 1, 30)  # bounded, so that no number grows without end
        return min(self.first_wait * doublings, self.longest_wait)


LIMITS = Limits()

# Nothing that an upload in progress touches is older than this.
GRACE_SECONDS = 3600.0
# Who has the doctor set files aside looks at them within a month, or never: what was deleted must
# not stay for ever in another folder.
ASIDE_SECONDS = 30 * 86_400.0
# A crash leaves no files without a row. Many mean that the database is not the right one.
MAX_ORPHANS = 200
# After each turn as long again: tiles of old uploads take half of one core, while they are made.
TILES_PAUSE = timedelta(seconds=5)
# As for tiles: the first copy of a library takes hours of its disks.
BACKUP_PAUSE = timedelta(seconds=5)
# Who sees an upload sooner waits for its file, as before there were previews.
PREVIEWS_EVERY = timedelta(seconds=10)
# As for tiles: a library of an older version waits for thousands.
PREVIEWS_PAUSE = timedelta(seconds=5)
# A power cut may end one attempt; what ends the process each time is given up before it ends more.
PREVIEW_TRIES = 3
# Who merged two tags or deleted one with more files than are done at once waits for no longer.
TAGS_EVERY = timedelta(seconds=10)
# Who asked for a link asks again, rather than look for one in old mail.
MAIL_WAITS_FOR = timedelta(hours=1)
# Of the uploads without files, in the log.
SHOWN = 10
# Flood limits and the search for duplicates look back no further.
GUESTS_FORGOTTEN_AFTER = timedelta(days=1)
# Who hasn't come back by then will hardly miss the files.
REFUSALS_FORGOTTEN_AFTER = timedelta(days=90)
# Each costs three small indexes; others write in between.
KEYS_AT_ONCE = 1000
# Rows of some hundred bytes with two small indexes; others write in between.
CHANGED_FILES_AT_ONCE = 2000
# From where a key was used tells its owner of a thief while that is recent.
ADDRESSES_FORGOTTEN_AFTER = timedelta(days=90)
# What an admin did may come to light late, after a long illness or at the next yearly look. Longer,
# the log would keep the names of people who left, and of those who acted, for no reason.
AUDIT_FORGOTTEN_AFTER = timedelta(days=730)
AUDIT_EVERY = timedelta(days=1)
# Nobody sees the difference: leftovers wait for an hour already, guests a day, a bin for weeks.
HOURLY = timedelta(hours=1)
# A walk through a million files takes minutes of disk.
ORPHANS_EVERY = timedelta(days=1)
# Bits that a disk loses are found while the backup of a month before still has them.
DOCTOR_ROUND = timedelta(days=30)
# A site that had no files is looked at again as soon as it may have some.
DOCTOR_AGAIN = timedelta(days=1)
# Four writes a day on a site where nothing happens; of 1 TB, 8 GB each time.
DOCTOR_EVERY = timedelta(hours=6)
# Bytes a second: a tenth of what the slowest disks read, and of 20 TB still all in a round.
DOCTOR_RATE = 20_000_000
# After each turn twice as long, also within a large file: 20 GB take an hour, and a server that is
# started meanwhile reads that file from its start. What is still one turn: SQLite's check, each
# count, and a file that is taken from a backup (20 GB: some minutes). Jobs that somebody waits for
# come in between.
DOCTOR_PAUSE = timedelta(seconds=10)
# Seconds, after each megabyte, while an upload waits for memory.
DOCTOR_WAITS = 0.2
# A start settles what a crash left; others only wait for a free name.
SETTLE_EVERY = timedelta(minutes=1)
# A start of another process holds the lock for longer only while it changes the database.
SETTLE_WAIT_SECONDS = 5.0
# A restore is tried each week: the daily backup would lose seven days more at worst.
DRILL_AFTER = timedelta(days=7)
# One that failed is tried again the next day, as its disk may just have been away.
DRILL_EVERY = timedelta(days=1)
# Between two turns: it reads files that nobody waits for.
DRILL_PAUSE = timedelta(seconds=5)
