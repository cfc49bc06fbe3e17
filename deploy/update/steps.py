"""To another version, and back: everything that can be tried is tried before the swap."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from deploy.update import changes, code, databases, loss, swap, trial, venv
from deploy.update.code import Version
from deploy.update.here import Failed, Here
from deploy.update.loss import Loss
from deploy.update.service import Service
from deploy.update.swap import Plan, State


def update(service: Service, name: str, *, only_show: bool = False) -> None:
    """To the version of that name, else to the newest release. Raises Failed with all as before."""
    here = service.here
    try:
        take_up(service)
    except Failed as error:
        raise Failed(f"{error}\nThe way back, if the last update was to it: make back") from None
    present, target = code.present(here), code.wanted(here, name)
    if target is None or target.commit == present.commit:
        print(f"Keepsake is {present}. Nothing is newer." if not target else f"It is {target}.")
        return
    _show(here, present, target)
    if only_show:
        return
    code.check_unchanged(here, target)
    trial.check_room(here)
    print(f"Preparing {target} ...", flush=True)
    folder = code.unpack(here, target)
    new_venv = venv.prepared(here, folder)
    print("Rehearsing it on a copy of the database ...", flush=True)
    trial.rehearse(here, target, folder, new_venv)
    is_same = new_venv == here.venv.resolve()
    plan = Plan(
        State(present.name, present.number, str(new_venv if is_same else venv.in_use(here)), ""),
        State(target.name, target.number, str(new_venv), ""),
    )
    _swap(service, plan, present, target)
    shutil.rmtree(here.work / "next", ignore_errors=True)
    venv.drop_others(here, [Path(plan.old.venv), new_venv])
    print(f"Keepsake is {target} now. The way back: make back")


def go_back(service: Service, *, even: bool = False) -> None:
    """To the version before the last update, also from one that doesn't start. Raises Failed, also
    where what was done since would be undone, unless ``even`` then.
    """
    _finish_swap(service.here)
    try:
        _go_back(service, even=even)
    except Failed:
        with suppress(Failed):  # what is told is why there is no way back
            take_up(service)
        raise


def _go_back(service: Service, *, even: bool) -> None:
    here = service.here
    state = swap.last(here)
    if state is None:
        raise Failed("There is no update to go back from.")
    present, target = code.present(here), code.version_at(here, state.name)
    code.check_unchanged(here, target)
    swap.check_can_go_back(here, state)
    aside = _aside(here, present, target, state)
    if aside and not even:
        _check_loss(here, state)
    plan = Plan(_as_it_is(here, present), state, is_back=True, aside=aside)
    _swap(service, plan, present, target, may_lose=even)
    print(f"Keepsake is {target} again.")
    if aside:
        print(f"The newer database is kept in {here.data / aside}, with the files only it knows.")


def take_up(service: Service) -> None:
    """Finish what a kill has interrupted, and start what it left stopped."""
    here = service.here
    if _finish_swap(here) or (here.work / "stopped").exists():
        if not service.is_running():  # somebody may have started it since
            _try_in_place(here, code.present(here))
        service.start(code.present(here))
    shutil.rmtree(here.work / "next", ignore_errors=True)


def _finish_swap(here: Here) -> bool:
    """Whether there was one."""
    plan = swap.pending(here)
    if plan:
        print(f"An interrupted change to {plan.new.number} is finished first.", flush=True)
        swap.finish(here, plan)
    return plan is not None


def _swap(
    service: Service, plan: Plan, present: Version, target: Version, *, may_lose: bool = False
) -> None:
    here = service.here
    with _stopped(service):
        if plan.aside and not may_lose:  # once more: until it stopped, people went on
            _check_loss(here, plan.new)
        revision = here.as_data_owner(databases.revision, here.database)
        old = State(plan.old.name, plan.old.number, plan.old.venv, revision)
        plan = Plan(old, plan.new, is_back=plan.is_back, aside=plan.aside)
        try:
            swap.begin(here, plan)
            swap.finish(here, plan)
            _try_in_place(here, target)
        except (Failed, OSError, KeyboardInterrupt) as error:
            if plan.is_back:
                raise
            _undo(here, plan, present, target)
            told = str(error) or "Interrupted."
            raise Failed(f"{told}\n{present} is in place again.") from None
    try:
        service.start(target)
    except Failed as error:
        if plan.is_back:
            raise
        _take_back(service, plan, present, target, error)


def _take_back(
    service: Service, plan: Plan, present: Version, target: Version, error: Failed
) -> None:
    """Always raises Failed. What people did since the service was started isn't undone unasked."""
    here = service.here
    service.stop()
    if _aside(here, target, present, plan.old) and (done := _loss(here, plan.old)):
        with suppress(Failed):
            service.start(target)
        raise Failed(
            f"{error}\nIt has been used all the same: {done}. So {target} stays in place. "
            "To go back all the same: make back EVEN=1"
        ) from None
    _undo(here, plan, present, target)
    service.start(present)
    raise Failed(f"{error}\n{present} is in place again, and runs.") from None


