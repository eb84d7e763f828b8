"""Capabilities about INSERT, UPDATE and DELETE: each with its proof and its probe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import Column, Integer, String, Table, delete, func, insert, select, update
from accord.dialect import DefaultRow
from accord.sql.identifiers import quote_identifier
from accord_conformance import check, triggers
from accord_conformance.model import Unproven
from accord_conformance.models import rows_of, things
from accord_conformance.registry import probe, proof, question

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord_conformance.kit import Kit


def quoted(kit: Kit, name: str) -> str:
    """A name as it stands in a hand-written statement."""
    return quote_identifier(name, kit.dialect.target)


def by_hand(kit: Kit, text: str, **names: str) -> Any:
    """Run a hand-written statement on a connection of the test's; gives the result."""
    connection = kit.connect()
    return connection.exec_driver_sql(text.format(**names))


def pairs(kit: Kit) -> Table:
    """A table whose key is given: id, n, note; rows 1 to 6 with n = 0."""
    table = kit.table(
        "forms",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("n", Integer),
        Column("note", String(20)),
    )
    with kit.engine.begin() as connection:
        connection.execute(insert(table), [{"id": i, "n": 0} for i in range(1, 7)])
    return table


def text_probe(*ids: str) -> Callable[[str], None]:
    def register(text: str) -> None:
        @probe(*ids)
        def run(kit: Kit) -> None:
            """A hand-written statement of this form."""
            table = pairs(kit)
            names = {"t": quoted(kit, table.name), "id": quoted(kit, "id"), "n": quoted(kit, "n")}
            connection = kit.connect()
            connection.exec_driver_sql(text.format(**names))
            check.true(changed(connection, table), "the statement had no effect")

    return register


def changed(connection: Any, table: Table) -> bool:
    total = select(func.count(), func.coalesce(func.sum(table.c.n), 0))
    return tuple(map(int, connection.execute(total).one())) != (6, 0)


# --- RETURNING ------------------------------------------------------------------------------------


@question("dml.returning_insert")
def returning_insert(kit: Kit) -> None:
    """INSERT gives columns of the new row back."""
    table = things(kit)
    with kit.engine.connect() as connection:
        statement = insert(table).values(id=4, name="a", n=5).returning(table.c.n, table.c.id)
        check.equal([tuple(row) for row in connection.execute(statement)], [(5, 4)])


@question("dml.returning_update")
def returning_update(kit: Kit) -> None:
    """UPDATE gives new values back."""
    table = rows_of(kit, 3)
    with kit.engine.connect() as connection:
        statement = update(table).where(table.c.id == 2).values(n=9).returning(table.c.n)
        check.equal(connection.execute(statement).scalars().all(), [9])


@question("dml.returning_delete")
def returning_delete(kit: Kit) -> None:
    """DELETE gives the deleted rows back."""
    table = rows_of(kit, 3)
    with kit.engine.connect() as connection:
        statement = delete(table).where(table.c.id == 2).returning(table.c.n)
        check.equal(connection.execute(statement).scalars().all(), [20])


@question("dml.returning_final")
def returning_final(kit: Kit) -> None:
    """RETURNING shows what a trigger made of the row."""
    if not kit.capabilities.dml.returning_insert:
        raise Unproven("RETURNING, which this server has not got")
    table = kit.table("final", Column("id", Integer, primary_key=True), Column("n", Integer))
    triggers.add_to_n(kit, table, 100)
    with kit.engine.begin() as connection:
        statement = insert(table).values(n=1).returning(table.c.n)
        check.same(connection.execute(statement).scalar(), 101)


# --- a row of defaults ----------------------------------------------------------------------------

_DEFAULT_TEXTS = {
    DefaultRow.DEFAULT_VALUES: "INSERT INTO {t} DEFAULT VALUES",
    DefaultRow.EMPTY_VALUES: "INSERT INTO {t} () VALUES ()",
    DefaultRow.DEFAULT_KEYWORD: "INSERT INTO {t} ({id}) VALUES (DEFAULT)",
}


