"""The gate is red when a backend's integration tests did not run."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from workspace import ROOT

PASSED = '<testcase classname="tests.integration.orm.test_x" name="a"/>'
SKIPPED = '<testcase classname="tests.integration.orm.test_x" name="b"><skipped/></testcase>'
UNIT = '<testcase classname="tests.unit.test_x" name="c"/>'
FAILED = '<testcase classname="tests.integration.test_x" name="d"><failure/></testcase>'


def gate(root: Path) -> int:
    spec = spec_from_file_location("backends", ROOT / ".ci" / "backends.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    result: int = module.main(["sqlite"], root)
    return result


def report(root: Path, environment: str, *cases: str) -> None:
    folder = root / ".tox" / environment / "tmp"
    folder.mkdir(parents=True)
    (folder / "junit.xml").write_text(
        f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"
    )


def test_green_when_tests_passed_everywhere(tmp_path: Path):
    report(tmp_path, "py311-sqlite", PASSED, SKIPPED, UNIT)
    report(tmp_path, "py312-sqlite", PASSED)
    assert gate(tmp_path) == 0


@pytest.mark.parametrize("cases", [[UNIT], [SKIPPED, UNIT], [FAILED]])
def test_red_when_one_environment_ran_none(tmp_path: Path, cases: list[str]):
    report(tmp_path, "py311-sqlite", PASSED)
    report(tmp_path, "py312-sqlite", *cases)
    assert gate(tmp_path) == 1


def test_red_without_any_report(tmp_path: Path):
    assert gate(tmp_path) == 1
