"""The data folder, created or repaired before anything is served, by one process at a time."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from config import Config
from config.version import version
from media.errors import UploadError
from media.storage.disk import DiskStorage
from media.storage.durable import write_whole
from media.storage.running import Running
from models import DatabaseFault, SiteFact, Upload, before_update, db
from models.commits import Commits
from models.migrate import StillInUse, close_to_others, is_current, migrate
from models.site_fact import PROGRAM
from services import upkeep
from services.backup.folder import check_outside
from services.data_folder import DATABASE, MIGRATIONS
from services.page_cache import PageCache
from services.restore import unfinished
from services.settings import Settings, SettingStore
from services.site import Site

log = logging.getLogger("keepsake")


@dataclass(frozen=True)
class Started:
    """What is held while a process starts; ``secret_key`` signs sessions."""

    config: Config
    storage: DiskStorage
    running: Running
    secret_key: str


@contextmanager
def starting(config: Config) -> Iterator[Started]:
    """Folders, the secret key and a database of this version; other processes wait meanwhile.

    Raises OSError, Occupied, StillInUse, HalfRestored, InBackup, UnknownVersion or DatabaseFault.
    """
    check_outside(config.data)
    storage, running = DiskStorage(config.data), Running(config.data)
    with running.exclusive():
        unfinished.check(config.data)
        storage.prepare()
        secret_key = _secret_key(config.data / "secret_key")
        _bring_up_to_date(config.data / DATABASE, running)
        running.enter()
        yield Started(config, storage, running, secret_key)


def open_site(started: Started, store: SettingStore, snapshot: Callable[[], Settings]) -> Site:
    """The site, with what a crash left settled. Call it while `starting`, with the database
    reachable.
    """
    site = Site(
        started.config,
        store,
        snapshot,
        started.storage,
        SiteFact.site_id(),
        started.running,
        PageCache(Commits(started.config.data / DATABASE)),
    )
    db.session.commit()
    _sign()
    store.on_change = partial(_follow, started.storage)
    _follow(started.storage, store.refresh())
    started.storage.mark(site.id, Upload.one_file_of_each_root())
    try:
        upkeep.settle_at_start(site)
    except UploadError as error:
        log.warning("%s. Uploads are refused until it is.", error.message)
    except OSError as error:
        log.warning("Some files can't be settled; upkeep goes on trying. %s", error)
    return site


def _sign() -> None:
    """Note which version uses the database, for an older one that can't. A full disk is no reason
    not to start.
    """
    try:
        if SiteFact.read(PROGRAM) != version():
            SiteFact.write(PROGRAM, version())
            db.session.commit()
    except DatabaseFault as fault:
        db.session.rollback()
        log.warning("The version can't be noted in the database. %s", fault)


def _follow(storage: DiskStorage, settings: Settings) -> None:
    try:
        storage.let_proxies_read(not settings.private_site)
    except OSError as error:
        log.warning("Who may read the folder of public files can't be changed: %s", error)


def _bring_up_to_date(database: Path, running: Running) -> None:
    if not is_current(database, MIGRATIONS):
        if running.others():
            raise StillInUse(
                "The database must be changed for this version, and another Keepsake process is "
                "using it. Stop it, then start again."
            )
        kept = migrate(database, MIGRATIONS)
        if kept:
            log.info(
                "The database was changed for this version. The one from before is kept: %s, %.1f "
                "MB.", kept, kept.stat().st_size / 1e6,
            )  # fmt: skip
    before_update.drop_second_names(database)
    close_to_others(database)


def _secret_key(path: Path) -> str:
    """The key that signs sessions, made at the first start; readable by its owner only. An empty
    one is none.
    """
    key = path.read_text().strip() if path.exists() else ""
    if not key:
        key = secrets.token_hex(32)
        write_whole(path, key)
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)  # with it, one can log in as anybody
    return key
