"""`accord schema diff`: what it prints, what it leaves alone, its exit status."""

import json
import sqlite3
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from accord.cli.app import app

MODELS = """
from accord import Column, ForeignKey, Integer, MetaData, String, Table
from accord.orm import DeclarativeBase, Mapped, mapped_column

class Base(DeclarativeBase):
    pass

class Owner(Base):
    __tablename__ = "owner"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))

other = MetaData()
Table("apart", other, Column("id", Integer, primary_key=True))
nothing = 3
"""


MODULES = {
    "diff_broken": "x = (",
    "diff_needy": "import not_installed",
    "diff_raises": "1 / 0",
    "diff_twice": """
from accord import Column, Integer, MetaData, Table
a, b = MetaData(), MetaData()
again = a
for metadata in (a, b):
    Table("t", metadata, Column("id", Integer, primary_key=True))
""",
}


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A module of models in the current folder, and a database file beside it."""
    (tmp_path / "diff_models.py").write_text(MODELS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    monkeypatch.delitem(sys.modules, "diff_models", raising=False)
    return "sqlite:///shop.db"


def run(*arguments):
    return CliRunner().invoke(app, ["schema", "diff", *arguments])


def sql(*statements):
    connection = sqlite3.connect("shop.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_the_printed_ddl_makes_the_next_diff_empty(shop):
    first = run("diff_models:Base", shop)
    assert first.exit_code == 1
    assert first.stdout.startswith(f"-- from {shop} to diff_models:Base: 1 difference\n")
    sql(first.stdout.partition("\n\n")[2])
    second = run("diff_models:Base", shop)
    assert second.exit_code == 0
    assert second.stdout == f"-- {shop} is as diff_models:Base says\n"


def test_nothing_is_executed(shop):
    sql("CREATE TABLE gone (id INTEGER)")
    assert run("diff_models:Base", shop).exit_code == 1
    connection = sqlite3.connect("shop.db")
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master")]
    connection.close()
    assert names == ["gone"]


def test_what_may_be_lost_is_counted_in_the_first_line(shop):
    sql("CREATE TABLE gone (id INTEGER)")
    shown = run("diff_models:Base", shop).stdout
    assert shown.startswith(f"-- from {shop} to diff_models:Base: 2 differences, DATA LOSS in 1\n")


def test_what_nobody_foresaw_is_an_error_and_no_difference(shop, monkeypatch):
    monkeypatch.setattr("accord.cli.schemadiff.diff", lambda *a: 1 / 0)
    assert run("diff_models:Base", shop).exit_code == 2


def test_a_module_alone_means_all_the_models_in_it(shop):
    shown = run("diff_models", shop).stdout
    assert "CREATE TABLE owner" in shown
    assert "CREATE TABLE apart" in shown
    assert "CREATE TABLE apart" not in run("diff_models:Base", shop).stdout
    assert "CREATE TABLE owner" not in run("diff_models:other", shop).stdout


def test_what_only_the_database_has_goes_or_stays(shop):
    sql("CREATE TABLE gone (id INTEGER)", "CREATE TABLE owner (id INTEGER PRIMARY KEY NOT NULL)")
    assert "DATA LOSS" in run("diff_models:Base", shop).stdout
    assert "DROP TABLE gone" not in run("diff_models:Base", shop, "--no-drop").stdout
    assert "DROP TABLE gone" not in run("diff_models:Base", shop, "--exclude", "go*").stdout
    assert "DROP TABLE gone" not in run("diff_models:Base", shop, "--tables", "owner").stdout


def test_a_rebuild_takes_nothing_that_is_to_stay(shop):
    sql("CREATE TABLE owner (id INTEGER PRIMARY KEY NOT NULL, name VARCHAR(9), age INTEGER)")
    shown = run("diff_models:Base", shop, "--no-drop").stdout
    assert "a rebuild would take what is to stay" in shown
    assert "column age" in shown
    assert "DROP TABLE" not in shown
    assert "-- DROP TABLE owner;" in run("diff_models:Base", shop).stdout


def test_json_has_differences_and_statements(shop):
    found = json.loads(run("diff_models:Base", shop, "--json").stdout)
    (difference,) = found["differences"]
    assert difference["action"] == "add"
    assert difference["what"] == "table"
    assert difference["table"] == "owner"
    assert difference["dangerous"] is False
    assert found["statements"][0]["sql"].startswith("CREATE TABLE owner")
    sql(found["statements"][0]["sql"])
    again = run("diff_models:Base", shop, "--json")
    assert again.exit_code == 0
    assert json.loads(again.stdout) == {
        "differences": [], "statements": [], "uncompared": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("diff_models:Nobody", "has nothing called 'Nobody'"),
        ("diff_models:nothing", "is neither a MetaData nor a class with one"),
        ("no_such_module", "There is no module 'no_such_module'"),
        ("json", "has no MetaData and no declarative Base"),
        ("diff_models.py", "is no name of a module; write it with dots"),
        ("./diff_models", "is no name of a module; write it with dots"),
        ("diff_broken", "Module 'diff_broken' cannot be imported: SyntaxError: "),
        ("diff_needy", "cannot be imported: ModuleNotFoundError: No module named 'not_installed'"),
        ("diff_raises", "cannot be imported: ZeroDivisionError: division by zero ("),
        ("diff_twice", "Table 't' is in two MetaData of module 'diff_twice', those of a and b"),
    ],
)
def test_models_that_are_not_there_are_an_error(shop, subject, words):
    for name, body in MODULES.items():
        Path(f"{name}.py").write_text(body)
    found = run(subject, shop)
    assert found.exit_code == 2
    assert words in found.stderr
    assert found.stderr.count("\n") == 1
    assert found.stdout == ""


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://someone:s3cret@localhost:1/shop",
        "postgresql://localhost:1/shop?password=s3cret",
        "nodialect://someone:s3cret@localhost/shop",
    ],
)
def test_a_database_that_does_not_answer_is_an_error_without_the_password(shop, url):
    found = run("diff_models:Base", url)
    assert found.exit_code == 2
    assert found.stderr
    assert "s3cret" not in found.output + found.stderr
