"""Group ddl, second part: the catalog read back (reflection)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    insert,
    inspect,
    select,
)
from accord.exc import NoSuchTableError
from accord_conformance import check
from accord_conformance.model import Absent
from accord_conformance.registry import group

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord_conformance.kit import Kit

test = group("ddl")


class _Catalog:
    """Two tables with everything a catalog tells, and the Inspector on them."""

    def __init__(self, kit: Kit) -> None:
        if kit.dialect.reflection is None:
            raise Absent("the dialect names no Reflection class (Dialect.reflection is None)")
        metadata = kit.metadata()
        parent, child = kit.name("parent"), kit.name("child")
        self.parent = Table(
            parent,
            metadata,
            Column("a", Integer, primary_key=True, autoincrement=False),
            Column("b", String(20), primary_key=True),
            Column("note", String(50), server_default="it's"),
            Column("amount", Numeric(12, 3), nullable=False),
        )
        self.child = Table(
            child,
            metadata,
            Column("id", Integer, primary_key=True),
            Column("pa", Integer),
            Column("pb", String(20)),
            Column("code", String(10), nullable=False),
            Column("n", Integer),
            ForeignKeyConstraint(
                ["pa", "pb"], [self.parent.c.a, self.parent.c.b], name=f"{child}_fk"
            ),
            UniqueConstraint("code", "n", name=f"{child}_uq"),
            CheckConstraint("n > 3", name=f"{child}_ck"),
        )
        Index(f"{child}_ix", self.child.c.n)
        kit.create(metadata)
        self.inspector: Any = inspect(kit.engine)


CATALOG: dict[str, Callable[[_Catalog], None]] = {}


def catalog(name: str) -> Callable[[Callable[[_Catalog], None]], Callable[[_Catalog], None]]:
    """Register a check of the catalog."""

    def register(function: Callable[[_Catalog], None]) -> Callable[[_Catalog], None]:
        CATALOG[name] = function
        return function

    return register


@catalog("table-names")
def table_names(c: _Catalog) -> None:
    """Both tables are listed."""
    names = c.inspector.get_table_names()
    check.true(c.parent.name in names and c.child.name in names, f"listed: {names}")


@catalog("has-table")
def has_table(c: _Catalog) -> None:
    """has_table() of the Inspector."""
    check.same(c.inspector.has_table(c.parent.name), True)
    check.same(c.inspector.has_table(c.parent.name + "x"), False)


@catalog("columns")
def columns(c: _Catalog) -> None:
    """Names in order, nullability."""
    found = c.inspector.get_columns(c.parent.name)
    check.equal([col["name"] for col in found], ["a", "b", "note", "amount"])
    check.equal([col["nullable"] for col in found], [False, False, True, False])


@catalog("types")
def types(c: _Catalog) -> None:
    """Types with their length, precision and scale."""
    found = {col["name"]: col["type"] for col in c.inspector.get_columns(c.parent.name)}
    check.true(isinstance(found["a"], Integer), repr(found["a"]))
    check.true(isinstance(found["b"], String) and found["b"].length == 20, repr(found["b"]))
    amount = found["amount"]
    check.true(isinstance(amount, Numeric), repr(amount))
    check.equal((amount.precision, amount.scale), (12, 3))


@catalog("default")
def default(c: _Catalog) -> None:
    """The default as text, with its quotes."""
    found = {col["name"]: col["default"] for col in c.inspector.get_columns(c.parent.name)}
    check.true("it" in str(found["note"]), repr(found["note"]))
    check.same(found["amount"], None)


@catalog("primary-key")
def primary_key(c: _Catalog) -> None:
    """The key's columns in their order."""
    check.equal(
        list(c.inspector.get_pk_constraint(c.parent.name)["constrained_columns"]), ["a", "b"]
    )


@catalog("foreign-key")
def foreign_key(c: _Catalog) -> None:
    """Columns, referred table and columns."""
    (found,) = c.inspector.get_foreign_keys(c.child.name)
    check.equal(list(found["constrained_columns"]), ["pa", "pb"])
    check.same(found["referred_table"], c.parent.name)
    check.equal(list(found["referred_columns"]), ["a", "b"])


@catalog("unique")
def unique(c: _Catalog) -> None:
    """The unique constraint's columns."""
    found = c.inspector.get_unique_constraints(c.child.name)
    check.true(["code", "n"] in [list(item["column_names"]) for item in found], repr(found))


