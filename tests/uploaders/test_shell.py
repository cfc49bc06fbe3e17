"""The script for Linux, BSD and macOS, run by the shells that /bin/sh may be, with a real X server,
clipboard and screenshot.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import sample, until
from tests.uploaders.conftest import Made, needed

Configure = Callable[..., Made]
SHELLS = [("dash",), ("bash", "--posix"), ("busybox", "sh")]


class Desk:
    """A folder with the script in it, and what it is run with."""

    def __init__(self, home: Path, made: Made) -> None:
        needed("curl")
        self.home, self.made, self.bin = home, made, home / "bin"
        self.script = home / "keepsake"
        self.script.write_text(made.download("keepsake.sh").text)
        self.bin.mkdir()
        self.environ = {"HOME": str(home), "PATH": f"{self.bin}:{os.environ['PATH']}"}

    def stand_in(self, name: str, does: str) -> None:
        """A program that does not run here: of Wayland, or of macOS."""
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{does}\n")
        path.chmod(0o755)

    def run(
        self, *arguments: str, shell: tuple[str, ...] = ("sh",), status: int = 0, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        more = {"stdin": subprocess.DEVNULL, **more}
        done = subprocess.run(
            [*shell, str(self.script), *arguments],
            cwd=self.home,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            **more,
        )
        assert done.returncode == status, done.stderr
        return done

    @property
    def log(self) -> list[list[str]]:
        return [
            line.split("\t")
            for line in (self.home / ".local/state/keepsake/uploads.tsv").read_text().splitlines()
        ]


@pytest.fixture
def desk(tmp_path: Path, configure: Configure) -> Desk:
    return Desk(tmp_path, configure("screenshots"))


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """An X server without a screen."""
    name = f":{os.getpid() % 10_000 + 100}"
    process = subprocess.Popen(
        [needed("Xvfb"), name, "-screen", "0", "320x240x24", "-nolisten", "tcp"],
        stderr=subprocess.DEVNULL,
    )
    socket = Path(f"/tmp/.X11-unix/X{name[1:]}")  # noqa: S108
    until(lambda: process.poll() is not None or socket.exists())
    assert process.poll() is None
    yield name
    process.terminate()
    process.wait(10)


def test_shellcheck_finds_nothing(desk: Desk) -> None:
    done = subprocess.run(
        [needed("shellcheck"), "--shell=sh", str(desk.script)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
def test_several_files(shell: tuple[str, ...], desk: Desk) -> None:
    needed(shell[0])
    names = [
        "plain.png",
        "with space; and, \"quotes\" 'too' \\ and $HOME.png",
        "-dash.png",
        "größe.png",
    ]
    for name in names:
        (desk.home / name).write_bytes(sample("alpha.png").read_bytes())
    done = desk.run(*names, shell=shell)
    links = done.stdout.splitlines()
    assert len(links) == len(set(links)) == 4 and all(
        requests.get(link, timeout=10).content == sample("alpha.png").read_bytes() for link in links
    )
    assert [(line[1], line[3]) for line in desk.log] == list(zip(links, names, strict=True))
    assert "It works" in desk.made.trial()
    for line in desk.log:
        requests.delete(line[2], timeout=10).raise_for_status()
    assert requests.get(links[0], timeout=10).status_code == 404
    assert (desk.home / ".local/state/keepsake/uploads.tsv").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_standard_input(arguments: tuple[str, ...], desk: Desk) -> None:
    with subprocess.Popen(["cat", sample("screenshot.png")], stdout=subprocess.PIPE) as giver:
        link = desk.run(*arguments, stdin=giver.stdout).stdout.strip()
    assert "/screenshot-20" in link and link.endswith(".png")
    assert requests.get(link, timeout=10).content == sample("screenshot.png").read_bytes()


def test_one_bad_file_does_not_stop_the_others(desk: Desk) -> None:
    done = desk.run(str(sample("text-as.jpg")), "nowhere.png", str(sample("alpha.png")), status=1)
    assert done.stderr.splitlines() == [
        "text-as.jpg: Can't get target upload source info",
        "nowhere.png: there is no such file",
    ]
    assert len(done.stdout.splitlines()) == len(desk.log) == 1


def test_no_server(desk: Desk) -> None:
    text = desk.script.read_text()
    desk.script.write_text(text.replace(desk.made.base, "http://127.0.0.1:9"))
    assert "no answer from the server" in desk.run(str(sample("alpha.png")), status=1).stderr


def test_a_revoked_key(desk: Desk) -> None:
    desk.script.write_text(desk.script.read_text().replace(desk.made.key, desk.made.key[:-1] + "-"))
    assert "Invalid API key." in desk.run(str(sample("alpha.png")), status=1).stderr


def test_options(tmp_path: Path, configure: Configure) -> None:
    desk = Desk(tmp_path, configure("screenshots", link="url_viewer", expiration="P1D"))
    link = desk.run(str(sample("alpha.png"))).stdout.strip()
    assert "/image/alpha." in link and "Expires" in requests.get(link, timeout=10).text


def test_the_key_is_in_no_ones_arguments(desk: Desk) -> None:
    """Whoever lists the processes sees arguments."""
    desk.stand_in(
        "curl", f'printf "%s\\n" "$@" >"{desk.home}/arguments"; cat >"{desk.home}/input"; exit 1'
    )
    desk.run(str(sample("alpha.png")), status=1)
    assert desk.made.key not in (desk.home / "arguments").read_text()
    assert desk.made.key in (desk.home / "input").read_text()


def test_help(desk: Desk) -> None:
    done = desk.run("--help")
    assert "keepsake photo.jpg video.mp4" in done.stdout and desk.made.key not in done.stdout


# --- clipboard and notification


def test_the_clipboard_of_x11(desk: Desk, display: str) -> None:
    needed("xclip")
    desk.environ["DISPLAY"] = display
    links = desk.run(str(sample("alpha.png")), str(sample("plain.jpg"))).stdout.strip()
    pasted = subprocess.run(
        ["xclip", "-selection", "clipboard", "-out"],
        env=desk.environ,
        capture_output=True,
        text=True,
        timeout=10,
    ).stdout
    assert pasted == links and "\n" in links


@pytest.mark.parametrize(
    ("program", "environ"),
    [
        ("wl-copy", {"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}),
        ("xsel", {"DISPLAY": ":0"}),
        ("pbcopy", {}),
        ("clip.exe", {}),
    ],
)
def test_other_clipboards(program: str, environ: dict[str, str], desk: Desk) -> None:
    if program == "xsel":
        desk.environ["PATH"] = f"{desk.bin}:{_without_xclip(desk.home)}"
    desk.stand_in(program, f'cat >"{desk.home}/clipboard"')
    desk.environ |= environ
    link = desk.run(str(sample("alpha.png"))).stdout.strip()
    assert (desk.home / "clipboard").read_text() == link


def _without_xclip(home: Path) -> str:
    """A PATH with what the script needs, and no xclip."""
    tools = home / "tools"
    tools.mkdir()
    for name in ("sh", "curl", "sed", "date", "mktemp", "mkdir", "rm", "tr", "cat", "uname"):
        (tools / name).symlink_to(needed(name))
    return str(tools)


@pytest.mark.parametrize("program", ["notify-send", "osascript"])
def test_notifications(program: str, desk: Desk) -> None:
    desk.environ["PATH"] = f"{desk.bin}:{_without_xclip(desk.home)}"
    desk.stand_in(
        program, f'for last in "$@"; do :; done; printf "%s\\n" "$last" >>"{desk.home}/notes"'
    )
    link = desk.run(str(sample("alpha.png"))).stdout.strip()
    desk.run(str(sample("text-as.jpg")), status=1)
    assert (desk.home / "notes").read_text().splitlines() == [
        link,
        "text-as.jpg: Can't get target upload source info",
    ]


# --- screenshots


def test_a_real_screenshot(desk: Desk, display: str) -> None:
    needed("maim")
    desk.environ |= {"DISPLAY": display, "KEEPSAKE_TOOL": "maim"}
    link = desk.run("--screen").stdout.strip()
    answer = requests.get(link, timeout=10)
    assert (
        answer.headers["Content-Type"] == "image/png"
        and int.from_bytes(answer.content[16:20]) == 320
    )


TOOLS = {
    "flameshot": ('[ "$1 $2" = "gui --raw" ] && cat {}', '[ "$1 $2" = "full --raw" ] && cat {}'),
    "spectacle": (
        '[ "$3 $4" = "--region --output" ] && cp {} "$5"',
        '[ "$3 $4" = "--fullscreen --output" ] && cp {} "$5"',
    ),
    "gnome-screenshot": ('[ "$1" = --area ] && cp {} "${{2#--file=}}"', 'cp {} "${{1#--file=}}"'),
    "grim": ('[ "$1 $2" = "-g 1,2 3x4" ] && cp {} "$3"', 'cp {} "$1"'),
    "maim": ('[ "$1" = --select ] && cp {} "$2"', 'cp {} "$1"'),
    "screencapture": ('[ "$1" = -i ] && cp {} "$2"', 'cp {} "$1"'),
}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("what", ["--region", "--screen"])
def test_every_screenshot_tool(tool: str, what: str, desk: Desk) -> None:
    """Called as its manual says. Without arguments it is a region."""
    desk.stand_in(tool, TOOLS[tool][what == "--screen"].format(sample("screenshot.png")))
    desk.stand_in("slurp", "echo 1,2 3x4")
    desk.environ |= {"KEEPSAKE_TOOL": tool}
    done = desk.run(*([] if what == "--region" else [what]))
    assert (
        requests.get(done.stdout.strip(), timeout=10).content
        == sample("screenshot.png").read_bytes()
    )


@pytest.mark.parametrize(
    ("environ", "there", "chosen"),
    [
        (
            {"XDG_CURRENT_DESKTOP": "ubuntu:GNOME", "WAYLAND_DISPLAY": "w"},
            ["grim", "gnome-screenshot"],
            "gnome-screenshot",
        ),
        ({"XDG_CURRENT_DESKTOP": "KDE"}, ["maim", "spectacle"], "spectacle"),
        (
            {"XDG_CURRENT_DESKTOP": "sway", "WAYLAND_DISPLAY": "w"},
            ["maim", "grim", "flameshot"],
            "grim",
        ),
        ({"DISPLAY": ":0"}, ["grim", "maim", "flameshot"], "flameshot"),
        ({}, ["screencapture"], "screencapture"),
    ],
)
def test_which_tool_is_taken(
    environ: dict[str, str], there: list[str], chosen: str, desk: Desk
) -> None:
    desk.environ = {
        "HOME": str(desk.home),
        "PATH": f"{desk.bin}:{_without_xclip(desk.home)}",
        **environ,
    }
    for tool in [*there, "slurp"]:
        desk.stand_in(tool, f'echo {tool} >>"{desk.home}/called"; exit 1')
    done = desk.run("--screen", status=1)
    assert (desk.home / "called").read_text().split() == [
        chosen
    ] and "No screenshot was taken" in done.stderr


def test_no_tool_at_all(desk: Desk) -> None:
    desk.environ["PATH"] = _without_xclip(desk.home)
    assert "install flameshot" in desk.run(status=1).stderr
