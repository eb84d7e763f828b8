"""docs/safety.md names tests that exist."""

from __future__ import annotations

import ast
import re

from workspace import ROOT

PAGE = (ROOT / "docs" / "safety.md").read_text("utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", PAGE)


def test_every_rule_names_a_test_that_exists() -> None:
    missing = []
    for path, name in NAMED:
        file = ROOT / path
        functions = (
            {
                node.name
                for node in ast.walk(ast.parse(file.read_text("utf-8")))
                if isinstance(node, ast.FunctionDef)
            }
            if file.exists()
            else set()
        )
        if not functions or (name and name not in functions):
            missing.append(f"{path}::{name}")
    assert missing == []


def test_every_weakness_of_others_has_a_test_that_is_named_after_it() -> None:
    listed = re.findall(r"CVE-(\d+)-(\d+)", PAGE)
    assert len(set(listed)) >= 36
    names = " ".join(name for _, name in NAMED)
    assert [number for number in listed if f"cve_{number[0]}_{number[1]}" not in names] == []


def test_every_rule_has_a_test() -> None:
    rules = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line]
    rules = [line for line in rules if not line.endswith("| shown by |")]
    assert len(rules) > 30
    assert [line for line in rules if "`tests/" not in line] == []
