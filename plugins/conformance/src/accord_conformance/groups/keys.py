"""Group keys: keys and values that the database makes find their objects, by value, never by
position.

Each case flushes objects with a payload nobody else has and reads the table back. Every case runs
twice: plainly, and behind the proxy that permutes the rows RETURNING gives back ("shuffled").
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from accord import (
    Column,
    Sequence,
    String,
    explain,
    insert,
    select,
)
from accord.exc import AccordError, FlushError
from accord_conformance import check
from accord_conformance.models import counted, mapped
from accord_conformance.registry import group
from accord_conformance.scenarios import SCENARIOS

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("keys")


def _plain(name: str, kit: Kit) -> None:
    SCENARIOS[name][0](kit, kit.engine)


def _shuffled(name: str, kit: Kit) -> None:
    engine, _ = kit.shuffled()
    SCENARIOS[name][0](kit, engine)


for _name, (_function, _needs) in SCENARIOS.items():
    for _prefix, _way in (("", _plain), ("shuffled/", _shuffled)):
        _body = partial(_way, _name)
        _body.__doc__ = _function.__doc__
        test(f"{_prefix}{_name}", *_needs)(_body)


# --- once -----------------------------------------------------------------------------------------


@test("explained")
def explained(kit: Kit) -> None:
    """The key plan names its strategy and the reason of every other one."""
    cls = mapped(counted(kit))
    text = str(explain(cls, kit.engine))
    for strategy in kit.dialect.key_strategies:
        check.true(strategy.name in text, f"{strategy.name} is not mentioned in: {text}")


@test("strategies-named")
def strategies_named(kit: Kit) -> None:
    """Every strategy has a name of its own, and one of them takes rows that bring their keys."""
    names = [strategy.name for strategy in kit.dialect.key_strategies]
    check.true(all(names), f"a strategy without a name among {names}")
    check.true("client" in names, f"none takes rows that bring their keys: {names}")


@test("sequence-alone", "keys.sequences")
def sequence_alone(kit: Kit) -> None:
    """A sequence gives its values one by one, from its start, by its increment."""
    metadata = kit.metadata()
    numbers = Sequence(kit.name("alone"), start=10, increment=5, metadata=metadata)
    kit.create(metadata)
    with kit.session() as session:
        check.equal([session.scalar(numbers) for _ in range(3)], [10, 15, 20])


@test("key-twice")
def key_twice(kit: Kit) -> None:
    """Two objects with one key are refused, and nothing is left of them."""
    table = counted(kit)
    cls = mapped(table)
    with kit.session() as session:
        session.add(cls(id=5, payload="one"))
        session.commit()
    with kit.session() as session:
        session.add(cls(id=5, payload="two"))
        with check.raises(AccordError):
            session.flush()
        session.rollback()
    with kit.connect() as connection:
        check.equal(connection.execute(select(table.c.payload)).scalars().all(), ["one"])


@test("no-key-no-strategy")
def no_strategy(kit: Kit) -> None:
    """A text key without a value and without a default is refused before anything is written."""
    table = kit.table(
        "nokey", Column("id", String(20), primary_key=True), Column("payload", String(20))
    )
    cls = mapped(table)
    with kit.session() as session:
        session.add(cls(payload="x"))
        with check.raises((FlushError, AccordError)):
            session.flush()
        session.rollback()
    with kit.connect() as connection:
        check.equal(connection.execute(select(table.c.payload)).all(), [])


@test("proxy-permutes", "dml.returning_insert", "dml.multi_values")
def proxy_permutes(kit: Kit) -> None:
    """The shuffling proxy does permute: otherwise the shuffled cases prove nothing."""
    engine, shuffle = kit.shuffled()
    table = counted(kit)
    with engine.begin() as connection:
        statement = insert(table).values([{"payload": f"p{i}"} for i in range(8)])
        connection.execute(statement.returning(table.c.payload)).all()
    check.true(shuffle.permuted == 1, f"permuted {shuffle.permuted} times")
