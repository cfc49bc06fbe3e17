"""The applications of a run have the same routes, and Werkzeug takes longer to compile those than
all else takes that makes an application: here each is compiled once.
"""

from __future__ import annotations

from types import MethodType
from typing import Any

from werkzeug.routing import Rule


def compile_rules_once() -> None:
    compile_anew = Rule.compile
    known: dict[tuple[object, ...], dict[str, Any]] = {}

    def compile_once(rule: Rule) -> None:
        key = (rule.rule, rule.subdomain, rule.merge_slashes, str(rule.defaults))
        if key not in known:
            before = dict(vars(rule))
            rule.arguments = set(rule.arguments)
            compile_anew(rule)
            known[key] = {k: v for k, v in vars(rule).items() if v is not before.get(k)}
            return
        for name, value in known[key].items():
            is_bound = isinstance(value, MethodType)
            setattr(rule, name, MethodType(value.__func__, rule) if is_bound else value)

    Rule.compile = compile_once  # type: ignore[assignment, method-assign]
