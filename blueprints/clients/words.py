"""What people read about the tools, by slug. Names of products are the same in every language."""

from __future__ import annotations

from typing import NamedTuple

from blueprints.http.language import lazy as _l


class ToolWords(NamedTuple):
    name: str
    about: str


GROUP_WORDS = {
    "files": _l("Screenshots and files"), "phones": _l("Phones"), "writing": _l("Writing"),
    "browser": _l("Browser"), "scripts": _l("Scripts and automation"),
}  # fmt: skip
TOOL_WORDS = {
    "sharex": ToolWords("ShareX", _l("Windows. One file; double-click to set it up.")),
    "screenshots": ToolWords(
        "Flameshot, Spectacle, GNOME Screenshot, grim, maim",
        _l("Linux, BSD and macOS. One script for all of them."),
    ),
    "ishare": ToolWords("ishare", _l("macOS. One file to import.")),
    "upic": ToolWords("uPic", _l("macOS. One file to import.")),
    "picgo": ToolWords("PicGo, PicList", _l("Windows, macOS and Linux.")),
    "iphone": ToolWords("iPhone, iPad", _l("From the share sheet, with the Shortcuts app.")),
    "android": ToolWords("Android", _l("From the share menu, with the HTTP Shortcuts app.")),
    "editors": ToolWords(
        "Obsidian, Typora, VS Code", _l("Paste a photo into a note: it is uploaded and linked.")
    ),
    "forum": ToolWords(
        _l("Your own forum or blog"), _l("An upload button next to the editors of another site.")
    ),
    "bookmarklet": ToolWords(
        _l("Bookmark"), _l("Upload a photo from the page you are on. Works in any browser.")
    ),
    "user-script": ToolWords(
        _l("User script"),
        _l("Tampermonkey and Violentmonkey. Also uploads photos that only you can see."),
    ),
    "curl": ToolWords("curl", _l("One line for the shell.")),
    "powershell": ToolWords("PowerShell", _l("Windows PowerShell 5.1 and PowerShell 7.")),
    "python": ToolWords("Python", _l("A script that needs nothing but Python.")),
    "home-assistant": ToolWords(
        "Home Assistant", _l("A rest_command, and a command that uploads a camera snapshot.")
    ),
    "n8n": ToolWords("n8n", _l("A workflow to paste.")),
    "node-red": ToolWords("Node-RED", _l("A flow to import.")),
}
