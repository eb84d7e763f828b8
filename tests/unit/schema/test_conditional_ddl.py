"""DDL for some databases only: `ddl_if`, `execute_if`, `isolate_from_table`, `checkfirst`."""

import pytest

from accord import (
    DDL,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    create_engine,
    event,
    inspect,
    select,
)
from accord.exc import CompileError, OperationalError
from accord.hooks import load_dialect
from accord.schema import (
    AddConstraint,
    CheckFirst,
    CreateColumn,
    CreateIndex,
    CreateTable,
    CreateView,
    DropConstraintComment,
    SetConstraintComment,
    sort_tables,
    sort_tables_and_constraints,
)


def text(element, dialect=None):
    made = None if dialect is None else load_dialect(dialect)(None)
    return " ".join(str(element.compile(dialect=made)).split())


def item(*items, **options):
    return Table("item", MetaData(), Column("id", Integer, primary_key=True), *items, **options)


def test_a_constraint_is_written_for_the_dialects_it_names():
    table = item(CheckConstraint("id > 3", name="ck").ddl_if(dialect=("postgresql", "mysql")))
    assert "CHECK" in text(CreateTable(table), "postgresql")
    assert "CHECK" in text(CreateTable(table), "mysql")
    assert "CHECK" not in text(CreateTable(table), "sqlite")
    assert "CHECK" not in text(CreateTable(table))


def test_a_function_decides_with_what_it_needs_to_know():
    seen = []

    def decide(ddl, target, bind, *, state, dialect, compiler):
        seen.append((type(ddl).__name__, target.name, bind, state, dialect.name))
        return state == "yes"

    table = item(CheckConstraint("id > 3", name="ck").ddl_if(callable_=decide, state="yes"))
    assert "CHECK" in text(CreateTable(table), "sqlite")
    assert seen == [("CreateTable", "ck", None, "yes", "sqlite")]


def test_a_condition_is_kept_by_copies():
    table = item(
        CheckConstraint("id > 3", name="ck").ddl_if(dialect="mysql"),
        Index("ix", "id").ddl_if(dialect="mysql"),
    )
    copy = table.to_metadata(MetaData())
    assert "CHECK" not in text(CreateTable(copy), "sqlite")
    assert all(index.ddl_condition.dialects == ("mysql",) for index in copy.indexes)


def test_an_index_is_created_where_its_condition_holds():
    engine = create_engine("sqlite://")
    table = item(
        Index("ix_here", "id").ddl_if(dialect="sqlite"),
        Index("ix_there", "id").ddl_if(dialect="postgresql"),
    )
    table.metadata.create_all(engine)
    assert [index["name"] for index in inspect(engine).get_indexes("item")] == ["ix_here"]


def test_a_constraint_that_is_added_apart_is_left_out_of_create_table():
    check = CheckConstraint("id > 3", name="ck")
    table = item(check)
    add = AddConstraint(check, isolate_from_table=False)
    assert "CHECK" in text(CreateTable(table))
    add = AddConstraint(check)
    assert "CHECK" not in text(CreateTable(table))
    assert text(add) == "ALTER TABLE item ADD CONSTRAINT ck CHECK (id > 3)"


def test_execute_if_runs_on_its_dialects_and_if_its_function_says_so():
    engine = create_engine("sqlite://")
    table = item()
    view = "CREATE VIEW {} AS SELECT * FROM %(table)s"
    event.listen(table, "after_create", DDL(view.format("a")).execute_if(dialect="sqlite"))
    event.listen(table, "after_create", DDL(view.format("b")).execute_if(dialect="mysql"))
    event.listen(
        table,
        "after_create",
        DDL(view.format("c")).execute_if(callable_=lambda *a, state, **k: state, state=True),
    )
    table.create(engine)
    assert inspect(engine).get_view_names() == ["a", "c"]


def test_a_column_has_a_text_of_its_own():
    table = item(Column("name", String(5), nullable=False, server_default="q"))
    assert text(CreateColumn(table.c.name)) == "name VARCHAR(5) DEFAULT 'q' NOT NULL"


