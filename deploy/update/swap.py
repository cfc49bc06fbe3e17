"""The swap: what turns one version into another one, written down before it begins and taken up
again after a kill. Until it is done, `deploy.update.guard` lets nothing start.
"""

from __future__ import annotations

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.update import code, databases, venv
from deploy.update.here import Failed, Here, forget, read_json, write_json

PLAN, LAST, TOOL = "swap.json", "last.json", "tool"
RUN_TOOL = """import sys
from deploy.update.__main__ import main
sys.exit(main())
"""


@dataclass(frozen=True)
class State:
    """Of the whole program: the version by what Git calls it, and its venv. ``revision`` is that of
    the database when it was left; empty where there was none.
    """

    name: str
    number: str
    venv: str
    revision: str


@dataclass(frozen=True)
class Plan:
    """``is_back``: the way back. ``aside``, on the way back over a change of the database: the
    folder, in the data folder, for the newer database and the files that only it knows.
    """

    old: State
    new: State
    is_back: bool = False
    aside: str = ""


def begin(here: Here, plan: Plan) -> None:
    """Write it down, with a copy of this program that no checkout changes."""
    tool = here.work / TOOL
    shutil.rmtree(tool, ignore_errors=True)
    shutil.copytree(Path(__file__).parent, tool / "deploy/update")
    (tool / "__main__.py").write_text(RUN_TOOL)
    write_json(here.work / PLAN, asdict(plan))


def pending(here: Here) -> Plan | None:
    plan = read_json(here.work / PLAN)
    if plan is None:
        return None
    return Plan(
        State(**plan["old"]), State(**plan["new"]), is_back=plan["is_back"], aside=plan["aside"]
    )


def last(here: Here) -> State | None:
    """What `make back` brings back."""
    state = read_json(here.work / LAST)
    return State(**state) if state else None


def finish(here: Here, plan: Plan) -> None:
    """Each step does no harm when it is done again."""
    code.check_out(here, plan.new.name)
    venv.use(here, Path(plan.new.venv))
    if plan.aside:
        aside = here.data / plan.aside
        kept = here.data / "before-update" / f"{plan.new.revision}.sqlite3"
        here.as_data_owner(databases.put_back, here.database, kept, aside / here.database.name)
        _set_aside(here, plan.aside)
    if plan.is_back:
        forget(here.work / LAST)
    else:
        write_json(here.work / LAST, asdict(plan.old))
    forget(here.work / PLAN)


def _set_aside(here: Here, folder: str) -> None:
    """By the old version: it alone knows which files its database has."""
    flask: list[str | Path] = [here.venv / "bin/python", "-m", "flask", "--app", "app.py"]
    done = here.run([*flask, "set-aside", folder], of=here.data)
    print(done.stdout.strip())


def check_can_go_back(here: Here, state: State) -> None:
    """Raises Failed unless what a way back needs is there."""
    if not Path(state.venv).exists() and here.venv.resolve() != Path(state.venv):
        raise Failed(f"{state.venv} is gone, which {state.number} ran with.")
    if not code.files_of(here, state.name, "cli/set_aside.py"):
        raise Failed(f"{state.number} has no way back: it can't set newer files aside.")
