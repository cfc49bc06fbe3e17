"""ShareX's custom uploaders, as far as its documentation describes them: reads an .sxcu file and
uploads by it.

The syntax is that of ShareX 14: ``{function:parameter|parameter}``, a backslash takes a character's
meaning away, an unescaped ``|`` or ``}`` outside of a function ends the text. Before 13.7.1 it was
``$function:parameter$``, which ShareX turns into the new form when it reads an old file.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

LAST_OLD_VERSION = (13, 7, 1)


@dataclass
class Result:
    url: str = ""
    thumbnail_url: str = ""
    deletion_url: str = ""
    error: str = ""


class Sxcu:
    def __init__(self, text: str) -> None:
        self.document: dict[str, Any] = json.loads(text)
        if "Version" not in self.document:
            raise ValueError("ShareX refuses a file without a version")
        version = tuple(int(part) for part in self.document["Version"].split("."))
        assert set(self.document["DestinationType"].split(", ")) <= {
            "ImageUploader",
            "TextUploader",
            "FileUploader",
            "URLShortener",
            "URLSharingService",
        }
        if version <= LAST_OLD_VERSION:
            for name in ("RequestURL", "URL", "ThumbnailURL", "DeletionURL", "ErrorMessage"):
                self.document[name] = modern(self.document[name])
            for name in ("Headers", "Arguments"):
                self.document[name] = {
                    key: modern(value) for key, value in self.document[name].items()
                }

    def upload(self, path: Path) -> Result:
        assert (self.document["RequestMethod"], self.document["Body"]) == (
            "POST",
            "MultipartFormData",
        )
        parts: list[Any] = [
            (name, (None, self.parse(value))) for name, value in self.document["Arguments"].items()
        ]
        parts.append((self.document["FileFormName"], (path.name, path.read_bytes(), "image/png")))
        headers = {name: self.parse(value) for name, value in self.document["Headers"].items()}
        answer = requests.post(
            self.parse(self.document["RequestURL"]), files=parts, headers=headers, timeout=30
        )
        if not answer.ok:  # only then is the error message read
            return Result(error=self.parse(self.document["ErrorMessage"], answer))
        return Result(
            *(
                self.parse(self.document[name], answer)
                for name in ("URL", "ThumbnailURL", "DeletionURL")
            )
        )

    def parse(self, text: str, answer: requests.Response | None = None) -> str:
        return Parser(text, answer).run()


class Parser:
    def __init__(self, text: str, answer: requests.Response | None) -> None:
        self.text, self.answer, self.at = text, answer, 0

    def run(self, *, in_function: bool = False) -> str:
        out, escaped = "", False
        while self.at < len(self.text):
            c = self.text[self.at]
            self.at += 1
            if escaped:
                out, escaped = out + c, False
            elif c == "{":
                out += self.run(in_function=True)
            elif c in "}|":
                self.at -= 0 if in_function else 1
                break
            elif c == "\\":
                escaped = True
            elif in_function and c == ":":
                return self.call(out, self.parameters())
            else:
                out += c
        return self.call(out, []) if in_function else out

    def parameters(self) -> list[str]:
        found = []
        while True:
            found.append(self.run())
            self.at += 1
            if self.at > len(self.text) or self.text[self.at - 1] != "|":
                return found

    def call(self, name: str, parameters: list[str]) -> str:
        assert self.answer is not None, f"{name} has nothing to read"
        if name == "json":
            return str(at_path(self.answer.json(), parameters[0]))
        if name == "response":
            return self.answer.text
        if name == "responseurl":
            return self.answer.url
        raise ValueError(f"ShareX knows no function {name}")


def at_path(document: Any, path: str) -> Any:
    """A plain JSONPath: names and numbers in brackets."""
    for name in re.findall(r"[^.\[\]]+", path):
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


def modern(text: str) -> str:
    """What ShareX makes of the old syntax."""
    text = re.sub(r"([{}|])", r"\\\1", text)
    return re.sub(
        r"(?<!\\)\$(.+?)(?<!\\)\$", lambda found: "{" + found[1].replace("\\|", "|") + "}", text
    )
