"""Every line of tests/behaviours.toml names tests that exist and, under CI, passed in this run."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CONTENT = tomllib.loads((ROOT / "tests" / "behaviours.toml").read_text())
FILES: dict[str, str] = CONTENT["files"]
LINES: list[tuple[str, dict[str, Any]]] = [
    (f"{page}/{number}", line)
    for page, lines in CONTENT["pages"].items()
    for number, line in lines.items()
]


def node_ids(line: dict[str, Any]) -> list[str]:
    """Tests that run on the backend of this run, and those that are about another."""
    elsewhere = [test for tests in line.get("on", {}).values() for test in tests]
    return nodes([*line.get("tests", ()), *elsewhere])


def nodes(tests: list[str]) -> list[str]:
    pairs = [test.split(":", 1) for test in tests]
    return [f"{FILES[page]}::{name}" for page, name in pairs]


@pytest.fixture(scope="module")
def collected() -> set[str]:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "--no-header", "-p"]
    command += ["no:cacheprovider", *FILES.values()]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    return {line.split("[")[0] for line in run.stdout.splitlines() if "::" in line}


@pytest.mark.parametrize(("number", "line"), LINES, ids=[number for number, _ in LINES])
def test_line_is_well_formed(number: str, line: dict[str, Any]) -> None:
    assert line["kind"] in ("text", "code", "noise")
    assert line["says"]
    assert bool(line.get("tests")) != (line["kind"] == "noise")
    assert set(line) <= {"kind", "says", "tests", "on", "repaired"}


def test_every_line_has_its_tests(collected: set[str]) -> None:
    missing = [
        f"{number}: {node}"
        for number, line in LINES
        for node in node_ids(line)
        if node not in collected
    ]
    assert missing == []


def test_every_test_of_a_page_is_on_a_line(collected: set[str]) -> None:
    named = {node for _, line in LINES for node in node_ids(line)}
    # What a page implies beyond its words; each is here on purpose.
    beyond = {
        f"{FILES['003']}::test_connection_by_bind_arguments",
        f"{FILES['004']}::test_related_objects_come_along_with_the_model",
    }
    assert sorted(collected - named - beyond) == []


@pytest.mark.skipif(not os.environ.get("CI"), reason="needs the whole suite in one run: set CI=1")
def test_every_line_has_a_test_that_passed(
    passed: set[str], request: pytest.FixtureRequest
) -> None:
    workers = os.environ.get("PYTEST_XDIST_WORKER_COUNT")
    assert not workers, "run tests/docs together with tests/integration in one process, without -n"
    not_run = [
        f"{number}: {node}"
        for number, line in LINES
        for node in nodes(line.get("tests", []))
        if node not in passed
    ]
    assert not_run == []
