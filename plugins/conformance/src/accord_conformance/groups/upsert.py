"""Group dml, second part: RETURNING, and INSERT that says what to do on a conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import delete, insert, update
from accord.exc import CompileError
from accord_conformance import check
from accord_conformance.groups.dml import content
from accord_conformance.model import Absent
from accord_conformance.models import rows_of, things
from accord_conformance.registry import group

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("dml")


@test("insert-returning", "dml.returning_insert")
def insert_returning(kit: Kit) -> None:
    """INSERT … RETURNING gives columns and expressions of the new row."""
    table = things(kit)
    with kit.engine.begin() as connection:
        statement = insert(table).values(id=3, name="a", n=4).returning(table.c.id, table.c.n)
        check.equal([tuple(row) for row in connection.execute(statement)], [(3, 4)])


@test("insert-returning-many", "dml.returning_insert", "dml.multi_values")
def insert_returning_many(kit: Kit) -> None:
    """Rows that come back are all rows, each with its own values."""
    table = things(kit)
    rows = [{"name": f"n{i}", "n": i} for i in range(20)]
    with kit.engine.begin() as connection:
        statement = insert(table).returning(table.c.id, table.c.name, table.c.n)
        found = connection.execute(statement, rows).all()
        check.same_set([row[1:] for row in found], [(f"n{i}", i) for i in range(20)])
        check.same_set([tuple(row) for row in found], content(connection, table))


@test("insert-returning-sorted", "dml.returning_insert", "dml.multi_values")
def insert_returning_sorted(kit: Kit) -> None:
    """With sort_by_parameter_order rows come back in the order they were given, also behind a
    driver that permutes them.
    """
    table = things(kit)
    engine, _ = kit.shuffled()
    rows = [{"name": f"n{i}", "n": i} for i in range(20)]
    with engine.begin() as connection:
        statement = insert(table).returning(table.c.n, sort_by_parameter_order=True)
        found = connection.execute(statement, rows).scalars().all()
    check.equal(found, list(range(20)))


@test("update-returning", "dml.returning_update")
def update_returning(kit: Kit) -> None:
    """UPDATE … RETURNING gives the new values of every row it changed."""
    table = rows_of(kit, 4)
    with kit.engine.begin() as connection:
        statement = update(table).where(table.c.id > 2).values(n=0).returning(table.c.id, table.c.n)
        check.same_set([tuple(row) for row in connection.execute(statement)], [(3, 0), (4, 0)])


@test("delete-returning", "dml.returning_delete")
def delete_returning(kit: Kit) -> None:
    """DELETE … RETURNING gives the rows that went."""
    table = rows_of(kit, 4)
    with kit.engine.begin() as connection:
        statement = delete(table).where(table.c.id < 3).returning(table.c.id)
        check.same_set(connection.execute(statement).scalars().all(), [1, 2])


@test("insert-unrenderable-named")
def unrenderable(kit: Kit) -> None:
    """RETURNING asked of a database that has none is refused before anything is sent."""
    table = rows_of(kit, 1)
    dml = kit.capabilities.dml
    for support, statement in (
        (dml.returning_insert, insert(table).values(id=9).returning(table.c.id)),
        (dml.returning_update, update(table).values(n=1).returning(table.c.id)),
        (dml.returning_delete, delete(table).returning(table.c.id)),
    ):
        if support:
            continue
        engine, record = kit.recorded()
        with engine.connect() as connection, check.raises(CompileError):
            connection.execute(statement)
        check.true(not [sent for sent in record.sent if table.name in sent.text], "it was sent")


# --- upsert ---------------------------------------------------------------------------------------


def _upsert(kit: Kit) -> Any:
    """The dialect's own `insert`, which knows what to do on a conflict."""
    from importlib import import_module

    try:
        module = import_module(f"accord.dialects.{kit.dialect.name}")
        return module.insert
    except (ImportError, AttributeError) as error:
        raise Absent(f"accord.dialects.{kit.dialect.name} has no insert: {error}") from None


@test("upsert-nothing", "dml.upsert:on_conflict")
def upsert_nothing(kit: Kit) -> None:
    """on_conflict_do_nothing() leaves the row that is there."""
    table = rows_of(kit, 2)
    statement = _upsert(kit)(table).values(id=2, name="other", n=0).on_conflict_do_nothing()
    with kit.engine.begin() as connection:
        check.true(connection.execute(statement).rowcount in (0, -1), "a row was counted")
        check.equal(content(connection, table)[1], (2, "row 2", 20))


@test("upsert-update", "dml.upsert:on_conflict")
def upsert_update(kit: Kit) -> None:
    """on_conflict_do_update() takes values from the row that was to be inserted."""
    table = rows_of(kit, 2)
    statement = _upsert(kit)(table).values([{"id": 2, "n": 5}, {"id": 3, "n": 6}])
    statement = statement.on_conflict_do_update(
        index_elements=["id"], set_={"n": statement.excluded.n + table.c.n}
    )
    with kit.engine.begin() as connection:
        connection.execute(statement)
        check.equal([row[2] for row in content(connection, table)], [10, 25, 6])


@test("upsert-duplicate-key", "dml.upsert:on_duplicate_key")
def upsert_duplicate(kit: Kit) -> None:
    """on_duplicate_key_update() takes values from the row that was to be inserted."""
    table = rows_of(kit, 2)
    statement = _upsert(kit)(table).values([{"id": 2, "n": 5}, {"id": 3, "n": 6}])
    statement = statement.on_duplicate_key_update(n=statement.inserted.n)
    with kit.engine.begin() as connection:
        connection.execute(statement)
        check.equal([row[2] for row in content(connection, table)], [10, 5, 6])