def test_comments_on_constraints():
    check = CheckConstraint("id > 3", name="ck", comment="it's so")
    table = item(check)
    assert text(SetConstraintComment(check), "postgresql") == (
        "COMMENT ON CONSTRAINT ck ON item IS 'it''s so'"
    )
    assert text(DropConstraintComment(check), "postgresql") == (
        "COMMENT ON CONSTRAINT ck ON item IS NULL"
    )
    with pytest.raises(CompileError, match="mysql has no comments on constraints .constraint 'ck'"):
        text(SetConstraintComment(check), "mysql")
    with pytest.raises(CompileError, match="without a name can have no comment"):
        text(SetConstraintComment(table.primary_key), "postgresql")


def test_checkfirst_says_what_is_looked_for():
    engine = create_engine("sqlite://")
    table = item()
    CreateView(select(table), "v", metadata=table.metadata)
    table.metadata.create_all(engine)
    table.metadata.create_all(engine, checkfirst=CheckFirst.TABLES | CheckFirst.VIEWS)
    with pytest.raises(OperationalError, match="already exists"):
        table.metadata.create_all(engine, checkfirst=CheckFirst.VIEWS)
    with pytest.raises(OperationalError, match="already exists"):
        table.metadata.create_all(engine, checkfirst=CheckFirst.TABLES)
    assert CheckFirst.of(True) is CheckFirst.ALL
    assert CheckFirst.of(False) is CheckFirst.NONE


def test_an_index_by_itself_is_created_once():
    engine = create_engine("sqlite://")
    table = item()
    table.create(engine)
    index = Index("ix_item", table.c.id)
    for _ in range(2):
        index.create(engine, checkfirst=True)
    with pytest.raises(OperationalError, match="already exists"):
        index.create(engine, checkfirst=CheckFirst.TABLES)
    for _ in range(2):
        index.drop(engine, checkfirst=True)


def test_tables_are_sorted_with_the_keys_they_can_have_at_once():
    metadata = MetaData()
    first = Table("a", metadata, Column("id", Integer, primary_key=True))
    second = Table("b", metadata, Column("id", Integer, primary_key=True))
    third = Table("c", metadata, Column("id", Integer, primary_key=True))
    assert [t for t, _ in sort_tables_and_constraints([third, second, first])] == [
        first, second, third, None,
    ]  # fmt: skip
    ordered = sort_tables_and_constraints(
        metadata.tables.values(), extra_dependencies=[(third, first)]
    )
    assert [t for t, _ in ordered] == [third, first, second, None]


def test_an_operator_class_stands_before_the_direction():
    table = item(Column("name", String))
    index = Index(
        "ix", table.c.name.desc(), postgresql_ops={"name": "text_pattern_ops"},
    )  # fmt: skip
    assert text(CreateIndex(index), "postgresql") == (
        "CREATE INDEX ix ON item (name text_pattern_ops DESC)"
    )


def test_postgresql_has_no_order_of_sequences():
    from accord.schema import CreateSequence

    made = CreateSequence(Sequence("s", start=3, order=True, cycle=True))
    assert text(made, "postgresql") == "CREATE SEQUENCE s START WITH 3 CYCLE"
    assert text(made, "oracle") == "CREATE SEQUENCE s START WITH 3 ORDER CYCLE"


def test_the_schema_of_a_metadata_is_quoted_as_it_says():
    table = Table("t", MetaData(schema="plain", quote_schema=True), Column("id", Integer))
    assert text(CreateTable(table)) == 'CREATE TABLE "plain".t ( id INTEGER )'


def test_an_option_nobody_gave_is_none():
    index = Index("ix", "id", postgresql_using="gin")
    assert index.dialect_options["postgresql"]["using"] == "gin"
    assert index.dialect_options["postgresql"]["where"] is None
    assert index.dialect_options["mysql"]["length"] is None


def test_tables_are_sorted_by_other_dependencies_too() -> None:
    metadata = MetaData()
    first = Table("a", metadata, Column("b_id", ForeignKey("b.id")))
    second = Table("b", metadata, Column("id", Integer, primary_key=True))
    third = Table("c", metadata, Column("id", Integer, primary_key=True))
    every = [first, second, third]
    assert sort_tables(every) == [second, first, third]
    assert sort_tables(every, skip_fn=lambda key: True) == every
    assert sort_tables(every, extra_dependencies=[(third, second)]) == [third, second, first]
