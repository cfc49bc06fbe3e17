"""Plays a scene again and again, in processes that end before one of their steps: ``main``, which
has a process of its own, as it forks (`tests.crash.play`).

HOW: ``kill`` sends SIGKILL before a step; ``cut`` lets the power fail before it, by `Durable`;
``disk`` does so on a real file system, an ext4 image of which a copy is taken; ``pause`` stops the
process there while another one starts on the same folder. EVERY: 1 takes all steps, 3 every third.
Writes JSON for each HOW: how many steps there are, how many were tried, and what was not as it must
be after each. The first process makes a site and closes it, so that what it forks has less to do;
it holds nothing open, so each begins like any other.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.crash.backups import folder_of
from tests.crash.by_link import ALL_SCENES as SCENES
from tests.crash.disk import copy_disk, make_disk, mounted
from tests.crash.durable import DATABASE, Durable
from tests.crash.processes import Note, end_of, in_a_process, start_process
from tests.crash.scenes import Scene, State, furnish, open_site, site_at
from tests.crash.steps import listen


class Theatre:
    """``wrong`` has what was not as it must be, by step; ``tried`` counts the ends that were looked
    at.
    """

    def __init__(self, folder: Path, scene: Scene, every: int) -> None:
        self.folder, self.scene, self.every = folder, scene, every
        self.base = folder / "base"
        self.steps, self.tried, self.wrong = 0, 0, dict[str, list[str]]()
        notes, status = in_a_process(lambda note: note(scene.prepare(self.base)))
        if status:
            raise SystemExit("the site can't be made")
        self.facts = notes[0]

    def fresh(self, data: Path) -> Path:
        for left in (data, folder_of(data)):
            shutil.rmtree(left, ignore_errors=True)
        if self.base.exists():
            shutil.copytree(self.base, data)
        return data

    def play(self, data: Path, note: Note, *, begin: Callable[[], None] = lambda: None) -> None:
        with site_at(data) as app:
            begin()
            for act, _ in self.scene.acts:
                act(app, self.facts)
                note("done")

    def states(self, count: int) -> tuple[State, State]:
        """What holds when ``count`` acts were acknowledged, and what the next one changes."""
        done = dict(self.scene.before)
        for _, changes in self.scene.acts[:count]:
            done |= changes
        return done, self.scene.acts[count][1] if count < len(self.scene.acts) else {}

    def check(self, step: str, data: Path, done: int) -> None:
        notes, status = in_a_process(lambda note: note(self.scene.wrong(data, *self.states(done))))
        told = notes[0] if notes and not status else ["the next start fails"]
        self.tried += 1
        if told:
            self.wrong[f"{self.tried}: {step}"] = told

    def stop_at_each(
        self, how: signal.Signals, meanwhile: Callable[[int, Path], int | None], *, from_start: bool
    ) -> None:
        """A process for each step, which gets the signal ``how`` before it."""
        at, status = 0, -1
        while status:
            data, seen = self.fresh(self.folder / "data"), 0

            def work(note: Note, at: int = at, data: Path = data) -> None:
                def before(step: str) -> None:
                    nonlocal seen
                    if seen == at:
                        note(step)
                        os.kill(os.getpid(), how)
                    seen += 1

                def begin() -> None:
                    listen(before)

                if from_start:
                    begin()
                self.play(data, note, begin=(lambda: None) if from_start else begin)

            child, reading = start_process(work)
            notes, status = end_of(child, reading, meanwhile(child, data))
            reached = any(note != "done" for note in notes)
            self.check(str(notes[-1:]), data, notes.count("done"))
            if how == signal.SIGSTOP:
                if status:
                    self.wrong[f"{self.tried}: {notes[-1:]}"] = [
                        f"what was paused then failed: {status}"
                    ]
                status = int(reached)
            elif status and os.WTERMSIG(status) != how:
                raise SystemExit(f"the scene failed: {status}")
            self.steps, at = at, at + self.every

    def kill(self) -> None:
        self.stop_at_each(signal.SIGKILL, lambda child, data: None, from_start=True)

    def pause(self) -> None:
        def start_another(child: int, data: Path) -> int | None:
            status = os.waitpid(child, os.WUNTRACED)[1]
            if not os.WIFSTOPPED(status):
                return status
            _, failed = in_a_process(lambda note: note(bool(open_site(data))))
            if failed:
                self.wrong[f"{self.tried}: another start"] = ["it failed"]
            os.kill(child, signal.SIGCONT)
            return None

        self.stop_at_each(signal.SIGSTOP, start_another, from_start=False)

    def disk(self) -> None:
        """The process stops before each step, and a copy of its disk is what it would find after
        the power failed there.
        """
        image, top = self.folder / "image", self.folder / "top-of-disk"
        make_disk(image)
        with mounted(image, top):
            data = self.fresh(top / "data")
            os.sync()

            def work(note: Note) -> None:
                def before(step: str) -> None:
                    note(step)
                    os.kill(os.getpid(), signal.SIGSTOP)

                listen(before)
                self.play(data, note)
                note("end")
                os.kill(os.getpid(), signal.SIGSTOP)

            child, reading = start_process(work)
            with os.fdopen(reading) as pipe:
                done = 0
                while os.WIFSTOPPED(status := os.waitpid(child, os.WUNTRACED)[1]):
                    step = json.loads(pipe.readline())
                    while step == "done":
                        done, step = done + 1, json.loads(pipe.readline())
                    if self.steps % self.every == 0:
                        self.look_at_disk(image, step, done)
                    self.steps += 1
                    os.kill(child, signal.SIGCONT)
            if status:
                raise SystemExit(f"the scene failed: {status}")

    def look_at_disk(self, image: Path, step: str, done: int) -> None:
        copy, top = self.folder / "copy", self.folder / "copied"
        copy_disk(image, copy)
        with mounted(copy, top):
            self.check(step, top / "data", done)

    def cut(self) -> None:
        """One process, and beside it what the disk would have had at each of its steps."""
        cuts, top = self.folder / "cuts", self.folder / "top-of-cuts"
        cuts.mkdir()
        top.mkdir()
        data = self.fresh(top / "data")

        def work(note: Note) -> None:
            durable, kept, done, count, busy = Durable(top), (-1, 0), 0, 0, False

            def before(step: str) -> None:
                nonlocal kept, count, busy
                if busy:
                    return  # our own steps
                count += 1
                if (durable.changes, done) != kept:
                    kept, busy = (durable.changes, done), True
                    durable.rebuild(cuts / str(count))
                    note([count, step, done])
                    busy = False

            def acted(_: Any) -> None:
                nonlocal done
                done += 1

            listen(
                before, synced=durable.synced, committed=lambda: durable.committed(data / DATABASE)
            )
            self.play(data, acted)
            busy = True
            durable.rebuild(cuts / "end")
            note(["end", "the end", done])

        notes, status = in_a_process(work)
        if status:
            raise SystemExit(f"the scene failed: {status}")
        for number, step, done in notes[:: 1 if self.every == 1 else 2]:
            left = cuts / str(number) / "data"
            if done and (left / "secret_key").read_bytes() != (data / "secret_key").read_bytes():
                self.wrong[step] = ["another secret: everybody is logged out"]
            self.check(step, left, done)
        self.steps = max(number for number, _, _ in notes[:-1])


def main(told: Path, scene: str, every: int, hows: Sequence[str]) -> None:
    reports = {}
    with tempfile.TemporaryDirectory() as folder:
        furnish(Path(folder) / "first")
        gc.freeze()
        theatre = Theatre(Path(folder), SCENES[scene], every)
        for how in hows:
            theatre.steps, theatre.tried, theatre.wrong = 0, 0, {}
            getattr(theatre, how)()
            reports[how] = {"steps": theatre.steps, "tried": theatre.tried, "wrong": theatre.wrong}
    told.write_text(json.dumps(reports))
