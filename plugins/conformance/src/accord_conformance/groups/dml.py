"""Group dml: INSERT, UPDATE, DELETE and upsert as statements: what they do and what they report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal,
    null,
    select,
    tuple_,
    update,
)
from accord.exc import DBAPIError, IntegrityError
from accord_conformance import check
from accord_conformance.models import rows_of, things
from accord_conformance.registry import group

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("dml")


def content(connection: Any, table: Table) -> list[tuple[Any, ...]]:
    """The rows of `things`, by id."""
    statement = select(table.c.id, table.c.name, table.c.n).order_by(table.c.id)
    return [tuple(row) for row in connection.execute(statement)]


@test("insert-one")
def insert_one(kit: Kit) -> None:
    """One row goes in; rowcount is 1."""
    table = things(kit)
    with kit.engine.begin() as connection:
        result = connection.execute(insert(table).values(id=5, name="a", n=1))
        check.same(result.rowcount, 1)
        check.equal(content(connection, table), [(5, "a", 1)])


@test("insert-with-parameters")
def insert_with_parameters(kit: Kit) -> None:
    """Values may come as parameters of execute()."""
    table = things(kit)
    with kit.engine.begin() as connection:
        connection.execute(insert(table), {"id": 1, "name": "a"})
        check.equal(content(connection, table), [(1, "a", None)])


@test("insert-many")
def insert_many(kit: Kit) -> None:
    """A list of rows goes in."""
    table = things(kit)
    rows = [{"id": i, "name": f"n{i}", "n": -i} for i in range(1, 51)]
    with kit.engine.begin() as connection:
        connection.execute(insert(table), rows)
        check.equal(content(connection, table), [(i, f"n{i}", -i) for i in range(1, 51)])


@test("insert-many-nulls")
def insert_many_nulls(kit: Kit) -> None:
    """NULLs among the rows stay where they are, the first row included."""
    table = things(kit)
    rows = [
        {"id": 1, "name": None, "n": None},
        {"id": 2, "name": "b", "n": 2},
        {"id": 3, "name": None, "n": 3},
    ]
    with kit.engine.begin() as connection:
        connection.execute(insert(table), rows)
        check.equal(content(connection, table), [(1, None, None), (2, "b", 2), (3, None, 3)])


@test("insert-multi-values", "dml.multi_values")
def insert_multi_values(kit: Kit) -> None:
    """values([...]) with several rows is one statement."""
    table = things(kit)
    engine, record = kit.recorded()
    with engine.begin() as connection:
        connection.execute(insert(table).values([{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]))
        check.equal(content(connection, table), [(1, "a", None), (2, "b", None)])
    check.same(len([sent for sent in record.sent if "INSERT" in sent.text.upper()]), 1)


@test("insert-null")
def insert_null(kit: Kit) -> None:
    """null() and None are both NULL."""
    table = things(kit)
    with kit.engine.begin() as connection:
        connection.execute(insert(table).values(id=1, name=null(), n=None))
        check.equal(content(connection, table), [(1, None, None)])


@test("insert-expression")
def insert_expression(kit: Kit) -> None:
    """A value may be an SQL expression, with parameters of its own."""
    table = things(kit)
    with kit.engine.begin() as connection:
        value = literal(20, Integer) + 2
        connection.execute(insert(table).values(id=1, name=func.lower("ABC"), n=value))
        check.equal(content(connection, table), [(1, "abc", 22)])


@test("insert-from-select")
def insert_from_select(kit: Kit) -> None:
    """INSERT … SELECT copies rows and reports how many."""
    table = rows_of(kit, 5)
    with kit.engine.begin() as connection:
        source = select(table.c.id + 100, table.c.n).where(table.c.id > 2)
        result = connection.execute(insert(table).from_select(["id", "n"], source))
        check.true(result.rowcount in (3, -1), f"rowcount {result.rowcount}")
        check.equal(
            content(connection, table)[5:], [(103, None, 30), (104, None, 40), (105, None, 50)]
        )


@test("insert-counts-up")
def insert_counts_up(kit: Kit) -> None:
    """Rows without a key get different ones."""
    table = things(kit)
    with kit.engine.begin() as connection:
        for name in "abc":
            connection.execute(insert(table), {"name": name})
        keys = connection.execute(select(table.c.id)).scalars().all()
    check.same(len(set(keys)), 3)


@test("inserted-primary-key")
def inserted_primary_key(kit: Kit) -> None:
    """The key of a row just inserted is known, whatever order they went in."""
    table = things(kit)
    with kit.engine.begin() as connection:
        known = {}
        for name in ("x", "a", "m"):
            known[name] = connection.execute(insert(table), {"name": name}).inserted_primary_key[0]
        found = connection.execute(select(table.c.name, table.c.id))
        check.equal(dict(tuple(row) for row in found), known)


@test("inserted-primary-key-given")
def inserted_key_given(kit: Kit) -> None:
    """A key that was given is the key that is reported."""
    table = things(kit)
    with kit.engine.begin() as connection:
        result = connection.execute(insert(table), {"id": 77, "name": "x"})
        check.equal(tuple(result.inserted_primary_key), (77,))


@test("python-defaults")
def python_defaults(kit: Kit) -> None:
    """Defaults of Python's, constant and computed, are filled in for each row."""
    numbers = iter(range(100))
    table = kit.table(
        "defaults",
        Column("id", Integer, primary_key=True),
        Column("a", Integer, default=7),
        Column("b", Integer, default=lambda: next(numbers)),
    )
    with kit.engine.begin() as connection:
        connection.execute(insert(table), [{"id": 1}, {"id": 2}])
        found = connection.execute(select(table.c.a, table.c.b).order_by(table.c.id))
        check.equal([tuple(row) for row in found], [(7, 0), (7, 1)])


