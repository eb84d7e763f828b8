"""Group select: queries over a small company, each with the answer it must give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import (
    Integer,
    String,
    column,
    select,
    text,
)
from accord_conformance import check
from accord_conformance.models import company, rows_of
from accord_conformance.queries import CASES
from accord_conformance.registry import group

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("select")


def _plain(row: Any) -> Any:
    return row[0] if len(row) == 1 else tuple(row)


@test.each([(name, name) for name in CASES])
def queries(kit: Kit, name: str) -> None:
    """The query gives the rows it must give (sets of rows where it says nothing about order)."""
    build, expected = CASES[name]
    departments, people = company(kit)
    with kit.connect() as connection:
        found = [_plain(row) for row in connection.execute(build(departments, people)).all()]
    if name.startswith("union"):
        check.same_set(found, expected)
        return
    check.equal(found, expected)
    for got, wanted in zip(found, expected, strict=True):
        if not isinstance(got, tuple):
            check.same(got, wanted)


@test("true-division")
def true_division(kit: Kit) -> None:
    """Division with ``/`` keeps the fraction, as in Python."""
    _, people = company(kit)
    with kit.connect() as connection:
        found = connection.execute(select(people.c.age / 4).where(people.c.id == 1)).scalar()
    check.equal(float(found or 0), 7.5)


@test("text-with-parameters")
def text_with_parameters(kit: Kit) -> None:
    """text() takes named parameters in every driver's style; a doubled colon stays what it is."""
    _, people = company(kit)
    target = kit.dialect.target
    name = f"{target.quote_open}{people.name}{target.quote_close}"
    with kit.connect() as connection:
        statement = text(f"SELECT name FROM {name} WHERE id = :wanted AND id < :most")
        found = connection.execute(statement, {"wanted": 2, "most": 3}).scalars().all()
    check.equal(found, ["Bob"])


@test("text-with-percent")
def text_with_percent(kit: Kit) -> None:
    """A percent sign in text() is one in the database."""
    _, people = company(kit)
    target = kit.dialect.target
    name = f"{target.quote_open}{people.name}{target.quote_close}"
    with kit.connect() as connection:
        found = connection.execute(text(f"SELECT name FROM {name} WHERE name LIKE 'B%'"))
        check.equal(found.scalars().all(), ["Bob"])


@test("text-columns")
def text_columns(kit: Kit) -> None:
    """text().columns() gives the columns their types."""
    _, people = company(kit)
    target = kit.dialect.target
    name = f"{target.quote_open}{people.name}{target.quote_close}"
    with kit.connect() as connection:
        statement = text(f"SELECT id, name FROM {name} WHERE id = 1").columns(
            column("id", Integer), column("name", String)
        )
        check.equal(tuple(connection.execute(statement).one()), (1, "Ada"))


@test("many-rows")
def many_rows(kit: Kit) -> None:
    """Two thousand rows come back complete and in the order asked for."""
    table = rows_of(kit, 2000)
    with kit.connect() as connection:
        found = connection.execute(select(table.c.id).order_by(table.c.id)).scalars().all()
    check.equal(found, list(range(1, 2001)))


@test("yield-per")
def yield_per(kit: Kit) -> None:
    """Rows read in pieces are all rows, and the connection is usable afterwards."""
    table = rows_of(kit, 250)
    with kit.connect() as connection:
        statement = select(table.c.id).order_by(table.c.id)
        result = connection.execution_options(yield_per=100).execute(statement)
        sizes = [len(part) for part in result.partitions()]
        check.equal(sizes, [100, 100, 50])
        check.same(connection.execute(kit.select_one()).scalar(), 1)


@test("result-left-open")
def result_left_open(kit: Kit) -> None:
    """A result of which one row was read does not disturb the next statement."""
    table = rows_of(kit, 50)
    with kit.connect() as connection:
        first = connection.execute(select(table.c.id).order_by(table.c.id))
        check.equal(tuple(first.fetchone() or ()), (1,))
        check.same(connection.execute(select(table.c.n).where(table.c.id == 7)).scalar(), 70)
        first.close()


@test("statement-reused")
def statement_reused(kit: Kit) -> None:
    """A statement that is built again with other values gives the other rows."""
    table = rows_of(kit, 5)
    with kit.connect() as connection:
        for i in (1, 4, 2):
            found = connection.execute(select(table.c.n).where(table.c.id == i)).scalar()
            check.same(found, i * 10)


@test("in-list-of-varying-length")
def varying_in(kit: Kit) -> None:
    """IN lists of 1, 3 and 200 values go through one after the other."""
    table = rows_of(kit, 300)
    with kit.connect() as connection:
        for size in (1, 3, 200):
            wanted = list(range(1, size + 1))
            found = connection.execute(select(table.c.id).where(table.c.id.in_(wanted)))
            check.equal(sorted(found.scalars()), wanted)
