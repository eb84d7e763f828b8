"""The Inspector over a scripted catalog: whom it asks, and what it remembers."""

from __future__ import annotations

from typing import Any

import pytest

from accord import inspect
from accord.dialect import Execute, ReflectedColumn, ReflectedForeignKey, ReflectedTable, Reflection
from accord.exc import InvalidRequestError, NoSuchTableError, ResourceClosedError
from accord.sqltypes import Integer


class Catalog(Reflection):
    """Every question is one statement; table `t` refers to `u`."""

    def default_schema_steps(self, bind: Any) -> Any:
        yield Execute(bind, "DEFAULT")
        return "own"

    def schema_names_steps(self, bind: Any) -> Any:
        yield Execute(bind, "SCHEMAS")
        return ["own", "other"]

    def table_names_steps(self, bind: Any, schema: str | None) -> Any:
        yield Execute(bind, f"TABLES {schema}")
        return ["t", "u"]

    def view_names_steps(self, bind: Any, schema: str | None) -> Any:
        return []
        yield

    def sequence_names_steps(self, bind: Any, schema: str | None) -> Any:
        yield Execute(bind, f"SEQUENCES {schema}")
        return ["s"]

    def table_steps(self, bind: Any, name: str, schema: str | None) -> Any:
        yield Execute(bind, f"TABLE {schema}.{name}")
        if name not in ("t", "u"):
            return None
        key = ReflectedForeignKey(columns=("a",), referred_table="u", referred_columns=("a",))
        return ReflectedTable(
            name=name,
            schema=schema,
            columns=(ReflectedColumn(name="a", type=Integer()),),
            foreign_keys=(key,) if name == "t" else (),
        )


@pytest.fixture
def engine(fake_engine: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    engine = fake_engine()
    monkeypatch.setattr(type(engine.dialect), "reflection", Catalog)
    return engine


def asked(server: Any) -> list[str]:
    return [e[2] for e in server.log if e[1] == "execute" and e[2].split()[0].isupper()][1:]


def test_the_server_is_asked_who_it_is_before_its_catalog(server: Any, engine: Any) -> None:
    assert engine.server is None
    inspect(engine)
    assert engine.server is not None and engine.pool.checkedout() == 0


def test_each_question_is_asked_once_until_the_cache_is_cleared(server: Any, engine: Any) -> None:
    inspector = inspect(engine)
    for _ in range(2):
        inspector.get_columns("t")
        inspector.get_foreign_keys("t")
        inspector.get_table_names()
        inspector.get_schema_names()
        assert inspector.default_schema_name == "own"
    with pytest.raises(NoSuchTableError):
        inspector.get_columns("x")
    with pytest.raises(NoSuchTableError):
        inspector.get_indexes("x")
    sent = [text for text in asked(server) if text != "BEGIN"]
    assert sent == ["TABLE None.t", "TABLES None", "SCHEMAS", "DEFAULT", "TABLE None.x"]
    inspector.clear_cache()
    inspector.get_columns("t")
    assert asked(server)[-1] == "TABLE None.t" and engine.pool.checkedout() == 0


def test_a_schema_that_is_named_is_answered(engine: Any) -> None:
    inspector = inspect(engine)
    assert inspector.get_foreign_keys("t")[0]["referred_schema"] is None
    assert inspector.get_foreign_keys("t", schema="other")[0]["referred_schema"] == "other"


def test_sequences_are_known_by_the_catalog_unless_the_dialect_knows_better(engine: Any) -> None:
    inspector = inspect(engine)
    assert inspector.has_sequence("s") and not inspector.has_sequence("x")


def test_a_connection_that_is_closed_cannot_be_inspected(engine: Any) -> None:
    connection = engine.connect()
    connection.close()
    with pytest.raises(ResourceClosedError):
        inspect(connection)


def test_a_dialect_without_reflection_says_so(fake_engine: Any) -> None:
    with pytest.raises(InvalidRequestError, match="'fake' cannot read the database's catalog"):
        inspect(fake_engine())
