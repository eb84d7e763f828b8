"""The gate is red when a backend's integration tests did not run."""

from __future__ import annotations

import configparser
import re
import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from workspace import DISTRIBUTIONS, ROOT

PASSED = '<testcase classname="tests.integration.orm.test_x" name="a"/>'
OTHER = '<testcase classname="tests.integration.orm.test_x" name="other[1]"/>'
SKIPPED = '<testcase classname="tests.integration.orm.test_x" name="b"><skipped/></testcase>'
UNIT = '<testcase classname="tests.unit.test_x" name="c"/>'
FAILED = '<testcase classname="tests.integration.test_x" name="d"><failure/></testcase>'


def gate(root: Path, *backends: str) -> int:
    spec = spec_from_file_location("backends", ROOT / ".ci" / "backends.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    result: int = module.main(list(backends or ("sqlite",)), root)
    return result


def report(root: Path, environment: str, *cases: str) -> None:
    folder = root / ".tox" / environment / "tmp"
    folder.mkdir(parents=True)
    (folder / "junit.xml").write_text(
        f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"
    )


def test_green_when_tests_passed_everywhere(tmp_path: Path):
    report(tmp_path, "py311-sqlite", PASSED, OTHER, SKIPPED, UNIT)
    report(tmp_path, "py312-sqlite", PASSED)
    assert gate(tmp_path) == 0


def test_versions_and_drivers_count_for_their_backend(tmp_path: Path):
    report(tmp_path, "py313-postgresql18", PASSED)
    report(tmp_path, "py311-mariadb10.5-oldest", PASSED)
    assert gate(tmp_path, "postgresql", "mariadb") == 0
    assert gate(tmp_path, "postgresql", "mariadb", "mysql") == 1


@pytest.mark.parametrize("cases", [[UNIT], [SKIPPED, UNIT], [FAILED]])
def test_red_when_one_environment_ran_none(tmp_path: Path, cases: list[str]):
    report(tmp_path, "py311-sqlite", PASSED)
    report(tmp_path, "py312-sqlite", *cases)
    assert gate(tmp_path) == 1


def test_the_gate_fetches_the_servers_of_its_environments():
    name = re.compile(r"(?:postgresql|mariadb|mysql)[\d.]*")
    environments = (ROOT / "tox.ini").read_text("utf-8").partition("env_list")[2]
    gate = (ROOT / ".ci" / "run").read_text("utf-8").partition("servers=(")[2]
    assert set(name.findall(gate.partition(")")[0])) == set(
        name.findall(environments.partition("no_package")[0])
    )


def test_red_without_any_report(tmp_path: Path):
    assert gate(tmp_path) == 1


def test_red_when_most_were_skipped(tmp_path: Path):
    report(tmp_path, "py312-mysql", PASSED, SKIPPED, SKIPPED)
    assert gate(tmp_path, "mysql") == 1


def test_red_when_a_behaviour_was_not_seen_on_its_backend(tmp_path: Path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "behaviours.toml").write_text(
        "[files]\nx = 'tests/integration/orm/test_x.py'\n"
        "[pages.x]\nb1 = { on.mysql = ['x:other'] }\n"
    )
    report(tmp_path, "py312-mysql", PASSED)
    assert gate(tmp_path, "mysql") == 1
    report(tmp_path, "py311-mysql", PASSED, OTHER)
    assert gate(tmp_path, "mysql") == 0


def test_ci_compares_twenty_thousand_expressions():
    options = (ROOT / "tox.ini").read_text("utf-8")
    found = re.search(r"^    ACCORD_EXPRESSIONS = \{env:ACCORD_EXPRESSIONS:(\d+)\}$", options, re.M)
    assert found is not None
    assert int(found[1]) >= 20_000


def test_one_python_runs_everything_on_sqlite():
    """The others leave out what `[once]` names; what it names exists."""
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", "utf-8")
    (complete,) = [
        line for line in tox["testenv"]["commands"].splitlines() if line.startswith("py312-sqlite:")
    ]
    assert complete.endswith("{posargs:tests plugins --ignore=tests/budgets}")
    left_out = tox["once"]["left_out"].replace("--ignore=", "").split()
    assert [path for path in left_out if not (ROOT / path).exists()] == []


def test_environments_are_installed_with_what_the_distributions_are_built_with():
    spec = spec_from_file_location("install", ROOT / ".ci" / "install.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    wanted = {
        line
        for path in DISTRIBUTIONS
        for line in tomllib.loads((path / "pyproject.toml").read_text("utf-8"))["build-system"][
            "requires"
        ]
    }
    assert wanted <= set(module.BACKEND)


def test_every_environment_with_a_database_has_the_parser_of_sql():
    common = (
        (ROOT / "tox.ini").read_text("utf-8").partition("[testenv]")[2].partition("pass_env")[0]
    )
    assert re.search(r"^    sqlglot", common, re.M)
