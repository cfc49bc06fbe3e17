"""Members of a site and a guest with a share link, who do what people do, one act after the other,
and remember what they were told.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import requests

from tests.conftest import PASSWORD, csrf_token
from tests.soak.pictures import picture

# Of a file, by its title: what is known of it. What isn't here may be anything. None: it is gone.
State = dict[str, Any] | None
MOST_FILES = 6  # of each: a start looks at all of them
MOST_VERSIONS = 3
LEVELS = ("private", "members", "unlisted", "public")
TAGS = ("sea", "sun", "lake", "Rome")
SECONDS = 30  # for an answer; a server that was killed gives none at once
UNKNOWN = "?"  # of a value that only the site knows
TAKEN_OFF = ("tags", "in_album")  # in the bin, and given back with the file
NEW: dict[str, Any] = {"binned": False, "versions": 0, "expires": False, "in_album": False}
# what somebody else may be at for a moment; the state is then as it was
NOT_NOW = {409, 410, 429, 503}
# of a file to keep, where files of members wait for approval; then nothing is merged
WAITING = {"waits", "kept_closed"}


class Unanswered(Exception):
    """The server was killed: it is done, or not."""


class Refused(Exception):
    """Nothing has changed."""


class Facts(NamedTuple):
    """What the site gave a member: a key, an album, and a path by which a guest sends files."""

    name: str
    key: str
    album: str
    link: str


@dataclass
class Member:
    """``unsure`` has what each file may be besides, since an answer was lost. ``errors`` are
    answers that nobody should get.
    """

    facts: Facts
    files: dict[str, State] = field(default_factory=dict)
    unsure: dict[str, State] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    delete_urls: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    sent: int = 0
    answered: int = 0
    lost: int = 0
    refused: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.facts.name)
        self.session = requests.Session()
        self.guest = requests.Session()
        self.token = ""

    def act(self) -> None:
        """One of all acts, on a file of which everything is known."""
        there = [title for title, state in self.files.items() if self._is_usable(title, state)]
        acts: list[Callable[[str], object]] = [
            self._edit, self._edit, self._patch, self._tag, self._tag_and_undo, self._bin,
            self._restore, self._add, self._rotate, self._replace, self._twin, self._read,
            self._delete,
        ]  # fmt: skip
        try:
            if len(there) < 3 or (len(self.files) < MOST_FILES and self.chance.random() < 0.3):
                self.chance.choice([self._upload, self._upload, self._upload, self._send])()
            else:
                title = self.chance.choice(there)
                crowded = len(self.files) >= MOST_FILES and self.chance.random() < 0.3
                (self._delete if crowded else self.chance.choice(acts))(title)
        except Unanswered:
            self.lost += 1
        except Refused:
            pass
        else:
            self.answered += 1

    def _is_here(self, title: str) -> bool:
        """Not in the bin, as far as is known."""
        return (self.files[title] or {}).get("binned") is False

    def _is_usable(self, title: str, state: State) -> bool:
        return (
            state is not None
            and title not in self.unsure
            and title in self.ids
            and not state.get("expires")
        )

    @contextmanager
    def _doing(self, **after: State) -> Iterator[None]:
        """What these files are once it is done, whole or in what changes of them."""
        changed = {
            title: {**(self.files.get(title) or {}), **state} if state is not None else None
            for title, state in after.items()
        }
        self.unsure |= changed
        try:
            yield
        except Refused:
            pass
        else:
            self.files |= changed
        for title in changed:
            del self.unsure[title]

    def _ask(self, method: str, path: str, **given: Any) -> requests.Response:
        """Of any of the servers. Raises Unanswered or Refused."""
        by = given.pop("by", self.session)
        base = self.chance.choice(self.bases)
        try:
            answer: requests.Response = by.request(
                method, base + path, timeout=SECONDS, allow_redirects=False, **given
            )
        except requests.RequestException:
            raise Unanswered from None
        if answer.status_code in NOT_NOW:
            self.refused[answer.status_code] += 1
            raise Refused
        if answer.status_code >= 400:
            self.errors.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
            raise Refused
        return answer

    def _post(self, path: str, data: Any, **given: Any) -> Any:
        """A form, as the pages' scripts send it; logged in first where that isn't so."""
        self._log_in()
        headers = {"Accept": "application/json", "X-CSRFToken": self.token}
        answer = self._ask("POST", path, data=data, headers=headers, **given).json()
        failures = [one for one in answer.get("failures") or () if one["why"] not in WAITING]
        if failures:
            self.errors.append(f"{path}: {failures}")
        return answer

    def _log_in(self) -> None:
        """Once."""
        if self.token:
            return
        form = {"name": self.facts.name, "password": PASSWORD}
        page = self._ask("GET", "/login")
        if page.status_code == 200:  # else they are, and the answer to that was lost
            self._ask("POST", "/login", data={**form, "csrf_token": csrf_token(page.text)})
        self.token = csrf_token(self._ask("GET", "/albums/new").text)

    def _api(self, method: str, path: str, **given: Any) -> Any:
        headers = {"X-API-Key": self.facts.key, **given.pop("headers", {})}
        answer = self._ask(method, path, headers=headers, **given)
        return answer.json() if answer.content else {}

    # --- acts

    def _next(self) -> tuple[str, str, bytes]:
        self.sent += 1
        title = f"{self.facts.name}{self.sent}"
        _, content = picture(hash_of(title))
        return title, f"{title}.{kind_of(content)}", content

    def _upload(self) -> None:
        """One of four expires. Where the answer is lost, it is sent again."""
        title, name, content = self._next()
        fields = {"title": title, "visibility": self.chance.choice(LEVELS), "tags": "sea"}
        state = {**NEW, "visibility": fields["visibility"], "tags": ["sea"]}
        if self.chance.random() < 0.25:
            fields["expiration"], state["expires"] = "PT5M", True
        given = {"data": fields, "files": {"source": (name, content)}}
        headers = {"Idempotency-Key": title}
        with self._doing(**{title: {**state, "sha256": hashlib.sha256(content).hexdigest()}}):
            try:
                answer = self._api("POST", "/api/1/upload", headers=headers, **given)
            except Unanswered:
                answer = self._again(headers, given)
            image = answer["image"]
            self.ids[title] = image["id_encoded"]
            self.delete_urls[title] = "/" + image["delete_url"].split("/", 3)[3]

    def _again(self, headers: dict[str, str], given: dict[str, Any]) -> Any:
        """Refused where the first one still runs, which may be done yet."""
        try:
            return self._api("POST", "/api/1/upload", headers=headers, **given)
        except Refused:
            raise Unanswered from None

    def _send(self) -> None:
        """A guest sends one by the share link of the album."""
        title, name, content = self._next()
        page = self._ask("GET", self.facts.link, by=self.guest).text
        headers = {"Accept": "application/json", "X-CSRFToken": csrf_token(page)}
        state = {**NEW, "in_album": True, "sha256": hashlib.sha256(content).hexdigest()}
        with self._doing(**{title: state}):
            files, data = {"source": (name, content)}, {"sender": "Tom"}
            self._ask(
                "POST", self.facts.link, by=self.guest, headers=headers, data=data, files=files
            )

    def _edit(self, title: str) -> None:
        if not self._is_here(title):
            return
        level = self.chance.choice(LEVELS)
        with self._doing(**{title: {"visibility": level}}):
            self._post("/select/visibility", {"ids": self.ids[title], "visibility": level})

    def _patch(self, title: str) -> None:
        after = {
            "visibility": self.chance.choice(LEVELS),
            "tags": sorted(self.chance.sample(TAGS, 2)),
            "description": self.chance.choice(["By the sea", "At home", ""]),
        }
        if not self._is_here(title):
            return
        with self._doing(**{title: after}):
            self._api("PATCH", f"/api/2/uploads/{self.ids[title]}", json=after)

    def _several(self, title: str) -> list[str]:
        there = [one for one, state in self.files.items() if self._is_usable(one, state)]
        return sorted({title, *self.chance.sample(there, min(3, len(there)))})

    def _tags(self, title: str) -> list[str] | None:
        tags = (self.files[title] or {}).get("tags")
        return tags if isinstance(tags, list) else None

    def _tag(self, title: str) -> dict[str, Any]:
        some = [
            one
            for one in self._several(title)
            if self._is_here(one) and self._tags(one) is not None
        ]
        if not some:
            return {}
        add, remove = self.chance.sample(TAGS, 2)
        after: dict[str, State] = {}
        for one in some:
            tags = {*(self._tags(one) or []), add} - {remove}
            after[one] = {"tags": sorted(tags)}
        with self._doing(**after):
            ids = [self.ids[one] for one in some]
            answer: dict[str, Any] = self._post(
                "/select/tags", {"ids": ids, "add": add, "remove": remove}
            )
            return answer
        return {}

    def _tag_and_undo(self, title: str) -> None:
        before = {one: self._tags(one) for one in self.files if self._tags(one) is not None}
        undo = self._tag(title).get("undo")
        if undo:
            changed: dict[str, State] = {
                one: {"tags": tags} for one, tags in before.items() if self._tags(one) != tags
            }
            with self._doing(**changed):
                self._post(undo, {})

    def _bin(self, title: str) -> None:
        if self._is_here(title):
            state = self.files[title] or {}
            was = {name: state.get(name, UNKNOWN) for name in TAKEN_OFF}
            after = {"binned": True, **dict.fromkeys(TAKEN_OFF, UNKNOWN), "was": was}
            with self._doing(**{title: after}):
                self._api("DELETE", f"/api/2/uploads/{self.ids[title]}")

    def _restore(self, _title: str) -> None:
        after: dict[str, State] = {
            one: {"binned": False, **state.get("was", dict.fromkeys(TAKEN_OFF, UNKNOWN))}
            for one, state in self.files.items()
            if self._is_usable(one, state) and state and state.get("binned")
        }
        if after:
            with self._doing(**after):
                self._post("/select/restore", {"ids": [self.ids[one] for one in after]})

    def _add(self, title: str) -> None:
        if self._is_here(title):
            with self._doing(**{title: {"in_album": True}}):
                data = {"ids": self.ids[title], "album_id": self.facts.album}
                self._post("/select/add", data)

    def _rotate(self, title: str) -> None:
        self._another_file(title, UNKNOWN, lambda path: self._post(path + "rotate", {"turns": "1"}))

    def _replace(self, title: str) -> None:
        name, content = picture(self.chance.randrange(1 << 30))
        self._another_file(
            title,
            hashlib.sha256(content).hexdigest(),
            lambda path: self._post(path + "replace", {}, files={"source": (name, content)}),
        )

    def _another_file(self, title: str, sha256: str, ask: Callable[[str], Any]) -> None:
        state = self.files[title] or {}
        if self._is_here(title) and state.get("versions", MOST_VERSIONS) < MOST_VERSIONS:
            after = {**state, "versions": state["versions"] + 1, "sha256": sha256}
            with self._doing(**{title: after}):
                ask(f"/manage/{self.ids[title]}/")

    def _twin(self, title: str) -> None:
        """The same bytes again, which are merged with the first."""
        state = self.files[title] or {}
        if not self._is_here(title) or state.get("versions") != 0 or "visibility" not in state:
            return
        _, content = picture(hash_of(title))
        self.sent += 1
        twin = f"{title}-twin{self.sent}"
        data = {"title": twin, "visibility": state["visibility"]}
        given = {"data": data, "files": {"source": (f"{twin}.jpg", content)}}
        with self._doing(**{twin: dict(NEW)}):
            image = self._api("POST", "/api/1/upload", **given)["image"]
            self.ids[twin] = image["id_encoded"]
        if twin in self.ids:
            # All with these bytes, whose delete links are dead. What the kept one gets of them, and
            # of its own end, is tried elsewhere.
            for one in self._same_bytes(title, self.files):
                self.files[one] = {"expires": False}
                self.delete_urls.pop(one, None)
            for one in self._same_bytes(title, self.unsure):
                self.unsure[one] = {"expires": False}
            self._post("/duplicates/keep", {"keep": self.ids[title]})

    def _same_bytes(self, title: str, titles: Collection[str]) -> list[str]:
        """Of the same first file, whatever is behind their pages now."""
        first = title.partition("-")[0]
        return [one for one in titles if one.partition("-")[0] == first]

    def _delete(self, title: str) -> None:
        if title in self.delete_urls:
            with self._doing(**{title: None}):
                self._ask("DELETE", self.delete_urls[title])

    def _read(self, _title: str) -> None:
        self._log_in()
        self._ask("GET", self.chance.choice(["/", "/explore", "/mine", "/albums", "/bin"]))
        self._api("GET", "/api/2/uploads")


def hash_of(title: str) -> int:
    return int.from_bytes(hashlib.sha256(title.encode()).digest()[:4])


def kind_of(content: bytes) -> str:
    return {b"\xff\xd8": "jpg", b"\x89P": "png"}.get(content[:2], "webp")
