"""What upsert() knows of unique columns: what it refuses before anything is sent, and what not."""

from typing import Any

import pytest

from accord import (
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    column,
    func,
    table,
    upsert,
)
from accord.dialects import mssql, postgresql, sqlite
from accord.exc import CompileError

people = Table(
    "people",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("email", String(40), unique=True),
    Column("login", String(40), index=True, unique=True),
    Column("country", String(2)),
    Column("number", Integer),
    Column("badge", Integer),
    Column("gone", Integer),
    Column("name", String(40)),
    UniqueConstraint("country", "number"),
    UniqueConstraint("name", deferrable=True),
)
Index("one_badge", people.c.badge.desc(), unique=True, postgresql_where=people.c.gone == 0)
Index("low_name", func.lower(people.c.country), unique=True)
Index("some_gone", people.c.gone)


def text(statement: Any, module: Any = sqlite) -> str:
    return " ".join(str(statement.compile(dialect=module.dialect())).split())


def by(*names: str, **more: Any) -> Any:
    values = {name: 1 for name in people.c.keys() if name != "id"}
    return upsert(people, index_elements=names, update=[], **more).values(**values)


@pytest.mark.parametrize("names", [("id",), ("email",), ("login",), ("number", "country")])
def test_keys_constraints_and_indexes_are_known(names: Any) -> None:
    assert f"ON CONFLICT ({', '.join(names)}) DO NOTHING" in text(by(*names).values(id=1))


@pytest.mark.parametrize("names", [("country",), ("gone",), ("id", "email"), ("number",)])
def test_others_are_refused_by_name(names: Any) -> None:
    with pytest.raises(CompileError) as caught:
        text(by(*names))
    told = str(caught.value)
    assert f"index_elements={sorted(names)} are not" in told
    assert "['badge']; ['country', 'number']; ['email']; ['id']; ['login']" in told
    assert "verify=False" in told


def test_a_partial_index_wants_its_condition() -> None:
    with pytest.raises(CompileError, match="is a partial one.*index_where="):
        text(by("badge"), postgresql)
    found = text(by("badge", index_where=people.c.gone == 0), postgresql)
    assert "ON CONFLICT (badge) WHERE gone = 0 DO NOTHING" in found
    assert "ON CONFLICT (badge) DO NOTHING" in text(by("badge"))  # whole on SQLite


def test_two_conditions_are_two_statements() -> None:
    one, two = (by("badge", index_where=people.c.gone == value) for value in (0, 1))
    assert one.cache_key != two.cache_key


def test_a_merge_asks_both_rows_whether_they_are_in_the_index() -> None:
    found = text(by("badge", index_where=people.c.gone == 0), mssql)
    assert (
        "ON (people.badge = excluded.badge AND (people.gone = %(gone_1)s) AND "
        "(excluded.gone = %(gone_1)s))"
    ) in found


def test_a_deferrable_constraint_serves_a_merge_only() -> None:
    with pytest.raises(CompileError, match=r"index_elements=\['name'\]"):
        text(by("name"), postgresql)
    assert "people.name = excluded.name" in text(by("name"), mssql)


def test_what_the_metadata_does_not_know_can_be_said() -> None:
    assert "ON CONFLICT (gone) DO NOTHING" in text(by("gone", verify=False))
    light = table("people", column("id"), column("name"))
    assert "ON CONFLICT (name)" in text(upsert(light, index_elements=["name"]).values(id=1, name=2))
