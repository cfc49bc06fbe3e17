"""What is done for a site beside its servers, by a process that may be killed at any moment: its
settings change, it is backed up, the backup is tried, and the doctor looks at it.
"""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

from flask import Flask

from media.storage.running import Occupied
from models import Upload, User, db
from services import review, settings
from services.backup import BackupFolder, BackupRuns, back_up
from services.doctor import How, Mender, SoFar, Sources, go_on
from services.drill import drill
from services.errors import Busy
from tests.conftest import existing
from tests.crash.scenes import site_at

SETTINGS = {"REVIEW": ("", "members"), "PRIVATE_SITE": ("true", "false"), "BIN_DAYS": ("30", "7")}


def tend(data: Path, backup: Path, seed: int) -> None:
    """For as long as it lives."""
    chance = random.Random(seed)
    with site_at(data) as app:
        while True:
            for act in chance.sample(ACTS, len(ACTS)):
                act(app, backup, chance)
                db.session.remove()


def _change_a_setting(app: Flask, _backup: Path, chance: random.Random) -> None:
    name = chance.choice(list(SETTINGS))
    store = app.extensions["keepsake"].store
    settings.change(store, {name: chance.choice(SETTINGS[name])})


def _approve(app: Flask, _backup: Path, _chance: random.Random) -> None:
    boss = existing(User.by_name("boss"))
    for upload in Upload.waiting_for_approval(boss.id, None, 3):
        with suppress(Busy):  # its owner is at it
            review.approve(app.extensions["keepsake"], upload, boss)


def _back_up(app: Flask, backup: Path, _chance: random.Random) -> None:
    with suppress(BackupRuns, Occupied):  # a server makes one
        back_up(app.extensions["keepsake"], backup)


def _try_a_restore(app: Flask, backup: Path, _chance: random.Random) -> None:
    if backup.exists() and BackupFolder(backup).newest():  # else a server makes the first one
        drill(app.extensions["keepsake"], backup, {}, lambda: False)


def _look_at_all(app: Flask, backup: Path, _chance: random.Random) -> None:
    """As the doctor's job does, who repairs what is found."""
    site, so_far = app.extensions["keepsake"], SoFar()
    while not so_far.is_done:
        go_on(site, so_far, How(mend=Mender(site, Sources([backup])), is_quick=True))


ACTS = (_change_a_setting, _approve, _back_up, _try_a_restore, _look_at_all)
