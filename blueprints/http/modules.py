"""One script of several modules (ECMA-262, 16.2), for the few forms that ours have: ``import`` of
names by relative path, and ``export`` before a declaration.

Each module becomes a function that runs once, in the order of the imports, and returns what it
exports.
"""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:const|let|class|function)\*? ([$\w]+))", re.MULTILINE
)
_REST = re.compile(r"^(?:import|export)\b", re.MULTILINE)


def joined(entry: Path) -> str:
    """The text of the script. Raises ValueError for a module that is written in another form."""
    parts: dict[Path, str] = {}
    _add(entry.resolve(), parts, ())
    return "".join(parts.values())


def _add(module: Path, parts: dict[Path, str], above: tuple[Path, ...]) -> None:
    if module in parts:
        return
    if module in above:
        raise ValueError(f"{module.name} imports itself")
    source = module.read_text()
    heads = []
    for names, path in _IMPORT.findall(source):
        other = (module.parent / path).resolve()
        _add(other, parts, (*above, module))
        if names:
            renamed = re.sub(r"([$\w]+) as ([$\w]+)", r"\1: \2", " ".join(names.split()))
            heads.append(f"const {{ {renamed} }} = {_name(other)};\n")
    exports = ", ".join(_EXPORT.findall(source))
    body = _EXPORT.sub("", _IMPORT.sub("", source))
    if _REST.search(body):
        raise ValueError(f"{module.name} has an import or export of another form")
    lines = [f"const {_name(module)} = (() => {{\n", *heads, body]
    parts[module] = "".join([*lines, f"return {{ {exports} }};\n}})();\n"])


def _name(module: Path) -> str:
    return "module_" + "_".join(re.sub(r"\W", "_", part) for part in module.parts[-2:])
