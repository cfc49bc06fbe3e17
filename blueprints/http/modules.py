"""One script of several modules (ECMA-262, 16.2), for the few forms that ours have: ``import`` of
names by relative path, and ``export`` before a declaration or of a list of names.

Each module becomes a function that runs once, in the order of the imports, and returns what it
exports. The script exports what the entry does. Lines that are a comment stay out: they are for who
reads the sources.
"""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(
    r"""^import (?:(\{[^}]*\}|\* as [$\w]+) from )?["'](\.[^"']+)["'];\n""", re.MULTILINE
)
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:const|let|class|function)\*? ([$\w]+))", re.MULTILINE
)
_LIST = re.compile(r"^export \{([$\w\s,]*)\};\n", re.MULTILINE)
_DEFAULT = re.compile(r"^export default [$\w]+;\n", re.MULTILINE)  # nobody here imports one
_COMMENT = re.compile(r"^ *//.*\n", re.MULTILINE)  # no text of ours has a line like that
_REST = re.compile(r"^(?:import|export)\b", re.MULTILINE)


def joined(entry: Path) -> str:
    """The text of the script. Raises ValueError for a module that is written in another form."""
    parts: dict[Path, str] = {}
    exports = _add(entry.resolve(), parts, ())
    own = f"export const {{ {exports} }} = {_name(entry)};\n" if exports else ""
    return "".join(parts.values()) + own


def _add(module: Path, parts: dict[Path, str], above: tuple[Path, ...]) -> str:
    """The names that it exports."""
    if module in parts:
        return ""
    if module in above:
        raise ValueError(f"{module.name} imports itself")
    source = module.read_text()
    heads = []
    for names, path in _IMPORT.findall(source):
        other = (module.parent / path).resolve()
        _add(other, parts, (*above, module))
        if names:
            heads.append(f"const {_bound(names)} = {_name(other)};\n")
    lists = [name.strip() for some in _LIST.findall(source) for name in some.split(",")]
    exports = ", ".join([*_EXPORT.findall(source), *filter(None, lists)])
    body = source
    for form in (_IMPORT, _LIST, _DEFAULT, _EXPORT, _COMMENT):
        body = form.sub("", body)
    if _REST.search(body) or any(len(name.split()) > 1 for name in lists):
        raise ValueError(f"{module.name} has an import or export of another form")
    lines = [f"const {_name(module)} = (() => {{\n", *heads, body]
    parts[module] = "".join([*lines, f"return {{ {exports} }};\n}})();\n"])
    return exports


def _bound(names: str) -> str:
    """What takes the object of a module's exports: ``{ a, b: c }`` of ``{ a, b as c }``."""
    if names.startswith("*"):
        return names.split()[2]
    parts = [part.split() for part in names.strip("{}").split(",") if part.strip()]
    return "{ " + ", ".join(f"{one[0]}: {one[-1]}" for one in parts) + " }"


def _name(module: Path) -> str:
    return "module_" + "_".join(re.sub(r"\W", "_", part) for part in module.parts[-2:])