def _default_row(kit: Kit, form: DefaultRow) -> None:
    table = things(kit)
    names = {"t": quoted(kit, table.name), "id": quoted(kit, "id")}
    with kit.engine.connect() as connection:
        connection.exec_driver_sql(_DEFAULT_TEXTS[form].format(**names))
        check.same(connection.execute(select(func.count()).select_from(table)).scalar(), 1)


@proof("dml.default_row")
def default_row(kit: Kit) -> None:
    """A row goes in for which no column is given, in these words and through accord."""
    _default_row(kit, kit.capabilities.dml.default_row)
    with kit.engine.begin() as connection:
        connection.execute(insert(things(kit)))


@probe("dml.default_row")
def other_default_row(kit: Kit) -> None:
    """Every other way works, too."""
    for form in DefaultRow:
        if form is not kit.capabilities.dml.default_row:
            _default_row(kit, form)


# --- upsert ---------------------------------------------------------------------------------------


@proof("dml.upsert:on_conflict")
def upsert_on_conflict(kit: Kit) -> None:
    """The dialect's insert() has on_conflict_do_update()."""
    from accord_conformance.groups.upsert import upsert_nothing, upsert_update

    upsert_update(kit)
    upsert_nothing(kit)


@proof("dml.upsert:on_duplicate_key")
def upsert_on_duplicate(kit: Kit) -> None:
    """The dialect's insert() has on_duplicate_key_update()."""
    from accord_conformance.groups.upsert import upsert_duplicate

    upsert_duplicate(kit)


@proof("dml.upsert:merge")
def upsert_merge(kit: Kit) -> None:
    """MERGE changes a row that is there and inserts one that is not."""
    table = pairs(kit)
    names = {"t": quoted(kit, table.name), "id": quoted(kit, "id"), "n": quoted(kit, "n")}
    connection = kit.connect()
    dual = kit.dialect.target.dual
    text = (
        "MERGE INTO {t} USING (SELECT 6 AS a, 5 AS b" + dual + ") v ON ({t}.{id} = v.a) "
        "WHEN MATCHED THEN UPDATE SET {n} = v.b "
        "WHEN NOT MATCHED THEN INSERT ({id}, {n}) VALUES (v.a, v.b)"
    )
    if kit.dialect.target.quote_open == "[":
        text += ";"
    connection.exec_driver_sql(text.format(**names))
    check.true(changed(connection, table), "the statement had no effect")


text_probe("dml.upsert:on_conflict")(
    "INSERT INTO {t} ({id}, {n}) VALUES (1, 5) ON CONFLICT ({id}) DO UPDATE SET {n} = 5"
)
text_probe("dml.upsert:on_duplicate_key")(
    "INSERT INTO {t} ({id}, {n}) VALUES (1, 5) ON DUPLICATE KEY UPDATE {n} = 5"
)
text_probe("dml.upsert:merge")(
    "MERGE INTO {t} USING (SELECT 1 AS a, 5 AS b) v ON ({t}.{id} = v.a) "
    "WHEN MATCHED THEN UPDATE SET {n} = v.b"
)


# --- counts ---------------------------------------------------------------------------------------


@question("dml.rowcount_matched")
def rowcount_matched(kit: Kit) -> None:
    """UPDATE counts rows it matched, also those that had the value already."""
    table = rows_of(kit, 4)
    with kit.engine.connect() as connection:
        result = connection.execute(update(table).where(table.c.id > 1).values(n=20))
        check.same(result.rowcount, 3)


@question("dml.rowcount_executemany")
def rowcount_executemany(kit: Kit) -> None:
    """After executemany the count is the sum over all rows."""
    table = rows_of(kit, 5)
    from accord.dialect import Marks

    marks = Marks(kit.dialect.paramstyle)
    text = (
        f"UPDATE {quoted(kit, table.name)} SET {quoted(kit, 'n')} = {marks.next()} "
        f"WHERE {quoted(kit, 'id')} >= {marks.next()}"
    )
    raw: Any = kit.connect().connection.dbapi_connection
    cursor = raw.cursor()
    cursor.executemany(text, [(1, 1), (2, 3), (3, 9)])
    count = cursor.rowcount
    cursor.close()
    raw.rollback()
    check.same(count, 8)
