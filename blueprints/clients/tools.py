"""Every tool with a ready configuration, and its files. One row per tool; texts and files are
templates.
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT, JSON, BYTES = "text/plain; charset=utf-8", "application/json", "application/octet-stream"
SHELL, PYTHON, JAVASCRIPT = (
    f"text/{kind}; charset=utf-8" for kind in ("x-shellscript", "x-python", "javascript")
)


@dataclass(frozen=True)
class File:
    """A file or snippet. ``template`` is its name below ``templates/uploaders/files``; ``filename``
    what a download is called (``{host}``: this site's name), empty for what is only copied.
    ``is_qr``: shown as a QR code.
    """

    template: str
    filename: str = ""
    mimetype: str = TEXT
    is_qr: bool = False


@dataclass(frozen=True)
class Tool:
    """``slug`` names its page and its template. Without ``has_key`` it uploads as whoever is logged
    in.
    """

    slug: str
    name: str
    about: str
    icon: str
    files: tuple[File, ...]
    has_key: bool = True
    has_link: bool = True  # it copies a link, so there is a choice of which


GROUPS: dict[str, tuple[Tool, ...]] = {
    "Screenshots and files": (
        Tool(
            "sharex",
            "ShareX",
            "Windows. One file: a double click sets it up.",
            "monitor",
            (
                # As bytes: told that it is JSON, some browsers append .json, and the double click
                # opens an editor.
                File("sharex.sxcu", "{host}.sxcu", BYTES),
                File("sharex-old.sxcu", "{host}-old.sxcu", BYTES),
                File("sharex-redirect.sxcu", "{host}-redirect.sxcu", BYTES),
            ),
        ),
        Tool(
            "screenshots",
            "Flameshot, Spectacle, GNOME Screenshot, grim, maim",
            "Linux, BSD and macOS. One script for all of them.",
            "monitor",
            (File("keepsake.sh", "keepsake", SHELL),),
        ),
        Tool(
            "ishare",
            "ishare",
            "macOS. One file to import.",
            "monitor",
            (File("ishare.iscu", "{host}.iscu", BYTES),),
        ),
        Tool(
            "upic",
            "uPic",
            "macOS. One file to import.",
            "monitor",
            (File("upic.json", "uPic_{host}.json", JSON),),
        ),
        Tool(
            "picgo",
            "PicGo and PicList",
            "Windows, macOS, Linux.",
            "monitor",
            (File("picgo.json", "config.json", JSON),),
        ),
    ),
    "Phones": (
        Tool(
            "iphone",
            "iPhone and iPad",
            "With the Shortcuts app, from the share sheet.",
            "smartphone",
            (File("iphone.json", is_qr=True),),
        ),
        Tool(
            "android",
            "Android",
            "With the app HTTP Shortcuts, from the share menu.",
            "smartphone",
            (File("http-shortcuts.json", "shortcuts.json", JSON),),
        ),
    ),
    "Writing": (
        Tool(
            "editors",
            "Obsidian, Typora, VS Code",
            "Paste a picture into a note: it is uploaded, the link stays.",
            "notebook-pen",
            (File("picgo.json", "config.json", JSON),),
        ),
        Tool(
            "forum",
            "Forum or blog of your own",
            "An upload button beside the editors of another site.",
            "messages-square",
            (File("forum.html"),),
            has_key=False,
        ),
    ),
    "Browser": (
        Tool(
            "bookmarklet",
            "Bookmark",
            "Upload a picture of the page you are on. Any browser.",
            "bookmark",
            (File("bookmarklet.js"),),
            has_key=False,
        ),
        Tool(
            "user-script",
            "User script",
            "Tampermonkey, Violentmonkey: also pictures that only you may see.",
            "bookmark",
            (File("keepsake.user.js", "keepsake.user.js", JAVASCRIPT),),
        ),
    ),
    "Scripts and automation": (
        Tool(
            "curl",
            "curl",
            "A line for the shell.",
            "square-terminal",
            (File("curl.sh"), File("curl-many.sh")),
            has_link=False,
        ),
        Tool(
            "powershell",
            "PowerShell",
            "Windows PowerShell 5.1 and PowerShell 7.",
            "square-terminal",
            (File("keepsake.ps1", "keepsake.ps1"),),
        ),
        Tool(
            "python",
            "Python",
            "A script without anything to install.",
            "square-terminal",
            (File("keepsake.py", "keepsake.py", PYTHON),),
        ),
        Tool(
            "home-assistant",
            "Home Assistant",
            "A rest_command, and a command that uploads a camera's snapshot.",
            "house",
            (File("home-assistant.yaml"), File("home-assistant-snapshot.yaml")),
        ),
        Tool(
            "n8n",
            "n8n",
            "A workflow to paste.",
            "workflow",
            (File("n8n.json", "keepsake.n8n.json", JSON),),
        ),
        Tool(
            "node-red",
            "Node-RED",
            "A flow to import.",
            "workflow",
            (File("node-red.json", "keepsake.node-red.json", JSON),),
        ),
    ),
}
TOOLS = {tool.slug: tool for tools in GROUPS.values() for tool in tools}


def parse_tool(slug: str) -> Tool | None:
    """The tool whose page this is."""
    return TOOLS.get(slug)


def parse_file_of(tool: Tool, name: str) -> File | None:
    """The file of a tool that is offered for a download under this name."""
    return next((file for file in tool.files if file.template == name and file.filename), None)