@contextmanager
def _stopped(service: Service) -> Iterator[None]:
    """It runs again where something fails, as the version that is in place then."""
    try:
        service.stop()
        yield
    except BaseException:
        if swap.pending(service.here) is None:
            service.start(code.present(service.here))
        raise


def _try_in_place(here: Here, version: Version) -> None:
    """The first start, which changes the database, while nobody can upload."""
    trial.start_and_ask(here, version, here.root, here.venv, here.data)


def _undo(here: Here, plan: Plan, present: Version, target: Version) -> None:
    with _undisturbed():
        aside = _aside(here, target, present, plan.old)
        back = Plan(plan.new, plan.old, is_back=True, aside=aside)
        swap.begin(here, back)
        swap.finish(here, back)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl+C is for nobody, nor for what is started here."""
    signals = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
    before = [signal.signal(one, signal.SIG_IGN) for one in signals]
    try:
        yield
    finally:
        for one, handler in zip(signals, before, strict=True):
            signal.signal(one, handler)


def _aside(here: Here, newer: Version, older: Version, state: State) -> str:
    """The folder for the newer database; empty where the older version can use it as it is.
    Raises Failed where that is needed and no older one is kept.
    """
    revision = here.as_data_owner(databases.revision, here.database)
    files = code.files_of(here, older.commit, "migrations/versions")
    if not revision or any(Path(file).name.startswith(f"{revision}_") for file in files):
        return ""
    kept = here.data / "before-update" / f"{state.revision}.sqlite3"
    if not here.as_data_owner(kept.exists):
        raise Failed(
            f"{newer} has changed the database, and {kept} is gone, which {older} needs. Restore a "
            "backup from before the update instead; docs/running.md says how."
        )
    return f"before-back/{newer.number}-{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}"


def _check_loss(here: Here, state: State) -> None:
    """Raises Failed where somebody did anything since the update."""
    if done := _loss(here, state):
        raise Failed(
            f"The database goes back to before the update. {done}. What is new would be out of "
            "reach, what was deleted would be listed again without its files, and edits are "
            "undone: what was made private or revoked since is open again. New files and the newer "
            "database are kept in before-back/. To go back all the same: make back EVEN=1"
        )


def _loss(here: Here, state: State) -> Loss:
    kept = here.data / "before-update" / f"{state.revision}.sqlite3"
    return here.as_data_owner(loss.between, here.database, kept)


def _as_it_is(here: Here, present: Version) -> State:
    return State(present.name, present.number, str(here.venv.resolve()), "")


def _show(here: Here, present: Version, target: Version) -> None:
    print(f"From {present} to {target}.\n")
    changelog = code.text_of(here, target.commit, "CHANGELOG.md")
    print(changes.tell(changes.between(changelog, present.number, target.number)), flush=True)
