"""schema_translate_map on every dialect: each place where a statement names a schema."""

from __future__ import annotations

from typing import Any

import pytest

from accord import (
    ARRAY,
    Column,
    Enum,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    cast,
    delete,
    insert,
    literal,
    select,
    update,
)
from accord.dialect.texts import schema_name, table_name
from accord.exc import CompileError, IdentifierError
from accord.hooks.entrypoints import load_dialect
from accord.schema import CreateIndex, CreateSequence, CreateTable, DropIndex, DropTable
from accord.sql.target import schema_map_of

NAMES = ("sqlite", "postgresql", "mysql", "mariadb", "oracle", "mssql", "duckdb")

metadata = MetaData()
counter = Sequence("counter")
parent = Table("parent", metadata, Column("id", Integer, primary_key=True), schema="old")
child = Table(
    "child",
    metadata,
    Column("id", Integer, counter, primary_key=True),
    Column("parent_id", ForeignKey(parent.c.id)),
    Column("word", String(20)),
)
index = Index("by_word", child.c.word)


@pytest.fixture(params=NAMES)
def dialect(request: pytest.FixtureRequest) -> Any:
    return load_dialect(request.param)().with_schemas(
        schema_map_of({None: "tenant", "old": "tenant"})
    )


def test_statements_name_the_other_schema(dialect: Any) -> None:
    joined = select(child.c.word).join(parent, child.c.parent_id == parent.c.id)
    for statement in (
        joined,
        select(child.c.id).where(child.c.id.in_(select(parent.c.id))),
        insert(child).values(word="w"),
        update(child).values(word="w").where(child.c.id == 1),
        delete(child).where(child.c.id == 1),
    ):
        text = str(statement.compile(dialect=dialect))
        assert "tenant.child" in text
        assert "old" not in text.lower().replace("oldest", "")


def test_ddl_names_the_other_schema(dialect: Any) -> None:
    for element in (CreateTable(parent), DropTable(parent)):
        assert "tenant.parent" in str(element.compile(dialect=dialect))
    created = str(CreateTable(child).compile(dialect=dialect))
    assert "tenant.child" in created
    referred = "REFERENCES parent" if dialect.name == "sqlite" else "REFERENCES tenant.parent"
    assert referred in created
    assert "tenant" in str(CreateIndex(index).compile(dialect=dialect))
    assert "tenant" in str(DropIndex(index).compile(dialect=dialect))


def test_sequences_are_in_the_other_schema(dialect: Any) -> None:
    if not dialect.uses_sequence(counter):
        pytest.skip(f"{dialect.name} has no sequences")
    assert "tenant.counter" in str(CreateSequence(counter).compile(dialect=dialect))
    assert "tenant.counter" in str(select(counter.next_value()).compile(dialect=dialect))


def test_batches_of_the_unit_of_work_name_the_other_schema(dialect: Any) -> None:
    class Bind:
        pass

    bind: Any = Bind()
    bind.dialect = dialect
    assert table_name(bind, child) == "tenant.child"
    assert table_name(bind, counter) == "tenant.counter"
    assert schema_name(bind, parent) == "tenant"


@pytest.mark.parametrize("schema", ["bad\0name", "line\nbreak", ""])
def test_a_schema_that_is_no_name_is_refused_like_any_other(schema: str) -> None:
    for name in NAMES:
        hostile = load_dialect(name)().with_schemas(schema_map_of({None: schema}))
        with pytest.raises(IdentifierError):
            str(select(child.c.id).compile(dialect=hostile))


@pytest.mark.parametrize("schema", ['quo"te', "se;mi", "back`tick", "brack]et", "per%cent", "A b"])
def test_a_hostile_schema_is_one_quoted_name(schema: str) -> None:
    for name in NAMES:
        hostile = load_dialect(name)().with_schemas(schema_map_of({None: schema}))
        target = hostile.target
        try:
            text = str(select(child.c.id).compile(dialect=hostile))
        except (IdentifierError, CompileError):
            continue  # not a name at all there
        doubled = target.escaped(schema.replace(target.quote_close, target.quote_close * 2))
        assert f"{target.quote_open}{doubled}{target.quote_close}.child" in text


def test_compile_with_a_map_writes_types_in_other_schemas_too() -> None:
    table = Table(
        "t",
        MetaData(),
        Column("a", Enum("x", name="kind")),
        Column("b", ARRAY(Enum("x", name="kind", schema="old"))),
    )
    given: dict[str | None, str | None] = {None: "new", "old": "other"}
    dialect = load_dialect("postgresql")()
    text = str(CreateTable(table).compile(dialect=dialect, schema_translate_map=given))
    assert "TABLE new.t" in text and "a new.kind" in text and "b other.kind[]" in text
    cast_to = select(cast(literal("x"), table.c.a.type))
    text = str(cast_to.compile(dialect=dialect, schema_translate_map=given))
    assert "AS new.kind)" in text
