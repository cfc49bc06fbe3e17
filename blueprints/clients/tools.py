"""Every tool with a ready configuration, and its files. One row per tool; files are templates, and
what people read stands in `blueprints.clients.words` and in templates.
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
    icon: str
    files: tuple[File, ...]
    has_key: bool = True
    has_link: bool = True  # it copies a link, so there is a choice of which


GROUPS: dict[str, tuple[Tool, ...]] = {
    "files": (
        Tool(
            "sharex",
            "monitor",
            (
                # As bytes: told that it is JSON, some browsers append .json, and the double click
                # opens an editor.
                File("sharex.sxcu", "{host}.sxcu", BYTES),
                File("sharex-old.sxcu", "{host}-old.sxcu", BYTES),
                File("sharex-redirect.sxcu", "{host}-redirect.sxcu", BYTES),
            ),
        ),
        Tool("screenshots", "monitor", (File("keepsake.sh", "keepsake", SHELL),)),
        Tool("ishare", "monitor", (File("ishare.iscu", "{host}.iscu", BYTES),)),
        Tool("upic", "monitor", (File("upic.json", "uPic_{host}.json", JSON),)),
        Tool("picgo", "monitor", (File("picgo.json", "config.json", JSON),)),
    ),
    "phones": (
        Tool("iphone", "smartphone", (File("iphone.json", "keepsake.json", JSON, is_qr=True),)),
        Tool("android", "smartphone", (File("http-shortcuts.json", "shortcuts.json", JSON),)),
    ),
    "writing": (
        Tool("editors", "notebook-pen", (File("picgo.json", "config.json", JSON),)),
        Tool("forum", "messages-square", (File("forum.html"),), has_key=False),
    ),
    "browser": (
        Tool("bookmarklet", "bookmark", (File("bookmarklet.js"),), has_key=False),
        Tool(
            "user-script", "bookmark", (File("keepsake.user.js", "keepsake.user.js", JAVASCRIPT),)
        ),
    ),
    "scripts": (
        Tool("curl", "square-terminal", (File("curl.sh"), File("curl-many.sh")), has_link=False),
        Tool("powershell", "square-terminal", (File("keepsake.ps1", "keepsake.ps1"),)),
        Tool("python", "square-terminal", (File("keepsake.py", "keepsake.py", PYTHON),)),
        Tool(
            "home-assistant",
            "house",
            (File("home-assistant.yaml"), File("home-assistant-snapshot.yaml")),
        ),
        Tool("n8n", "workflow", (File("n8n.json", "keepsake.n8n.json", JSON),)),
        Tool("node-red", "workflow", (File("node-red.json", "keepsake.node-red.json", JSON),)),
    ),
}
TOOLS = {tool.slug: tool for tools in GROUPS.values() for tool in tools}


def parse_tool(slug: str) -> Tool | None:
    """The tool whose page this is."""
    return TOOLS.get(slug)


def parse_file_of(tool: Tool, name: str) -> File | None:
    """The file of a tool that is offered for a download under this name."""
    return next((file for file in tool.files if file.template == name and file.filename), None)
