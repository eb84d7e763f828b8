"""Hostile names: tables, columns, labels, aliases, CTEs, constraints, indexes, sequences, schemas,
parameters, functions, collations. Exactly that name, or refused before anything is sent.
"""

from __future__ import annotations

from typing import Any

import pytest
from hostile import TEXTS, UNNAMEABLE, few, texts
from hypothesis import given
from orm_api import needs

from accord import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    column,
    exc,
    func,
    inspect,
    literal,
    select,
    table,
    text,
)
from accord.schema import CreateSequence, CreateTable


def refused_or(connection: Any, statement: Any, expected: Any) -> None:
    """The statement's only value is `expected`, or its name is refused."""
    try:
        found = connection.execute(statement).scalar()
    except exc.IdentifierError:
        return
    assert found == expected


def kept(engine: Any, name: str) -> bool:
    """Whether this backend has names like this at all."""
    try:
        str(select(literal(1, Integer).label(name)).compile(dialect=engine.dialect))
    except exc.IdentifierError:
        return False
    return True


@pytest.mark.parametrize("name", TEXTS)
def test_an_alias_from_outside_cve_2022_28346_cve_2024_42005_cve_2025_57833(
    engine: Any, name: str
) -> None:
    """Django put the keys of ** dictionaries into SQL as aliases."""
    if not kept(engine, name):
        pytest.skip(f"{engine.dialect.name} has no such name, and it is refused")
    with engine.connect() as connection:
        result = connection.execute(select(literal(5, Integer).label(name)))
        assert list(result.keys()) == [name]
        assert result.mappings().one() == {name: 5}


@pytest.mark.parametrize("name", TEXTS)
def test_an_alias_that_is_sorted_by_cve_2026_1312_cve_2025_59681(engine: Any, name: str) -> None:
    """Periods in an alias, and ORDER BY."""
    if not kept(engine, name):
        return
    with engine.connect() as connection:
        label = literal(5, Integer).label(name)
        assert connection.execute(select(label).order_by(label)).scalar() == 5
        assert connection.execute(select(label).order_by(name)).scalar() == 5
        assert connection.execute(select(label).group_by(name)).scalar() == 5


@pytest.mark.parametrize("name", UNNAMEABLE[1:])
def test_an_alias_with_control_characters_is_refused_cve_2026_1287_cve_2025_13372(
    engine: Any, name: str
) -> None:
    with engine.connect() as connection, pytest.raises(exc.IdentifierError):
        connection.execute(select(literal(5, Integer).label(name)))


@few
@given(name=texts.filter(bool))
def test_any_text_as_a_label_an_alias_a_cte_and_a_column(engine: Any, name: str) -> None:
    inner = select(literal(5, Integer).label(name))
    with engine.connect() as connection:
        refused_or(connection, inner, 5)
        refused_or(connection, select(inner.subquery(name).c[name]), 5)
        refused_or(connection, select(inner.cte(name).c[name]), 5)
        cte = select(inner.subquery("q")).cte(name)
        refused_or(connection, select(cte.c[name]).where(cte.c[name] == 5), 5)


def _table(name: str, other: str) -> Any:
    """A table all of whose names are this one; `other` is one too."""
    return Table(
        name,
        MetaData(),
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column(name, String(50), nullable=False),
        Column("n", Integer),
        UniqueConstraint(name, name=f"u{other}"),
        CheckConstraint(text("n > 0"), name=f"c{other}"),
        Index(f"i{other}", "n"),
    )


@pytest.mark.parametrize("name", TEXTS)
def test_a_table_all_of_whose_names_are_hostile(engine: Any, name: str) -> None:
    made = _table(name, name)
    try:
        str(CreateTable(made).compile(dialect=engine.dialect))
    except exc.IdentifierError:
        return
    made.create(engine)
    try:
        with engine.begin() as connection:
            connection.execute(made.insert(), [{"id": 1, name: "one", "n": 3}])
            connection.execute(made.update().where(made.c[name] == "one").values({name: "1"}))
            alias = made.alias(name)
            assert connection.execute(select(alias.c[name])).scalars().all() == ["1"]
            connection.execute(made.delete().where(made.c[name] == "1"))
        inspector = inspect(engine)
        assert name in inspector.get_table_names()
        assert name in [found["name"] for found in inspector.get_columns(name)]
        assert f"i{name}" in [found["name"] for found in inspector.get_indexes(name)]
    finally:
        made.drop(engine)


@pytest.mark.parametrize("name", UNNAMEABLE)
@pytest.mark.parametrize("place", ["table", "column", "constraint", "schema", "index"])
def test_a_name_nobody_keeps_is_refused_in_ddl(engine: Any, name: str, place: str) -> None:
    if not name and place in ("constraint", "schema", "index"):
        pytest.skip("no name is no name there")
    with pytest.raises((exc.IdentifierError, exc.ArgumentError)):
        made = Table(
            name if place == "table" else "t",
            MetaData(),
            Column(name if place == "column" else "id", Integer, primary_key=True),
            UniqueConstraint("n", name=name if place == "constraint" else "u"),
            Column("n", Integer),
            schema=name if place == "schema" else None,
        )
        Index(name if place == "index" else "i", made.c.n)
        made.create(engine)


@pytest.mark.parametrize("name", [*TEXTS, *UNNAMEABLE[1:]])
def test_a_schema_is_a_name(engine: Any, name: str) -> None:
    lost = table("victim", column("id", Integer), schema=name)
    with engine.connect() as connection, pytest.raises((exc.IdentifierError, exc.DBAPIError)):
        connection.execute(select(lost.c.id))  # none is called that


@needs("sequences")
@pytest.mark.parametrize("name", TEXTS)
def test_a_sequence_is_a_name(engine: Any, name: str) -> None:
    sequence = Sequence(name, metadata=MetaData())
    try:
        str(CreateSequence(sequence).compile(dialect=engine.dialect))
    except exc.IdentifierError:
        return
    sequence.create(engine)
    try:
        with engine.begin() as connection:
            assert connection.scalar(sequence.next_value()) == 1
    finally:
        sequence.drop(engine)


@pytest.mark.parametrize("name", [*TEXTS, *UNNAMEABLE[1:]])
def test_a_parameter_of_any_name_takes_its_value(engine: Any, victim: Any, name: str) -> None:
    wanted = select(victim.c.id).where(victim.c.name == bindparam(name, type_=String))
    with engine.connect() as connection:
        assert connection.execute(wanted, {name: "bob"}).scalars().all() == [2]
        assert connection.execute(wanted, {name: "' OR 1=1 --"}).scalars().all() == []


@pytest.mark.parametrize("name", [*TEXTS, *UNNAMEABLE[1:]])
def test_a_function_is_a_name(engine: Any, name: str) -> None:
    if name.lower() in ("null", "true", "default"):
        pytest.skip("a name like others")
    with engine.connect() as connection, pytest.raises((exc.IdentifierError, exc.DBAPIError)):
        connection.execute(select(getattr(func, name)(1)))


@pytest.mark.parametrize("name", [*TEXTS, *UNNAMEABLE])
def test_a_collation_is_a_name(engine: Any, victim: Any, name: str) -> None:
    refused = (exc.IdentifierError, exc.ArgumentError, exc.DBAPIError)
    with engine.connect() as connection, pytest.raises(refused):
        connection.execute(select(victim.c.id).order_by(victim.c.name.collate(name)))
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(victim)) == 2