@test("server-defaults")
def server_defaults(kit: Kit) -> None:
    """Defaults of the database's fill what was not given."""
    table = kit.table(
        "defaults",
        Column("id", Integer, primary_key=True),
        Column("a", Integer, server_default="7"),
        Column("b", String(20), server_default="it's"),
    )
    with kit.engine.begin() as connection:
        connection.execute(insert(table), {"id": 1})
        connection.execute(insert(table), {"id": 2, "a": None, "b": "x"})
        found = connection.execute(select(table.c.a, table.c.b).order_by(table.c.id))
        check.equal([tuple(row) for row in found], [(7, "it's"), (None, "x")])


@test("insert-of-defaults-only")
def insert_defaults(kit: Kit) -> None:
    """A row for which nothing is given goes in."""
    table = things(kit)
    with kit.engine.begin() as connection:
        connection.execute(insert(table))
        check.same(connection.execute(select(func.count()).select_from(table)).scalar(), 1)


@test("onupdate")
def onupdate(kit: Kit) -> None:
    """A column's onupdate value is set by an UPDATE that does not name it."""
    table = kit.table(
        "onupdate",
        Column("id", Integer, primary_key=True),
        Column("n", Integer),
        Column("changed", Integer, default=0, onupdate=9),
    )
    with kit.engine.begin() as connection:
        connection.execute(insert(table), {"id": 1, "n": 1})
        connection.execute(update(table).values(n=2))
        check.equal(tuple(connection.execute(select(table.c.n, table.c.changed)).one()), (2, 9))


@test("update-rowcount")
def update_rowcount(kit: Kit) -> None:
    """UPDATE reports how many rows it changed."""
    table = rows_of(kit, 5)
    with kit.engine.begin() as connection:
        result = connection.execute(update(table).where(table.c.id > 3).values(n=0))
        check.same(result.rowcount, 2)
        check.equal([row[2] for row in content(connection, table)], [10, 20, 30, 0, 0])


@test("update-nothing")
def update_nothing(kit: Kit) -> None:
    """An UPDATE that matches no row reports 0."""
    table = rows_of(kit, 2)
    with kit.engine.begin() as connection:
        check.same(
            connection.execute(update(table).where(table.c.id == 99).values(n=0)).rowcount, 0
        )


@test("update-to-the-same", "dml.rowcount_matched")
def update_same(kit: Kit) -> None:
    """An UPDATE to the value a row has already counts the row: it was matched."""
    table = rows_of(kit, 3)
    with kit.engine.begin() as connection:
        result = connection.execute(update(table).where(table.c.id == 2).values(n=20))
        check.same(result.rowcount, 1)


@test("update-expression")
def update_expression(kit: Kit) -> None:
    """A new value may be computed from the old one."""
    table = rows_of(kit, 3)
    with kit.engine.begin() as connection:
        connection.execute(update(table).values(n=table.c.n + table.c.id))
        check.equal([row[2] for row in content(connection, table)], [11, 22, 33])


@test("update-swap")
def update_swap(kit: Kit) -> None:
    """The right side of SET sees the row as it was: one column is computed from another."""
    table = rows_of(kit, 2)
    with kit.engine.begin() as connection:
        connection.execute(update(table).values({"n": table.c.id}))
        check.equal([row[2] for row in content(connection, table)], [1, 2])


@test("update-subquery")
def update_subquery(kit: Kit) -> None:
    """A new value may come from another table."""
    table = rows_of(kit, 3)
    other = kit.table("other", Column("id", Integer, primary_key=True), Column("v", Integer))
    with kit.engine.begin() as connection:
        connection.execute(insert(other), [{"id": 1, "v": 111}, {"id": 3, "v": 333}])
        found = select(other.c.v).where(other.c.id == table.c.id).scalar_subquery()
        connection.execute(update(table).values(n=found))
        check.equal([row[2] for row in content(connection, table)], [111, None, 333])


@test("update-many")
def update_many(kit: Kit) -> None:
    """One UPDATE with a list of parameters changes each row to its own value."""
    table = rows_of(kit, 4)
    with kit.engine.begin() as connection:
        statement = update(table).where(table.c.id == bindparam("key")).values(n=bindparam("new"))
        connection.execute(statement, [{"key": i, "new": i * 1000} for i in (1, 3, 4)])
        check.equal([row[2] for row in content(connection, table)], [1000, 20, 3000, 4000])