@catalog("index")
def index(c: _Catalog) -> None:
    """The index's name and column."""
    found = {
        item["name"]: list(item["column_names"]) for item in c.inspector.get_indexes(c.child.name)
    }
    check.equal(found.get(f"{c.child.name}_ix"), ["n"])


@catalog("check")
def check_constraint(c: _Catalog) -> None:
    """The CHECK's text."""
    found = c.inspector.get_check_constraints(c.child.name)
    check.true(
        any("3" in item["sqltext"] and "n" in item["sqltext"] for item in found), repr(found)
    )


@catalog("missing-table")
def missing_table(c: _Catalog) -> None:
    """A table that is not there is NoSuchTableError."""
    with check.raises(NoSuchTableError):
        c.inspector.get_columns(c.parent.name + "_missing")


@catalog("default-schema")
def default_schema(c: _Catalog) -> None:
    """The schema that names without one mean; tables are found in it by name."""
    name = c.inspector.default_schema_name
    if name is not None:
        check.true(c.parent.name in c.inspector.get_table_names(schema=name), str(name))


@catalog("schema-names")
def schema_names(c: _Catalog) -> None:
    """Schemas are listed, the default one among them."""
    names = c.inspector.get_schema_names()
    default_name = c.inspector.default_schema_name
    check.true(names and (default_name is None or default_name in names), f"{names}")


@test.each([(f"reflect/{name}", name) for name in CATALOG])
def reflect(kit: Kit, name: str) -> None:
    """What the catalog says is what was created."""
    CATALOG[name](_Catalog(kit))


@test("reflect/autoload")
def autoload(kit: Kit) -> None:
    """A table loaded from the catalog can be written and read."""
    c = _Catalog(kit)
    loaded = Table(c.parent.name, MetaData(), autoload_with=kit.engine)
    check.equal([col.name for col in loaded.columns], ["a", "b", "note", "amount"])
    with kit.engine.begin() as connection:
        connection.execute(insert(loaded), {"a": 1, "b": "x", "amount": 2})
        check.same(connection.execute(select(loaded.c.note)).scalar(), "it's")


@test("reflect/metadata")
def reflect_metadata(kit: Kit) -> None:
    """MetaData.reflect() loads tables with their references."""
    c = _Catalog(kit)
    metadata: Any = MetaData()
    metadata.reflect(kit.engine, only=[c.child.name])
    loaded = metadata.tables[c.child.name]
    references = {fk.column.table.name for fk in loaded.foreign_keys}
    check.equal(references, {c.parent.name})


ROUND: dict[str, Any] = {
    "smallinteger": SmallInteger(),
    "integer": Integer(),
    "biginteger": BigInteger(),
    "string": String(33),
    "text": Text(),
    "boolean": Boolean(),
    "date": Date(),
    "datetime": DateTime(),
    "time": Time(),
    "numeric": Numeric(9, 4),
    "double": Double(),
    "largebinary": LargeBinary(),
}


LIKE: dict[str, Any] = {
    "smallinteger": Integer,
    "biginteger": Integer,
    "text": String,
    "boolean": (Boolean, Integer, Numeric),
    "date": (Date, DateTime),
    "time": (Time, DateTime, Interval),
    "double": (Float, Numeric),
}
"""What a column may be read as: databases have fewer types than programs."""


@test.each([(f"reflect/type/{name}", name) for name in ROUND])
def reflected_types(kit: Kit, name: str) -> None:
    """A type read from the catalog makes the same column again."""
    if kit.dialect.reflection is None:
        raise Absent("the dialect names no Reflection class (Dialect.reflection is None)")
    table = kit.table("r", Column("id", Integer, primary_key=True), Column("x", ROUND[name]))
    loaded = Table(table.name, MetaData(), autoload_with=kit.engine)
    check.true(
        isinstance(loaded.c.x.type, LIKE.get(name, type(ROUND[name]))),
        f"read as {loaded.c.x.type!r}",
    )
    again = kit.table("r", Column("id", Integer, primary_key=True), Column("x", loaded.c.x.type))
    second = Table(again.name, MetaData(), autoload_with=kit.engine)
    ddl = kit.dialect.types.ddl
    check.same(ddl(second.c.x.type), ddl(loaded.c.x.type))
