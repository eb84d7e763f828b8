"""Keyword arguments from outside: nothing that is unknown reaches a statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from orm_api import exc

from accord import func, insert, inspect, select, update
from accord.orm import DeclarativeBase, Session

SMUGGLED: list[dict[str, Any]] = [
    {"_connector": "OR 1=1"},
    {"_negated": True},
    {"name OR 1=1 --": "x"},
    {"name__exact": "ann"},
    {"1=1) --": "x"},
    {"name\0": "x"},
    {"analyze, format text); DROP TABLE victim; --": True},
]
REFUSED = (TypeError, exc.InvalidRequestError, exc.ArgumentError, exc.CompileError)


@pytest.fixture
def mapped(victim: Any) -> Any:
    class Base(DeclarativeBase):
        pass

    class Victim(Base):
        __table__ = victim

    return Victim


@pytest.mark.parametrize("smuggled", SMUGGLED)
def test_filter_by_takes_attributes_cve_2025_64459(
    engine: Any, victim: Any, mapped: Any, smuggled: dict[str, Any]
) -> None:
    """Django passed `_connector=` from a dictionary on into the WHERE clause."""
    with Session(engine) as session:
        for build in (
            lambda: select(victim).filter_by(**smuggled),
            lambda: select(mapped).filter_by(**smuggled),
            lambda: session.query(mapped).filter_by(**smuggled),
        ):
            with pytest.raises(REFUSED):
                session.execute(build()) if not hasattr(build(), "all") else build().all()


@pytest.mark.parametrize("smuggled", SMUGGLED)
@pytest.mark.parametrize(
    "build",
    [
        lambda t, more: select(t).with_for_update(**more),
        lambda t, more: func.lower("x", **more),
        lambda t, more: t.c.name.match("x", **more),
        lambda t, more: t.c.name.like("x", **more),
        lambda t, more: t.c.name.contains("x", **more),
        lambda t, more: select(t).limit(1, **more),
        lambda t, more: t.alias("a", **more),
        lambda t, more: select(t).cte("c", **more),
        lambda t, more: func.sum(t.c.id).over(**more),
        lambda t, more: select(t).compile(compile_kwargs=more),
    ],
)
def test_options_of_statements_are_known_cve_2022_28347(
    victim: Any, build: Callable[[Any, dict[str, Any]], Any], smuggled: dict[str, Any]
) -> None:
    """Django wrote the names of explain(**options) into EXPLAIN."""
    with pytest.raises(REFUSED):
        build(victim, smuggled)


@pytest.mark.parametrize("smuggled", SMUGGLED)
def test_values_are_those_of_columns(
    engine: Any, victim: Any, mapped: Any, smuggled: dict[str, Any]
) -> None:
    for statement in (insert, update):
        with pytest.raises(REFUSED), engine.begin() as connection:
            connection.execute(statement(victim).values(**smuggled))
        with pytest.raises(REFUSED), engine.begin() as connection:
            connection.execute(statement(victim).values(smuggled))
    with pytest.raises(REFUSED):
        mapped(**smuggled)


@pytest.mark.parametrize(
    "key", [{"id": {"$gt": 0}}, {"where": {"id": 1}}, {"name": "ann"}, [1, 2], {}, {1}]
)
def test_a_key_is_a_value_or_a_tuple_cve_2022_33171(engine: Any, mapped: Any, key: Any) -> None:
    """TypeORM took an object with options where an id was meant."""
    with Session(engine) as session:
        with pytest.raises((*REFUSED, exc.StatementError, LookupError)):
            session.get(mapped, key)
        assert session.get(mapped, 1).secret == "s1"


@pytest.mark.parametrize("option", ["isolation_level; --", "x", "a b", "_connector"])
def test_execution_options_are_only_names(engine: Any, option: str) -> None:
    """They are for accord and for listeners; nothing of them is written into SQL."""
    sent: list[str] = []
    from accord import event

    event.listen(engine, "before_cursor_execute", lambda *about: sent.append(about[2]))
    with engine.connect() as connection:
        try:
            connection.execution_options(**{option: "DROP TABLE victim"}).execute(select(1))
        except REFUSED:
            return
    assert not any("DROP" in text or option in text for text in sent)


def test_inspection_takes_names(engine: Any, victim: Any) -> None:
    inspector = inspect(engine)
    for name in ("victim; DROP TABLE victim", "' OR '1'='1", "victim' --", "%"):
        with pytest.raises(exc.NoSuchTableError):
            inspector.get_columns(name)
    assert inspector.has_table("victim")
