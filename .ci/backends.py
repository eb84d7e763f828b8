"""Fails when a backend's integration tests did not run: reads the reports the test environments
wrote, and the tests that tests/behaviours.toml wants to see on one backend.

Usage: backends.py BACKEND... (in every environment of each of them tests have to have passed, and
more of them than were skipped)
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

BEHAVIOURS = "tests/behaviours.toml"


def passed_and_skipped(report: Path) -> tuple[set[str], int]:
    """Integration tests that passed, by "module::name", and how many were skipped."""
    passed: set[str] = set()
    skipped = 0
    for case in ElementTree.parse(report).iter("testcase"):
        module = case.get("classname", "")
        if "tests.integration" not in module:
            continue
        outcomes = {child.tag for child in case}
        skipped += "skipped" in outcomes
        if not outcomes & {"skipped", "failure", "error"}:
            passed.add(f"{module}::{case.get('name', '')}")
    return passed, skipped


def wanted(root: Path, backend: str) -> set[str]:
    """Tests of the pages that have to pass on this backend, wherever else they do."""
    path = root / BEHAVIOURS
    if not path.exists():
        return set()
    content = tomllib.loads(path.read_text("utf-8"))
    modules = {
        page: name.removesuffix(".py").replace("/", ".") for page, name in content["files"].items()
    }
    pairs = [
        test.split(":", 1)
        for lines in content["pages"].values()
        for line in lines.values()
        for test in line.get("on", {}).get(backend, ())
    ]
    return {f"{modules[page]}::{name}" for page, name in pairs}


def main(backends: list[str], root: Path) -> int:
    """Print one line per environment; 1 when one of them ran nothing."""
    red = 0
    for backend in backends:
        named = re.compile(rf"py\d+-{backend}[\d.]*(-\w+)*")
        reports = [
            report
            for report in sorted(root.glob(".tox/*/tmp/junit.xml"))
            if named.fullmatch(report.parent.parent.name)
        ]
        if not reports:
            print(f"RED: no environment of {backend} wrote a report")
            red = 1
        missing = wanted(root, backend)
        for report in reports:
            passed, skipped = passed_and_skipped(report)
            missing -= {name.partition("[")[0] for name in passed}
            name = report.parent.parent.name
            print(f"{name}: {len(passed)} integration tests passed, {skipped} skipped")
            if len(passed) <= skipped:
                print(f"RED: the integration tests of {name} did not run")
                red = 1
        if reports and missing:
            print(f"RED: not passed on {backend}: {', '.join(sorted(missing))}")
            red = 1
    return red


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent.parent))
