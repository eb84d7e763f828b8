"""The command line: what it prints, and one clear line where something is wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest
from rich.console import Console
from typer.testing import CliRunner

import accord
from accord.cli import explanation, inventory
from accord.cli.app import app
from accord.exc import ArgumentError

runner = CliRunner()


def accord_command(*arguments: str, cwd=None) -> subprocess.CompletedProcess[str]:
    program = "import sys; sys.argv[0] = 'accord'; from accord.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
    )


def printed(show, *arguments: object) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        show(console, *arguments)
    return capture.get()


def test_the_version():
    result = runner.invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"accord {accord.__version__}\n")


def test_without_the_extra_one_line_says_what_to_install():
    program = (
        "import importlib.util as util; found = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'typer' else found(name, *rest)\n"
        "from accord.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == ('The command line needs typer. Write: pip install "accord[cli]"\n')


def test_dialects_lists_what_is_installed(install):
    install("accord-bad", "accord.dialects", {"bad": "bad_plugin:D"}, bad_plugin="1/0")
    text = printed(inventory.show_all)
    sqlite = next(
        line for line in text.splitlines() if "sqlite" in line and "accord-sqlite" in line
    )
    assert "accord-sqlite 0.1.0" in sqlite
    assert "accord-bad 1.2" in text
    assert "ZeroDivisionError" in text
    assert "savepoints" in text


def test_a_driver_that_cannot_be_imported_is_shown_with_its_reason(install):
    source = (
        "from accord_sqlite import SQLiteDialect\n"
        "class D(SQLiteDialect):\n"
        "    drivers = {'gone': 'no_such_driver_module:Driver'}\n"
        "    default_driver = 'gone'\n"
    )
    install("accord-gone", "accord.dialects", {"gone": "gone_plugin:D"}, gone_plugin=source)
    (report,) = [report for report in inventory.reports() if report.name == "gone"]
    assert report.error is None
    assert "no_such_driver_module" in str(report.drivers[0].error)


def test_one_dialect_is_shown_with_every_capability_and_reason():
    text = printed(inventory.show_one, "sqlite")
    for word in ("dml", "returning_insert", "two_phase", "isolation_levels", "limits"):
        assert word in text


def test_an_unknown_dialect_is_one_line_and_no_traceback():
    done = accord_command("dialects", "nosuch")
    assert done.returncode == 1
    assert "NoSuchModuleError" in done.stderr
    assert "pip install accord-<name>" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        ("shop", "Write module:Class"),
        ("no_such_module:Order", "no module 'no_such_module'"),
        ("no_such.module:Order", "no module 'no_such'"),
        ("accord:NoSuchClass", "Module 'accord' has no class 'NoSuchClass'"),
        ("accord:select", "is not a class"),
    ],
)
def test_explain_says_which_part_of_the_subject_is_wrong(subject, message):
    with pytest.raises(ArgumentError, match=message):
        explanation.find_class(subject)


def test_an_error_inside_the_users_module_is_not_hidden(tmp_path, monkeypatch):
    (tmp_path / "users_models.py").write_text("import a_module_that_is_missing\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="a_module_that_is_missing"):
        explanation.find_class("users_models:Order")


MODELS = """
from accord.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase): pass
class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
class Plain: pass
"""


def test_explain_prints_the_key_plan_with_reasons(tmp_path):
    (tmp_path / "models.py").write_text(MODELS)
    done = accord_command("explain", "models:Order", "--url", "sqlite://", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "orders" in done.stdout
    assert "chosen" in done.stdout


def test_explain_of_a_class_that_is_not_mapped_is_one_line(tmp_path):
    (tmp_path / "models.py").write_text(MODELS)
    done = accord_command("explain", "models:Plain", cwd=tmp_path)
    assert done.returncode == 1
    assert "Plain" in done.stderr
    assert "not mapped" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    done = accord_command("demo", "--rows", "100", "--keep", str(tmp_path / "file" / "below"))
    assert done.returncode == 1
    assert "ArgumentError: --keep" in done.stderr
    assert "Traceback" not in done.stderr
