"""``make update``, ``make back``. Run it in Keepsake's folder: ``python3 -m deploy.update to``."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import Any

from deploy.update import steps, swap
from deploy.update.here import Failed
from deploy.update.service import find


def main() -> int:
    parser = argparse.ArgumentParser(prog="deploy.update", description=__doc__)
    parser.add_argument("--service", default="keepsake", help="the systemd unit, if it is one")
    what = parser.add_subparsers(dest="what", required=True)
    to = what.add_parser("to", help="update")
    to.add_argument("version", nargs="?", default="", help="v1.2.0, a branch or a commit")
    to.add_argument("--show", action="store_true", help="only what has changed since")
    back = what.add_parser("back", help="to the version before the last update")
    back.add_argument("--even", action="store_true", help="also where uploads get out of reach")
    what.add_parser("finish", help="what a kill has interrupted")
    asked = parser.parse_args()
    service = find(Path.cwd().resolve(), asked.service)
    for one in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, _interrupt)
    try:
        with service.here.locked():
            if asked.what == "to":
                steps.update(service, asked.version, only_show=asked.show)
            elif asked.what == "back":
                steps.go_back(service, even=asked.even)
            elif plan := swap.pending(service.here):
                swap.finish(service.here, plan)
    except (Failed, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. Run the same command again: it goes on from here.", file=sys.stderr)
        return 130
    return 0


def _interrupt(number: int, _frame: Any) -> None:
    """As Ctrl+C. Where the terminal is gone, so is what could be told on it."""
    if number == signal.SIGHUP:
        sys.stdout = sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 -- to the end
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
