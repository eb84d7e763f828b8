"""Group ddl: CREATE and DROP, constraints and indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord import (
    DDL,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    insert,
    select,
    text,
)
from accord.exc import AccordError, DBAPIError, IntegrityError
from accord.schema import CreateTable, DropTable
from accord_conformance import check
from accord_conformance.registry import group

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("ddl")


@test("create-and-drop")
def create_and_drop(kit: Kit) -> None:
    """A table is there after create() and gone after drop()."""
    table = Table(kit.name("t"), MetaData(), Column("id", Integer, primary_key=True))
    check.same(kit.engine.has_table(table.name), False)
    table.create(kit.engine)
    check.same(kit.engine.has_table(table.name), True)
    table.drop(kit.engine)
    check.same(kit.engine.has_table(table.name), False)


@test("create-all-twice")
def create_all_twice(kit: Kit) -> None:
    """create_all() a second time changes nothing; drop_all() twice neither."""
    metadata = kit.metadata()
    table = Table(kit.name("t"), metadata, Column("id", Integer, primary_key=True))
    metadata.create_all(kit.engine)
    with kit.engine.begin() as connection:
        connection.execute(insert(table), {"id": 1})
    metadata.create_all(kit.engine)
    with kit.engine.connect() as connection:
        check.same(connection.execute(select(table.c.id)).scalar(), 1)
    metadata.drop_all(kit.engine)
    metadata.drop_all(kit.engine)


@test("create-existing")
def create_existing(kit: Kit) -> None:
    """Creating what is there, unchecked, is an error of the database."""
    table = kit.table("t", Column("id", Integer, primary_key=True))
    with check.raises(DBAPIError), kit.engine.begin() as connection:
        connection.execute(CreateTable(table))


@test("drop-missing")
def drop_missing(kit: Kit) -> None:
    """Dropping what is not there, unchecked, is an error of kind missing_object."""
    table = Table(kit.name("t"), MetaData(), Column("id", Integer, primary_key=True))
    with check.raises(DBAPIError) as caught, kit.engine.begin() as connection:
        connection.execute(DropTable(table))
    check.same(str(caught.error.kind), "missing_object")


@test("order-of-tables")
def order_of_tables(kit: Kit) -> None:
    """Tables are created in the order of their references, whatever order they were declared in."""
    metadata = kit.metadata()
    parent = kit.name("parent")
    Table(
        kit.name("achild"),
        metadata,
        Column("id", Integer, primary_key=True),
        Column("parent_id", ForeignKey(f"{parent}.id")),
    )
    Table(parent, metadata, Column("id", Integer, primary_key=True))
    metadata.create_all(kit.engine)
    metadata.drop_all(kit.engine)
    check.same(kit.engine.has_table(parent), False)


@test("circular-tables", "schema.circular_references")
def circular_tables(kit: Kit) -> None:
    """Two tables that refer to each other are created and dropped."""
    metadata = kit.metadata()
    a, b = kit.name("a"), kit.name("b")
    for name, other in ((a, b), (b, a)):
        Table(
            name,
            metadata,
            Column("id", Integer, primary_key=True),
            Column("other_id", Integer, ForeignKey(f"{other}.id", name=f"{name}_fk")),
        )
    metadata.create_all(kit.engine)
    check.true(kit.engine.has_table(a) and kit.engine.has_table(b), "not created")
    metadata.drop_all(kit.engine)
    check.true(not kit.engine.has_table(a) and not kit.engine.has_table(b), "not dropped")


@test("view-is-found")
def view_is_found(kit: Kit) -> None:
    """has_table() finds a view, and it can be read like a table."""
    base = kit.table("base", Column("id", Integer, primary_key=True), Column("n", Integer))
    name = kit.name("view")
    target = kit.dialect.target
    quoted = f"{target.quote_open}{base.name}{target.quote_close}"
    view = f"{target.quote_open}{name}{target.quote_close}"
    with kit.engine.begin() as connection:
        connection.execute(text(f"CREATE VIEW {view} AS SELECT id, n FROM {quoted}"))
    try:
        with kit.engine.begin() as connection:
            connection.execute(insert(base), {"id": 1, "n": 5})
            check.same(connection.execute(text(f"SELECT n FROM {view}")).scalar(), 5)
        check.same(kit.engine.has_table(name), True)
    finally:
        with kit.engine.begin() as connection:
            connection.execute(text(f"DROP VIEW {view}"))


@test("unique-constraint")
def unique_constraint(kit: Kit) -> None:
    """A unique constraint over two columns holds for the pair."""
    table = kit.table(
        "pairs",
        Column("id", Integer, primary_key=True),
        Column("a", Integer),
        Column("b", Integer),
        UniqueConstraint("a", "b", name=f"{kit.prefix}uq"),
    )
    with kit.engine.begin() as connection:
        connection.execute(insert(table), [{"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1}])
    with check.raises(IntegrityError), kit.engine.begin() as connection:
        connection.execute(insert(table), {"a": 1, "b": 2})


@test("unique-index")
def unique_index(kit: Kit) -> None:
    """A unique index refuses a second row."""
    metadata = kit.metadata()
    table = Table(
        kit.name("ui"), metadata, Column("id", Integer, primary_key=True), Column("n", Integer)
    )
    Index(f"{table.name}_n", table.c.n, unique=True)
    kit.create(metadata)
    with check.raises(IntegrityError), kit.engine.begin() as connection:
        connection.execute(insert(table), [{"n": 1}, {"n": 2}, {"n": 1}])


@test("index-create-drop")
def index_create_drop(kit: Kit) -> None:
    """An index is created and dropped by itself."""
    table = kit.table("i", Column("id", Integer, primary_key=True), Column("n", Integer))
    index = Index(f"{table.name}_ix", table.c.n, table.c.id)
    index.create(kit.engine)
    index.drop(kit.engine)


@test("cascade-delete", "schema.foreign_keys_enforced", "schema.foreign_key_actions")
def cascade_delete(kit: Kit) -> None:
    """ON DELETE CASCADE and SET NULL do what they say."""
    metadata = kit.metadata()
    parent = Table(kit.name("p"), metadata, Column("id", Integer, primary_key=True))
    gone = Table(
        kit.name("c"),
        metadata,
        Column("id", Integer, primary_key=True),
        Column("p", ForeignKey(parent.c.id, ondelete="CASCADE")),
    )
    kept = Table(
        kit.name("n"),
        metadata,
        Column("id", Integer, primary_key=True),
        Column("p", ForeignKey(parent.c.id, ondelete="SET NULL")),
    )
    kit.create(metadata)
    with kit.engine.begin() as connection:
        connection.execute(insert(parent), {"id": 1})
        connection.execute(insert(gone), {"id": 1, "p": 1})
        connection.execute(insert(kept), {"id": 1, "p": 1})
        connection.execute(parent.delete())
        check.equal(connection.execute(select(gone.c.id)).all(), [])
        check.equal(
            [tuple(r) for r in connection.execute(select(kept.c.id, kept.c.p))], [(1, None)]
        )


@test("composite-foreign-key", "schema.foreign_keys_enforced")
def composite_foreign_key(kit: Kit) -> None:
    """A foreign key of two columns holds for the pair."""
    metadata = kit.metadata()
    parent = Table(
        kit.name("p"),
        metadata,
        Column("a", Integer, primary_key=True, autoincrement=False),
        Column("b", Integer, primary_key=True, autoincrement=False),
    )
    child = Table(
        kit.name("c"),
        metadata,
        Column("id", Integer, primary_key=True),
        Column("a", Integer),
        Column("b", Integer),
        ForeignKeyConstraint(["a", "b"], [parent.c.a, parent.c.b]),
    )
    kit.create(metadata)
    with kit.engine.begin() as connection:
        connection.execute(insert(parent), [{"a": 1, "b": 2}, {"a": 2, "b": 1}])
        connection.execute(insert(child), {"a": 1, "b": 2})
    with check.raises(IntegrityError), kit.engine.begin() as connection:
        connection.execute(insert(child), {"a": 1, "b": 1})


@test("nullable-and-defaults")
def nullable_and_defaults(kit: Kit) -> None:
    """NOT NULL and DEFAULT are what the database enforces."""
    table = kit.table(
        "d",
        Column("id", Integer, primary_key=True),
        Column("a", Integer, nullable=False, server_default="5"),
        Column("b", Integer, nullable=True),
    )
    with kit.engine.begin() as connection:
        connection.execute(insert(table).values(id=1))
        found = connection.execute(select(table.c.a, table.c.b)).one()
        check.equal(tuple(found), (5, None))


@test("ddl-text")
def ddl_text(kit: Kit) -> None:
    """DDL("…") is sent as it is written, with the table's name put in."""
    table = kit.table("t", Column("id", Integer, primary_key=True), Column("n", Integer))
    name = f"{table.name}_x"
    with kit.engine.begin() as connection:
        connection.execute(DDL(f"CREATE INDEX {name} ON {table.name} (n)"))


@test("primary-key-named")
def primary_key_named(kit: Kit) -> None:
    """A primary key with a name of its own."""
    table = kit.table(
        "pk",
        Column("a", Integer),
        Column("b", Integer),
        PrimaryKeyConstraint("b", "a", name=kit.name("pk")),
    )
    with kit.engine.begin() as connection:
        connection.execute(insert(table), [{"a": 1, "b": 1}, {"a": 2, "b": 1}])
    with check.raises((IntegrityError, AccordError)), kit.engine.begin() as connection:
        connection.execute(insert(table), {"a": 2, "b": 1})
