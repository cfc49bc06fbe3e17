"""One running Keepsake: its configuration, settings and storage, and how many uploads it works on
at once."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from config import Config
from media.pixels import memory
from media.storage import Storage
from media.storage.running import Running
from services.budget import Budget
from services.checks.running import Checks
from services.errors import Busy
from services.fetches import Fetches, Places
from services.in_flight import InFlight
from services.last_uses import LastUses
from services.measures import Measures
from services.page_cache import PageCache
from services.settings import Settings, SettingStore
from services.uses import Uses
from services.view_counter import ViewCounter

# between two test writes, because anybody may request /healthz
TRIAL_SECONDS = 5.0
# that an upload waits for its turn; most programs give up after a minute or two
TURN_SECONDS = 60.0
EXPORTS = 4  # that are being downloaded; each holds a connection and some memory
# ZIPs of albums and links that are being downloaded: each holds one of 512 connections, 1 MB and,
# of 20,000 files, 20 MB more until its end. Sixteen readers fill a fast line.
ZIPS = 16


@dataclass
class Site:
    """``snapshot`` gives the settings as one request, command or job sees them; ``store`` those of
    this moment. ``id`` is the mark that the storage's files carry; see `Storage.check`.
    ``unsettled`` are paths of files that a fault of the machine kept from where they belong."""

    config: Config
    store: SettingStore
    snapshot: Callable[[], Settings]
    storage: Storage
    id: str
    running: Running
    page_cache: PageCache
    writing: threading.Lock = field(default_factory=threading.Lock)
    views: ViewCounter = field(default_factory=ViewCounter)
    uses: Uses = field(default_factory=Uses)
    last_uses: LastUses = field(default_factory=LastUses)
    in_flight: InFlight = field(default_factory=InFlight)
    measures: Measures = field(default_factory=Measures)
    checks: Checks = field(default_factory=Checks)
    unsettled: set[str] = field(default_factory=set)
    turn_seconds: float = TURN_SECONDS

    def __post_init__(self) -> None:
        memory.keep_little()
        self._trial, self._tried_at = threading.Lock(), -TRIAL_SECONDS
        self.budget = Budget(self.config.memory_mb * 1_000_000, memory.give_back)
        self.fetches = Fetches(self.config.uploads_at_once)  # half of the threads that uploads have
        self.exports = Fetches(EXPORTS)
        self.zips = Places(ZIPS)
        self._turns = threading.BoundedSemaphore(self.config.uploads_at_once)

    @property
    def settings(self) -> Settings:
        """The same snapshot all through a request, a command or a job."""
        return self.snapshot()

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a place among the uploads being decoded. Raises Busy when none gets free in
        time.
        """
        if not self._turns.acquire(timeout=self.turn_seconds):
            raise Busy()
        try:
            yield
        finally:
            self._turns.release()

    def memory(self, amount: int) -> contextlib.AbstractContextManager[None]:
        """Wait until ``amount`` bytes may be taken for a picture. Raises Busy when they don't get
        free in time.
        """
        return self.budget.holding(amount, self.turn_seconds)

    def check_ready(self) -> None:
        """Raises StorageMissing or StorageFull when no upload could be kept."""
        self.storage.check(self.id)
        self.storage.temp.prepare()
        self.storage.check_writable()
        self.storage.space().check(self.config.min_free_mb * 1_000_000)

    def check_health(self) -> None:
        """As `check_ready`, by writing. Raises the same."""
        self.check_ready()
        with self._trial:
            if time.monotonic() - self._tried_at >= TRIAL_SECONDS:
                self.storage.try_writing()
                self._tried_at = time.monotonic()