@test("delete-rowcount")
def delete_rowcount(kit: Kit) -> None:
    """DELETE reports how many rows went."""
    table = rows_of(kit, 5)
    with kit.engine.begin() as connection:
        result = connection.execute(delete(table).where(table.c.id.in_([1, 5, 9])))
        check.same(result.rowcount, 2)
        check.equal([row[0] for row in content(connection, table)], [2, 3, 4])


@test("delete-all")
def delete_all(kit: Kit) -> None:
    """DELETE without a condition takes all rows."""
    table = rows_of(kit, 5)
    with kit.engine.begin() as connection:
        check.same(connection.execute(delete(table)).rowcount, 5)
        check.equal(content(connection, table), [])


@test("delete-by-composite")
def delete_composite(kit: Kit) -> None:
    """Rows are deleted by pairs of values."""
    table = rows_of(kit, 4)
    with kit.engine.begin() as connection:
        condition = tuple_(table.c.id, table.c.n).in_([(1, 10), (2, 30), (4, 40)])
        connection.execute(delete(table).where(condition))
        check.equal([row[0] for row in content(connection, table)], [2, 3])


@test("delete-subquery")
def delete_subquery(kit: Kit) -> None:
    """Rows are deleted by what another table says."""
    table = rows_of(kit, 4)
    other = kit.table("other", Column("id", Integer, primary_key=True, autoincrement=False))
    with kit.engine.begin() as connection:
        connection.execute(insert(other), [{"id": 2}, {"id": 3}])
        connection.execute(delete(table).where(table.c.id.in_(select(other.c.id))))
        check.equal([row[0] for row in content(connection, table)], [1, 4])


@test("bulk-insert")
def bulk_insert(kit: Kit) -> None:
    """Ten thousand rows go in, whatever the limits on parameters."""
    table = things(kit)
    rows = [{"id": i, "name": f"bulk {i}", "n": i % 7} for i in range(1, 10_001)]
    with kit.engine.begin() as connection:
        connection.execute(insert(table), rows)
        total = select(func.count(), func.min(table.c.id), func.max(table.c.id))
        check.equal(tuple(connection.execute(total).one()), (10_000, 1, 10_000))


@test("bulk-insert-fails-whole")
def bulk_insert_fails(kit: Kit) -> None:
    """A bulk insert with one bad row, rolled back, leaves nothing."""
    table = things(kit)
    rows = [{"id": i, "name": f"bulk {i}"} for i in range(1, 501)]
    rows[499] = {"id": 3, "name": "again"}
    connection = kit.connect()
    with check.raises(IntegrityError):
        connection.execute(insert(table), rows)
    connection.rollback()
    check.same(connection.execute(select(func.count()).select_from(table)).scalar(), 0)


@test("unique-violation")
def unique_violation(kit: Kit) -> None:
    """A second row with the same unique value is an IntegrityError."""
    table = things(kit)
    with kit.connect() as connection:
        connection.execute(insert(table), {"name": "x"})
        with check.raises(IntegrityError):
            connection.execute(insert(table), {"name": "x"})


@test("unique-takes-nulls")
def unique_takes_nulls(kit: Kit) -> None:
    """NULL in a unique column may stand in several rows, or the refusal says unique."""
    table = things(kit)
    with kit.connect() as connection:
        connection.execute(insert(table), {"n": 1})
        try:
            connection.execute(insert(table), {"n": 2})
        except IntegrityError as error:
            check.true(error.kind == "unique", f"kind is {error.kind}")
            return
        check.same(connection.execute(select(func.count()).select_from(table)).scalar(), 2)


@test("not-null-violation")
def not_null_violation(kit: Kit) -> None:
    """NULL for a NOT NULL column is refused."""
    table = kit.table(
        "strict", Column("id", Integer, primary_key=True), Column("n", Integer, nullable=False)
    )
    with kit.connect() as connection, check.raises(DBAPIError) as caught:
        connection.execute(insert(table).values(id=1, n=null()))
    check.same(str(caught.error.kind), "not_null")


@test("table-without-key")
def table_without_key(kit: Kit) -> None:
    """A table without a primary key takes rows and gives them back."""
    table = kit.table("keyless", Column("a", Integer), Column("b", String(10)))
    with kit.engine.begin() as connection:
        connection.execute(insert(table), [{"a": 1, "b": "x"}, {"a": 1, "b": "x"}])
        check.same(len(connection.execute(select(table)).all()), 2)


@test("wide-row")
def wide_row(kit: Kit) -> None:
    """A row of 120 columns goes in many times over: statements are split by parameters."""
    name = kit.name("wide")
    metadata = MetaData()
    table = Table(
        name,
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        *[Column(f"c{i}", Integer) for i in range(120)],
    )
    kit.create(metadata)
    rows = [{"id": k, **{f"c{i}": i * k for i in range(120)}} for k in range(1, 301)]
    with kit.engine.begin() as connection:
        connection.execute(insert(table), rows)
        found = connection.execute(select(table).where(table.c.id == 300)).one()
        check.equal(tuple(found), (300, *[i * 300 for i in range(120)]))
