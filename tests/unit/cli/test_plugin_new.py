"""`accord plugin new`: the project it writes is complete and its tests are green."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from accord.cli import newplugin
from accord.exc import ArgumentError

typer = pytest.importorskip("typer", reason="the command line needs the extra cli")
from typer.testing import CliRunner  # noqa: E402

from accord.cli.app import app  # noqa: E402

ROOT = Path(__file__).parents[3]
GUIDE = ROOT / "docs" / "dialects" / "write-a-dialect.md"


def test_it_writes_everything_a_project_has(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["plugin", "new", "my_db", "--directory", str(tmp_path / "x")])
    assert done.exit_code == 0, done.output
    names = {str(path.relative_to(tmp_path / "x")) for path in (tmp_path / "x").rglob("*.*")}
    assert names >= {
        "pyproject.toml", "README.md", "CHANGELOG.md", "tox.ini", ".gitignore",
        "tests/test_conformance.py", "src/accord_my_db/dialect.py", "src/accord_my_db/py.typed",
    }  # fmt: skip
    assert (tmp_path / "x" / "LICENSE").exists()


def test_nothing_is_left_to_fill_in(tmp_path: Path) -> None:
    files = newplugin.create("my_db", tmp_path / "x")
    assert [path.name for path in files if "@@" in path.read_text("utf-8")] == []
    project = tomllib.loads((tmp_path / "x" / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == "accord-my-db"
    assert project["entry-points"]["accord.dialects"] == {"my_db": "accord_my_db:MyDbDialect"}


@pytest.mark.parametrize(
    "name", ["", "My", "1st", "a-b", "a__b", "_a", "class", "a b", "../up", "é", "x" * 41, "a/b"]
)
def test_a_name_that_is_no_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="cannot be the name of a dialect"):
        newplugin.create(name, tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="'sqlite' is taken by accord-sqlite"):
        newplugin.create("sqlite", tmp_path / "x")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ArgumentError, match="is not an empty folder"):
        newplugin.create("mydb", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command_names_what_is_wrong_in_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from accord.cli import main; main()", "plugin", "new", "No"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if line.startswith("ArgumentError: ")]
    assert len(said) == 1 and said[0].startswith("ArgumentError: 'No' cannot be the name of a")
    assert "Traceback" not in done.stderr


def test_the_tests_of_the_project_are_green(tmp_path: Path) -> None:
    pytest.importorskip("accord_conformance", reason="needs the distribution accord-conformance")
    newplugin.create("my_db", tmp_path)
    info = tmp_path / "installed" / "accord_my_db-0.1.0.dist-info"  # what pip would write
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: accord-my-db\nVersion: 0.1.0\n")
    entry = "[accord.dialects]\nmy_db = accord_my_db:MyDbDialect\n"
    (info / "entry_points.txt").write_text(entry)
    paths = [tmp_path / "src", tmp_path / "installed"]
    known = os.environ.get("PYTHONPATH", "")
    path = os.pathsep.join([*map(str, paths), *([known] if known else [])])
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rN"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": path, "PYTEST_ADDOPTS": ""},
        capture_output=True, text=True, check=False, timeout=400,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    found = re.search(r"(\d+) passed", done.stdout)
    assert found and int(found[1]) > 600


def test_the_guide_shows_the_very_files(tmp_path: Path) -> None:
    """docs/dialects/write-a-dialect.md walks through the project for a database called mini."""
    newplugin.create("mini", tmp_path)
    blocks = re.findall(
        r"^```python\n# (accord_mini/\w+\.py)\n(.*?)^```$", GUIDE.read_text("utf-8"), re.M | re.S
    )
    assert len(blocks) == 6
    for name, source in blocks:
        assert source == (tmp_path / "src" / name).read_text("utf-8"), name
