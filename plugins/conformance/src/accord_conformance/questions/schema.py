"""Capabilities about DDL and names: each with its proof and its probe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    delete,
    insert,
    inspect,
    null,
    select,
    text,
    update,
)
from accord.exc import AccordError, DBAPIError, IntegrityError
from accord.schema import AddConstraint
from accord_conformance import check
from accord_conformance.groups.ddl import cascade_delete, circular_tables
from accord_conformance.model import Absent, Unproven
from accord_conformance.questions.dml import quoted
from accord_conformance.registry import probe, proof, question

if TYPE_CHECKING:
    from accord_conformance.kit import Kit


@question("schema.schemas")
def schemas(kit: Kit) -> None:
    """A table is named schema.table, in the schema that names without one mean."""
    try:
        schema = inspect(kit.engine).default_schema_name
    except AccordError as error:
        raise Unproven(f"the name of the default schema: {error}") from None
    if schema is None:
        raise Unproven("the name of the default schema, which reflection does not tell")
    plain = kit.table("schemas", Column("id", Integer, primary_key=True))
    named = Table(plain.name, MetaData(), Column("id", Integer, primary_key=True), schema=schema)
    with kit.engine.begin() as connection:
        connection.execute(insert(named), {"id": 5})
        check.same(connection.execute(select(plain.c.id)).scalar(), 5)


def _family(kit: Kit, **options: object) -> tuple[Table, Table]:
    metadata = kit.metadata()
    parent = Table(
        kit.name("parent"), metadata, Column("id", Integer, primary_key=True, autoincrement=False)
    )
    child = Table(
        kit.name("child"),
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("parent_id", Integer, ForeignKey(parent.c.id, **options)),  # type: ignore[arg-type]  # options of one test
    )
    kit.create(metadata)
    return parent, child


@question("schema.deferrable_foreign_keys")
def deferrable_foreign_keys(kit: Kit) -> None:
    """A deferred foreign key is checked at COMMIT: the child may come first, but not alone."""
    parent, child = _family(kit, deferrable=True, initially="DEFERRED")
    with kit.engine.begin() as connection:
        connection.execute(insert(child), {"id": 1, "parent_id": 7})
        connection.execute(insert(parent), {"id": 7})
    connection = kit.connect()
    connection.execute(insert(child), {"id": 2, "parent_id": 8})
    if kit.capabilities.schema.foreign_keys_enforced:
        with check.raises(DBAPIError):
            connection.commit()
    connection.rollback()


@question("schema.deferrable_unique")
def deferrable_unique(kit: Kit) -> None:
    """A deferred unique constraint is checked at COMMIT: two rows may hold one value until then."""
    table = kit.table(
        "deferred",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("n", Integer),
        UniqueConstraint("n", deferrable=True, initially="DEFERRED"),
    )
    with kit.engine.begin() as connection:
        connection.execute(insert(table), [{"id": 1, "n": 1}, {"id": 2, "n": 2}])
    with kit.engine.begin() as connection:
        connection.execute(update(table).where(table.c.id == 1).values(n=2))
        connection.execute(update(table).where(table.c.id == 2).values(n=1))


@question("schema.alter_add_constraint")
def alter_add_constraint(kit: Kit) -> None:
    """A constraint is added to a table that exists, and holds."""
    table = kit.table("alter", Column("id", Integer, primary_key=True), Column("n", Integer))
    constraint = UniqueConstraint(table.c.n, name=f"{table.name}_uq")
    with kit.engine.begin() as connection:
        connection.execute(AddConstraint(constraint))
    with check.raises(IntegrityError), kit.engine.begin() as connection:
        connection.execute(insert(table), [{"id": 1, "n": 1}, {"id": 2, "n": 1}])


@question("schema.foreign_keys_enforced")
def foreign_keys_enforced(kit: Kit) -> None:
    """A reference to nothing is refused."""
    _, child = _family(kit)
    with check.raises(DBAPIError), kit.engine.begin() as connection:
        connection.execute(insert(child), {"id": 1, "parent_id": 99})


@question("schema.foreign_keys_at_statement_end")
def foreign_keys_at_statement_end(kit: Kit) -> None:
    """A row that refers to itself is deleted, and so are two that refer to each other."""
    name, metadata = kit.name("own"), MetaData()
    table = Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("other_id", Integer, ForeignKey(f"{name}.id")),
    )
    kit.create(metadata)
    with kit.engine.begin() as connection:
        connection.execute(insert(table), {"id": 1, "other_id": 1})
        connection.execute(insert(table).values(id=2, other_id=null()))
        connection.execute(insert(table), {"id": 3, "other_id": 2})
        connection.execute(update(table).where(table.c.id == 2).values(other_id=3))
    with kit.engine.begin() as connection:
        connection.execute(delete(table).where(table.c.id == 1))
        connection.execute(delete(table).where(table.c.id.in_([2, 3])))


@question("schema.foreign_keys_exact")
def foreign_keys_exact(kit: Kit) -> None:
    """One transaction deletes a child and then its parent, or moves the child before."""
    parent, child = _family(kit)
    with kit.engine.begin() as connection:
        connection.execute(insert(parent), [{"id": 1}, {"id": 2}, {"id": 3}])
        connection.execute(insert(child), [{"id": 1, "parent_id": 1}, {"id": 2, "parent_id": 2}])
    with kit.engine.begin() as connection:
        connection.execute(delete(child).where(child.c.id == 1))
        connection.execute(delete(parent).where(parent.c.id == 1))
        connection.execute(update(child).where(child.c.id == 2).values(parent_id=3))
        connection.execute(delete(parent).where(parent.c.id == 2))


@question("schema.foreign_key_actions")
def foreign_key_actions(kit: Kit) -> None:
    """ON DELETE CASCADE and SET NULL do what they say."""
    if not kit.capabilities.schema.foreign_keys_enforced:
        raise Absent("schema.foreign_keys_enforced: foreign keys do nothing unless asked to")
    cascade_delete(kit)


question("schema.circular_references")(circular_tables)


@question("schema.check_constraints")
def check_constraints(kit: Kit) -> None:
    """A row that contradicts a CHECK is refused, NULL is not."""
    table = kit.table(
        "checked",
        Column("id", Integer, primary_key=True),
        Column("n", Integer),
        CheckConstraint("n > 3"),
    )
    with kit.engine.begin() as connection:
        connection.execute(insert(table).values(id=1, n=null()))
        connection.execute(insert(table), {"id": 2, "n": 4})
    with check.raises(DBAPIError), kit.engine.begin() as connection:
        connection.execute(insert(table), {"id": 3, "n": 3})


def _computed(kit: Kit, *, stored: bool) -> Table:
    return kit.table(
        "computed",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("n", Integer),
        Column("twice", Integer, Computed("n * 2", persisted=stored)),
    )


@question("schema.computed_columns")
def computed_columns(kit: Kit) -> None:
    """A generated column, stored or computed when it is read, follows those it is made of."""
    try:
        table = _computed(kit, stored=True)
    except AccordError:
        table = _computed(kit, stored=False)
    with kit.engine.begin() as connection:
        connection.execute(insert(table), {"id": 1, "n": 4})
        check.same(connection.execute(select(table.c.twice)).scalar(), 8)
        connection.execute(update(table).values(n=5))
        check.same(connection.execute(select(table.c.twice)).scalar(), 10)


@proof("schema.comments")
def comments(kit: Kit) -> None:
    """Comments on table and column are read back from the catalog."""
    table = kit.table(
        "comments",
        Column("id", Integer, primary_key=True),
        Column("n", Integer, comment="it's a number"),
        comment="a table; -- really",
    )
    if kit.dialect.reflection is None:
        raise Unproven("reflection, to read the comments back")
    inspector = inspect(kit.engine)
    check.equal(inspector.get_table_comment(table.name), {"text": "a table; -- really"})
    found = {column["name"]: column["comment"] for column in inspector.get_columns(table.name)}
    check.same(found["n"], "it's a number")


@probe("schema.comments")
def probe_comments(kit: Kit) -> None:
    """COMMENT ON TABLE, or a COMMENT in CREATE TABLE."""
    table = kit.table("comments", Column("id", Integer, primary_key=True))
    name = quoted(kit, table.name)
    for words in (f"COMMENT ON TABLE {name} IS 'x'", f"ALTER TABLE {name} COMMENT = 'x'"):
        try:
            with kit.engine.begin() as connection:
                connection.execute(text(words))
        except AccordError:
            continue
        return
    check.fail("no way to comment")


@proof("schema.partial_indexes")
def partial_indexes(kit: Kit) -> None:
    """A unique index over the rows of a condition leaves the others alone."""
    metadata = kit.metadata()
    table = Table(
        kit.name("partial"),
        metadata,
        Column("id", Integer, primary_key=True),
        Column("n", Integer),
        Column("kind", String(10)),
    )
    condition: dict[str, Any] = {f"{kit.dialect.name}_where": table.c.kind == "x"}
    Index(f"{table.name}_ix", table.c.n, unique=True, **condition)
    kit.create(metadata)
    rows = [{"id": 1, "n": 1, "kind": "y"}, {"id": 2, "n": 1, "kind": "y"}]
    with kit.engine.begin() as connection:
        connection.execute(insert(table), rows)
        connection.execute(insert(table), {"id": 3, "n": 1, "kind": "x"})
    with check.raises(IntegrityError), kit.engine.begin() as connection:
        connection.execute(insert(table), {"id": 4, "n": 1, "kind": "x"})


@probe("schema.partial_indexes")
def probe_partial(kit: Kit) -> None:
    """CREATE INDEX … WHERE."""
    table = kit.table("partial", Column("id", Integer, primary_key=True), Column("n", Integer))
    words = (
        f"CREATE INDEX {quoted(kit, table.name + '_ix')} ON {quoted(kit, table.name)} "
        f"({quoted(kit, 'n')}) WHERE {quoted(kit, 'n')} > 1"
    )
    with kit.engine.begin() as connection:
        connection.execute(text(words))


@question("schema.temporary_tables")
def temporary_tables(kit: Kit) -> None:
    """A temporary table is seen by its connection only and goes with it."""
    table = Table(
        kit.name("temporary"),
        MetaData(),
        Column("id", Integer, primary_key=True, autoincrement=False),
        prefixes=["TEMPORARY"],
    )
    engine = kit.new_engine()
    with engine.connect() as connection:
        table.create(connection)
        connection.execute(insert(table), {"id": 1})
        check.same(connection.execute(select(table.c.id)).scalar(), 1)
        connection.commit()
        other = kit.second()
        with check.raises(DBAPIError):
            other.execute(select(table.c.id)).all()
        connection.invalidate()
