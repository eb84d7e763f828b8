"""Fails when a backend's integration tests did not run: reads the reports the test environments
wrote.

Usage: backends.py BACKEND... (each needs tests that passed on every Python that was tested)
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree


def passed_and_skipped(report: Path) -> tuple[int, int]:
    """Integration tests that passed, and that were skipped, in one report."""
    passed = skipped = 0
    for case in ElementTree.parse(report).iter("testcase"):
        if "tests.integration" not in case.get("classname", ""):
            continue
        outcomes = {child.tag for child in case}
        skipped += "skipped" in outcomes
        passed += not outcomes & {"skipped", "failure", "error"}
    return passed, skipped


def main(backends: list[str], root: Path) -> int:
    """Print one line per environment; 1 when one of them ran nothing."""
    red = 0
    for backend in backends:
        reports = sorted(root.glob(f".tox/py*-{backend}/tmp/junit.xml"))
        if not reports:
            print(f"RED: no environment of {backend} wrote a report")
            red = 1
        for report in reports:
            passed, skipped = passed_and_skipped(report)
            name = report.parent.parent.name
            print(f"{name}: {passed} integration tests passed, {skipped} skipped")
            if not passed:
                print(f"RED: the integration tests of {name} did not run")
                red = 1
    return red


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path(__file__).resolve().parent.parent))
