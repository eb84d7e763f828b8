"""Limits, and the oldest version: each is proven at its edge; the probe goes one beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord import BigInteger, Column, Integer, MetaData, Table, func, insert, literal, select
from accord.dialect import Marks, parse_version
from accord.exc import AccordError
from accord_conformance import check
from accord_conformance.models import things
from accord_conformance.questions.dml import quoted
from accord_conformance.registry import probe, proof

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

LONGEST = 2_000
"""Names longer than this prove nothing more."""


@proof("minimum_version")
def minimum_version(kit: Kit) -> None:
    """The server is not older than the dialect asks for."""
    oldest = parse_version(kit.dialect.capabilities.minimum_version)
    check.true(kit.server.version >= oldest, f"{kit.server.version} is older than {oldest}")


@probe("minimum_version")
def below_minimum(kit: Kit) -> None:
    """A server older than that would be accepted."""
    check.fail("not without such a server")


def _parameters(kit: Kit, count: int) -> None:
    table = things(kit)
    marks = ", ".join(Marks(kit.dialect.paramstyle).take(count))
    words = f"SELECT count(*) FROM {quoted(kit, table.name)} WHERE {quoted(kit, 'id')} IN ({marks})"
    from accord.dialect import Execute

    with kit.connect() as connection:
        values: tuple[object, ...] = tuple(range(count))
        reply = connection.perform(Execute(kit.engine, words, values))
        check.equal(int(str(reply.rows[0][0])), 0)


@proof("limits.parameters")
def parameters(kit: Kit) -> None:
    """A statement with as many parameters goes through."""
    _parameters(kit, kit.capabilities.limits.parameters)


@probe("limits.parameters")
def more_parameters(kit: Kit) -> None:
    """One with one more."""
    _parameters(kit, kit.capabilities.limits.parameters + 1)


def _rows(kit: Kit, count: int) -> None:
    table = kit.table(
        "rows", Column("id", Integer, primary_key=True, autoincrement=False), Column("n", Integer)
    )
    count = min(count, kit.capabilities.limits.parameters)
    marks = Marks(kit.dialect.paramstyle)
    from accord.dialect import Execute

    names = f"{quoted(kit, table.name)} ({quoted(kit, 'id')})"
    with kit.connect() as connection:
        words = f"INSERT INTO {names} VALUES {marks.rows(1, count)}"
        connection.perform(Execute(kit.engine, words, tuple(range(count)), write=True))
        found = connection.execute(select(func.count()).select_from(table)).scalar()
        check.same(found, count)


@proof("limits.rows")
def rows(kit: Kit) -> None:
    """A flush of more rows than that inserts all of them; where VALUES takes several rows, one
    statement takes as many.
    """
    count = kit.capabilities.limits.rows
    table = kit.table(
        "rows", Column("id", Integer, primary_key=True, autoincrement=False), Column("n", Integer)
    )
    with kit.engine.begin() as connection:
        connection.execute(insert(table), [{"id": i, "n": i} for i in range(count + 1)])
        found = connection.execute(select(func.count()).select_from(table)).scalar()
        check.same(found, count + 1)
    if kit.capabilities.dml.multi_values:
        _rows(kit, count)


@probe("limits.rows")
def more_rows(kit: Kit) -> None:
    """One row more."""
    _rows(kit, kit.capabilities.limits.rows + 1)


def _in_list(kit: Kit, count: int) -> None:
    table = things(kit)
    with kit.engine.begin() as connection:
        connection.execute(insert(table), [{"id": i, "name": f"{i}"} for i in range(1, 4)])
        numbers = ", ".join(str(i) for i in range(2, count + 2))
        condition = f"{quoted(kit, 'id')} IN ({numbers})"
        words = f"SELECT count(*) FROM {quoted(kit, table.name)} WHERE {condition}"
        check.equal(int(connection.exec_driver_sql(words).scalar() or 0), min(2, count))


@proof("limits.in_list")
def in_list(kit: Kit) -> None:
    """An IN list of as many values goes through."""
    _in_list(kit, kit.capabilities.limits.in_list)


@probe("limits.in_list")
def longer_in_list(kit: Kit) -> None:
    """One with one value more."""
    _in_list(kit, kit.capabilities.limits.in_list + 1)


def _identifier(kit: Kit, length: int, *, accord: bool) -> None:
    name = (kit.name("n") + "x" * length)[:length]
    table = Table(name, MetaData(), Column("id", Integer, primary_key=True))
    if accord:
        table.create(kit.engine)
        kit.at_end(lambda: table.drop(kit.engine))
        check.true(kit.engine.has_table(name), "it is not found under its name")
        return
    target = kit.dialect.target
    quoted_name = f"{target.quote_open}{name}{target.quote_close}"
    kit.at_drop(f"DROP TABLE {quoted_name}")
    with kit.engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {quoted_name} (id INTEGER)")
    shorter = f"{target.quote_open}{name[:-1]}{target.quote_close}"
    with check.raises(AccordError), kit.engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT * FROM {shorter}")


@proof("limits.identifier")
def identifier(kit: Kit) -> None:
    """A table whose name is as long is created and found; a longer name is refused."""
    length = kit.capabilities.limits.identifier
    _identifier(kit, min(length, LONGEST), accord=True)
    with check.raises(AccordError):
        _identifier(kit, length + 1, accord=True)


@probe("limits.identifier")
def longer_identifier(kit: Kit) -> None:
    """The database itself takes a longer one."""
    _identifier(kit, min(kit.capabilities.limits.identifier, LONGEST) + 1, accord=False)


@proof("limits.integer_bits")
def integer_bits(kit: Kit) -> None:
    """The largest and smallest integers of as many bits come back; one beyond is refused."""
    bits = kit.capabilities.limits.integer_bits
    table = kit.table("bits", Column("id", Integer, primary_key=True), Column("n", BigInteger))
    edges = [2 ** (bits - 1) - 1, -(2 ** (bits - 1))]
    with kit.engine.begin() as connection:
        connection.execute(insert(table), [{"id": i, "n": n} for i, n in enumerate(edges, 1)])
        found = connection.execute(select(table.c.n).order_by(table.c.id)).scalars().all()
        check.equal(found, edges)
    with check.raises(AccordError), kit.engine.begin() as connection:
        connection.execute(insert(table), {"id": 3, "n": 2 ** (bits - 1)})


@probe("limits.integer_bits")
def more_bits(kit: Kit) -> None:
    """A larger integer travels as a parameter."""
    bits = kit.capabilities.limits.integer_bits
    with kit.connect() as connection:
        value = 2 ** (bits - 1)
        check.same(connection.execute(select(literal(value, BigInteger))).scalar(), value)
