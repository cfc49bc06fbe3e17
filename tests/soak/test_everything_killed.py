"""Two servers on one data folder, and beside them what makes backups and changes settings: used by
four members and a guest, and killed at any moment, again and again. Whatever was answered is there,
whatever was deleted stays gone, and the site is whole.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from app import main
from blueprints.http.share_address import share_token
from models import Album, ApiKey, User, Visibility, db
from models.api_key import Scope
from models.role import Role
from services.share_links import share_album
from tests.conftest import lacks, password_hash, start_server, until
from tests.crash.disk import copy_disk, make_disk, mounted
from tests.crash.scenes import site_at
from tests.forks import FORKED, Fork
from tests.soak.look import look
from tests.soak.members import TAKEN_OFF, UNKNOWN, Facts, Member, State
from tests.soak.steward import tend

SOAK = os.environ.get("SOAK") == "1"
KILLS, CUTS = (200, 20) if SOAK else (8, 2)
DISK_BYTES = 400 << 20  # for the site and its backup, and 200 MB that a drill leaves free
NAMES = ("ann", "bob", "cem", "dora")
MOST_ACTS = 40  # of all members, before a kill
LEFT_SECONDS = 0.3  # more until it, and that the other processes live on then
LOOK_SECONDS = 300  # that a look may take at most


def furnish(data: Path) -> list[Facts]:
    """Members with a key, an album that the next one may add to, and a share link that takes
    files; and an admin.
    """
    with site_at(data):
        hashed = password_hash()
        db.session.add(User(name="boss", role=Role.ADMIN, password_hash=hashed))
        facts = []
        for name in NAMES:
            user = User(name=name, password_hash=hashed)
            db.session.add(user)
            db.session.flush()
            _, key = ApiKey.issue(user, "tests", scope=Scope.MANAGE)
            album = Album.create(user, f"Album of {name}", Visibility.UNLISTED)
            db.session.flush()
            link = share_album(user, album, share_token, {"may_add": True})
            path = f"/s/{share_token(link.public_id)}/add"
            facts.append(Facts(name, key, album.public_id, path))
        db.session.commit()
        return facts


class Site:
    """Its processes, of which each may be gone, and its members. ``top`` has the data folder and
    its backup.
    """

    def __init__(self, top: Path, logs: Path) -> None:
        self.data, self.backup, self.logs = top / "data", top / "backup", logs
        self.members = [Member(facts) for facts in furnish(self.data)]
        self.chance, self.kills, self.rounds = random.Random(18), 0, 0

    def start(self) -> list[Fork]:
        """Two servers, and who tends them."""
        settings: dict[str, Any] = {"UPKEEP_SECONDS": 1, "MIN_FREE_MB": 0, "LOG_LEVEL": "warning"}
        settings["BACKUP_FOLDER"] = self.backup
        servers = [start_server(self.data, main, **settings) for _ in range(2)]
        for member in self.members:
            member.bases = [server.base for server in servers]
        log = self.logs / "steward.log"
        steward = Fork(partial(tend, self.data, self.backup, self.rounds), os.environ, log)
        return [
            *(server.process for server in servers if isinstance(server.process, Fork)),
            steward,
        ]

    def use(self, end: Callable[[list[Fork]], None]) -> None:
        """For a while, then ``end`` ends the processes."""
        processes, stop = self.start(), threading.Event()
        with ThreadPoolExecutor(len(self.members)) as pool:
            users = [pool.submit(use, member, stop) for member in self.members]
            enough = self.answered() + self.chance.randint(1, MOST_ACTS)
            until(lambda: self.answered() >= enough or any(user.done() for user in users), 120)
            pause(self.chance.uniform(0, LEFT_SECONDS))
            assert [one.poll() for one in processes] == [None] * 3, self.said()
            end(processes)
            stop.set()
        for user in users:
            user.result()
        self.rounds += 1

    def said(self) -> str:
        """By who tends the site, when it ended by itself."""
        return (self.logs / "steward.log").read_text()[-2000:]

    def answered(self) -> int:
        return sum(member.answered for member in self.members)

    def kill(self, processes: list[Fork]) -> None:
        """One, and a moment later all others."""
        self.chance.shuffle(processes)
        for some in (processes[:1], processes[1:]):
            end_all(some)
            self.kills += len(some)
            pause(self.chance.uniform(0, LEFT_SECONDS))

    def cut(self, image: Path, processes: list[Fork]) -> None:
        """The power fails: what ``image`` has now is what is left."""
        for process in processes:
            process.send_signal(signal.SIGSTOP)
        left = image.with_suffix(".left")
        copy_disk(image, left)
        end_all(processes)
        os.replace(left, image)

    def check(self) -> None:
        told = self.logs / "told.json"
        told.unlink(missing_ok=True)
        keys = [member.facts.key for member in self.members]
        process = FORKED.Process(target=look, args=(self.data, self.backup, keys, told))
        process.start()
        process.join(LOOK_SECONDS)
        assert process.exitcode == 0, f"the start after round {self.rounds} fails"
        report = json.loads(told.read_text())
        found: list[str] = report["wrong"]
        for member in self.members:
            name = member.facts.name
            of_them = {
                title: state for title, state in report["there"].items() if title.startswith(name)
            }
            found += [*compare(member, of_them), *member.errors]
            member.errors.clear()
        assert found == [], f"round {self.rounds}, {self.kills} kills:\n" + "\n".join(found)
        print(f"round {self.rounds} of {self.answered()} acts is well", flush=True)


def end_all(processes: list[Fork]) -> None:
    for process in processes:
        process.kill()
    for process in processes:
        process.wait(30)


def use(member: Member, stop: threading.Event) -> None:
    while not stop.is_set():
        member.act()


def pause(seconds: float) -> None:
    """At any moment: nothing is waited for."""
    threading.Event().wait(seconds)


def compare(member: Member, there: dict[str, dict[str, Any]]) -> list[str]:
    """What is neither as the member was told nor, where an answer was lost, as it would be then.
    From here on what is there is known, but for what has expired now.
    """
    told, known = [], dict[str, State]()
    for title in {*member.files, *member.unsure, *there}:
        allowed = [member.files.get(title)]
        allowed += [member.unsure[title]] if title in member.unsure else []
        now = there.get(title)
        fitting = [state for state in allowed if fits(now, state)]
        if not fitting:
            told.append(f"{title} is {now}, and none of {allowed}")
        if now and not now["expires"]:
            was = (fitting[0] or {}).get("was") if fitting else None
            known[title] = {**now, "was": was or dict.fromkeys(TAKEN_OFF, UNKNOWN)}
    member.files, member.unsure = known, {}
    member.ids = {title: state["id"] for title, state in there.items()}
    return told


def fits(now: dict[str, Any] | None, state: State) -> bool:
    if now is None or state is None:
        return now is None and state is None
    known = {name: value for name, value in state.items() if value != UNKNOWN and name in now}
    return all(now[name] == value for name, value in known.items())


def measured(site: Site, what: str, begun: float) -> list[str]:
    lost = sum(member.lost for member in site.members)
    refused = sum((member.refused for member in site.members), Counter[int]())
    return [
        f"{what} in {site.rounds} rounds, {time.perf_counter() - begun:.0f} s",
        f"{site.answered()} acts answered, {lost} answers lost, refused: {dict(refused)}",
    ]


def test_killed_at_any_moment(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    site, begun = Site(tmp_path, tmp_path), time.perf_counter()
    while site.kills < KILLS:
        site.use(site.kill)
        site.check()
    for text in measured(site, f"{site.kills} SIGKILLs", begun):
        record_property("measured", text)
    assert site.answered() > site.rounds * MOST_ACTS / 4


def test_the_power_fails_at_any_moment(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Data folder and backup on an ext4 disk, which loses what was not fsynced."""
    image, top, begun = tmp_path / "image", tmp_path / "disk", time.perf_counter()
    make_disk(image, DISK_BYTES)
    try:
        with mounted(image, top):
            site = Site(top, tmp_path)
            os.sync()
    except SystemExit:
        lacks("loop devices")
    for _ in range(CUTS):
        with mounted(image, top):
            site.use(partial(site.cut, image))
        with mounted(image, top):
            site.check()
    for text in measured(site, f"{CUTS} power cuts", begun):
        record_property("measured", text)
    assert site.answered() > site.rounds * MOST_ACTS / 4
