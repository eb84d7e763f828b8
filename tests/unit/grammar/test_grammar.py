"""The gate on SQL: what is collected, what sqlglot is asked, and that a run turns red."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sqlglot", reason="needs the parser: pip install sqlglot")

from grammar.marks import plain, shape
from grammar.reading import objection
from grammar.recorder import PER_TEST, Recorder, Seen

TESTS = Path(__file__).parents[2]


def noted(*texts: str, dialect: str = "sqlite", paramstyle: str = "qmark") -> list[str]:
    recorder = Recorder()
    for text in texts:
        recorder.note(dialect, text, paramstyle)
    return [seen.text for seen in recorder]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "SELECT 1 UNION SELECT 2",
        "(SELECT 1)",
        "INSERT INTO t DEFAULT VALUES",
        "INSERT INTO t (a) SELECT b FROM u",
        "UPDATE t SET a = 1",
        "DELETE FROM t WHERE a = ?",
        "WITH c AS (SELECT 1 AS a) SELECT a FROM c",
        "WITH c AS (SELECT 1 AS a) DELETE FROM t WHERE a IN (SELECT a FROM c)",
        "/* select */ UPDATE t SET a = 'DELETE'",
    ],
)
def test_a_statement_is_read_as_its_verb_says(text: str) -> None:
    assert objection(Seen("sqlite", text, "")) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SELECT 1 2 3", "Invalid expression"),
        ("SELECT (1", "Expecting )"),
        ("SELECT 1; DROP TABLE t", "2 statements"),
        ("SELECT 'a", "Error tokenizing"),
        ("ALTER TABLE t FROB SELECT 1", "read as Command"),
    ],
)
def test_everything_else_is_objected_to(text: str, why: str) -> None:
    assert why in str(objection(Seen("sqlite", text, "")))


@pytest.mark.parametrize("text", ["CREATE TABLE t (a INTEGER)", "BEGIN", "EXISTS (SELECT 1)", ""])
def test_only_statements_on_rows_are_collected(text: str) -> None:
    assert noted(text) == []


def test_dialects_of_others_are_not_collected() -> None:
    assert noted("SELECT 1", dialect="default") == []


def test_statements_that_differ_in_values_and_counts_are_read_once() -> None:
    one = "INSERT INTO t_1 (a, b) VALUES (?, ?)"
    many = "INSERT INTO t_22 (a, b) VALUES (?, ?), (?, ?),  (?, ?)"
    assert noted(one, many) == [one]
    assert noted("SELECT 1 IN (?, ?)", "SELECT 23 IN (?, ?, ?, ?)") == ["SELECT 1 IN (?, ?)"]


def test_statements_that_differ_in_text_are_read_each() -> None:
    assert len(noted("SELECT 'a'", "SELECT 'b'", 'SELECT "a"', "SELECT a", "SELECT (a)")) == 5


def test_of_one_test_so_much_is_read() -> None:
    texts = [f"SELECT '{number}', {'a + ' * 1000} b" for number in range(100)]
    read = noted(*texts)
    assert PER_TEST < sum(map(len, read)) < PER_TEST * 1.1


@pytest.mark.parametrize(
    ("dialect", "paramstyle", "text", "read"),
    [
        ("mysql", "format", "SELECT %s, 7 %% 2, '%%s'", "SELECT ?, 7 % 2, '%s'"),
        ("postgresql", "format", "SELECT %s, %b", "SELECT :p1, :p2"),
        ("mssql", "pyformat", "SELECT %(a)s, %(b)s, %(a)s", "SELECT @p1, @p2, @p1"),
        ("oracle", "named", "SELECT :1, ':1', :a FROM dual", "SELECT :p1, ':1', :a FROM dual"),
        ("sqlite", "qmark", "SELECT ?, '%%'", "SELECT ?, '%%'"),
    ],
)
def test_marks_of_drivers_become_those_of_parsers(
    dialect: str, paramstyle: str, text: str, read: str
) -> None:
    assert plain(text, dialect, paramstyle) == read


def test_quoted_text_keeps_its_shape() -> None:
    assert shape("SELECT 'it''s 1', \"a 2\", 3") == "SELECT 'it''s 1', \"a 2\", ?"


@pytest.mark.parametrize("more", [[], ["-n", "2"]])
def test_a_run_with_such_a_statement_is_red_and_names_it_and_the_test(
    tmp_path: Path, more: list[str]
) -> None:
    (tmp_path / "conftest.py").write_text(
        f"import sys\nsys.path.insert(0, {str(TESTS)!r})\n"
        "from grammar.plugin import register as pytest_configure\n"
    )
    (tmp_path / "test_it.py").write_text(
        "from accord import create_engine, literal_column, select\n"
        "def test_sent():\n"
        "    with create_engine('sqlite://').connect() as connection:\n"
        "        connection.execute(select(literal_column('1')))\n"
        "def test_rendered():\n"
        "    dialect = create_engine('sqlite://').dialect\n"
        "    str(select(literal_column('(1')).compile(dialect=dialect))\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *more, str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "2 passed" in run.stdout
    assert "SELECT (1" in run.stdout
    assert "made by test_it.py::test_rendered" in run.stdout
    assert "test_it.py::test_sent" not in run.stdout
