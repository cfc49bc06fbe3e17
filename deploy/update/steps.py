"""To another version, and back: everything that can be tried is tried before the swap."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from deploy.update import changes, code, databases, swap, trial, venv
from deploy.update.code import Version
from deploy.update.here import Failed, Here
from deploy.update.service import Service
from deploy.update.swap import Plan, State


def update(service: Service, name: str, *, only_show: bool = False) -> None:
    """To the version of that name, else to the newest release. Raises Failed with all as before."""
    here = service.here
    take_up(service)
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
    """To the version before the last update. Raises Failed, also where what was uploaded since
    would be out of reach, unless ``even`` then.
    """
    here = service.here
    take_up(service)
    state = swap.last(here)
    if state is None:
        raise Failed("There is no update to go back from.")
    present, target = code.present(here), code.version_at(here, state.name)
    code.check_unchanged(here, target)
    swap.check_can_go_back(here, state)
    aside = _aside(here, present, target, state)
    if aside:
        _check_loss(here, state, even=even)
    plan = Plan(_as_it_is(here, present), state, is_back=True, aside=aside)
    _swap(service, plan, present, target)
    print(f"Keepsake is {target} again.")
    if aside:
        print(f"The newer database is kept in {here.data / aside}, with the files only it knows.")


def take_up(service: Service) -> None:
    """Finish what a kill has interrupted, and start what it left stopped."""
    here = service.here
    plan = swap.pending(here)
    if plan:
        print(f"An interrupted change to {plan.new.number} is finished first.", flush=True)
        swap.finish(here, plan)
    if plan or (here.work / "stopped").exists():
        if not service.is_running():  # somebody may have started it since
            _try_in_place(here, code.present(here))
        service.start(code.present(here))
    shutil.rmtree(here.work / "next", ignore_errors=True)


def _swap(service: Service, plan: Plan, present: Version, target: Version) -> None:
    here = service.here
    with _stopped(service, present):
        revision = here.as_data_owner(databases.revision, here.database)
        old = State(plan.old.name, plan.old.number, plan.old.venv, revision)
        plan = Plan(old, plan.new, is_back=plan.is_back, aside=plan.aside)
        try:
            swap.begin(here, plan)
            swap.finish(here, plan)
            _try_in_place(here, target)
        except (Failed, OSError) as error:
            if plan.is_back:
                raise
            _undo(here, plan, present, target)
            raise Failed(f"{error}\n{present} is in place again.") from None
    try:
        service.start(target)
    except Failed as error:
        if not plan.is_back:
            service.stop()
            _undo(here, plan, present, target)
            service.start(present)
            raise Failed(f"{error}\n{present} is in place again, and runs.") from None
        raise


@contextmanager
def _stopped(service: Service, present: Version) -> Iterator[None]:
    """It runs again where something fails."""
    try:
        service.stop()
        yield
    except BaseException:
        if swap.pending(service.here) is None:
            service.start(present)
        raise


def _try_in_place(here: Here, version: Version) -> None:
    """The first start, which changes the database, while nobody can upload."""
    trial.start_and_ask(here, version, here.root, here.venv, here.data)


def _undo(here: Here, plan: Plan, present: Version, target: Version) -> None:
    aside = _aside(here, target, present, plan.old)
    back = Plan(plan.new, plan.old, is_back=True, aside=aside)
    swap.begin(here, back)
    swap.finish(here, back)


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


def _check_loss(here: Here, state: State, *, even: bool) -> None:
    kept = here.data / "before-update" / f"{state.revision}.sqlite3"
    loss = here.as_data_owner(databases.difference, here.database, kept)
    told = ", ".join(
        f"{loss.new[table]} {table}s since then, {loss.gone[table]} deleted"
        for table in databases.COUNTED
    )
    text = (
        f"The database goes back to before the update. {told}: what is new would be out of reach, "
        "what was deleted would be listed again without its files, and edits since then are undone."
    )
    if loss and not even:
        raise Failed(
            f"{text} New files and the newer database are kept in before-back/. "
            "To go back all the same: make back EVEN=1"
        )


def _as_it_is(here: Here, present: Version) -> State:
    return State(present.name, present.number, str(here.venv.resolve()), "")


def _show(here: Here, present: Version, target: Version) -> None:
    print(f"From {present} to {target}.\n")
    changelog = code.text_of(here, target.commit, "CHANGELOG.md")
    print(changes.tell(changes.between(changelog, present.number, target.number)), flush=True)
