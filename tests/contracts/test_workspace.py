"""The distributions agree with each other, with tox.ini and with the README."""

from __future__ import annotations

import configparser
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from workspace import DISTRIBUTIONS, ROOT

import accord


def project(distribution: Path) -> dict[str, Any]:
    loaded = tomllib.loads((distribution / "pyproject.toml").read_text("utf-8"))
    found: dict[str, Any] = loaded["project"]
    return found


def requirements() -> list[str]:
    """Every requirement of every distribution on something that is not ours; not those that have to
    be compiled where they are installed.
    """
    found = []
    for distribution in DISTRIBUTIONS:
        described = project(distribution)
        found += described["dependencies"]
        for extra in described.get("optional-dependencies", {}).values():
            found += extra
    return sorted({line for line in found if not line.startswith(("accord", "mysqlclient"))})


def test_the_root_configures_tools_and_is_no_package():
    assert "project" not in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=lambda path: path.name)
def test_a_distribution_is_complete(distribution):
    for name in ("README.md", "CHANGELOG.md", "LICENSE"):
        assert (distribution / name).read_text("utf-8").strip(), name
    assert (distribution / "LICENSE").read_text("utf-8") == (ROOT / "LICENSE").read_text("utf-8")
    described = project(distribution)
    assert described["requires-python"] == ">=3.11"
    (package,) = [path for path in (distribution / "src").iterdir() if path.is_dir()]
    assert (package / "py.typed").exists()


def test_core_depends_on_no_dialect_and_its_extras_name_them():
    described = project(ROOT / "core")
    assert not [line for line in described["dependencies"] if line.startswith("accord")]
    dialects = {path.name for path in DISTRIBUTIONS if path.parent.name == "dialects"}
    assert dialects <= set(described["optional-dependencies"])


def test_the_version_is_written_alike_in_both_places():
    assert project(ROOT / "core")["version"] == accord.__version__


def test_the_oldest_environment_pins_the_lower_bounds():
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini", "utf-8")
    pins = dict(re.findall(r"^([\w-]+)==([\d.]+)$", tox["oldest"]["deps"], re.MULTILINE))
    bounds = dict(re.findall(r"^([\w-]+)>=([\d.]+)$", "\n".join(requirements()), re.MULTILINE))
    assert {name: version.removesuffix(".0") for name, version in pins.items()} == bounds


def test_the_readme_has_the_two_command_blocks():
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)
    assert "accord demo" in blocks[0]
    assert "tox" in blocks[1]


def test_no_tracked_text_records_where_it_was_made():
    suspicious = re.compile(r"/(?:home|root|work|tmp)/\w|pypi\.|files\.pythonhosted")
    found = []
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/*/*.toml")):
        if suspicious.search(path.read_text("utf-8")):
            found.append(path.name)
    assert not found


def test_change_fragments_have_numbers_for_names() -> None:
    """A word where the number belongs is read as a file without one, of which there can be one."""
    kinds = "feature|bugfix|removal|doc|contrib"
    names = [path.name for path in (ROOT / "changes").glob("*.md") if path.name != "README.md"]
    assert [n for n in names if not re.fullmatch(rf"\d+\.({kinds})(\.\d+)?\.md", n)] == []
