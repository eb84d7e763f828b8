"""Key strategies of MySQL and MariaDB against scripted replies: what no healthy server answers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from accord import Column, Integer, MetaData, String, Table
from accord.dialect import (
    Execute,
    InsertBatch,
    KeyNeed,
    Refusal,
    Reply,
    ServerInfo,
    Suits,
)
from accord.exc import FlushError
from accord_mysql.catalog import MARIADB_CATALOG, TableFacts, facts_steps
from accord_mysql.dialect import MariaDBDialect, MySQLDialect
from accord_mysql.keys import LastRowIdRange, MySQLLastRowId, ReturningRange

PLAIN = TableFacts("BASE TABLE", "InnoDB", counter="id")


class Cache(dict[Any, Any]):
    def put(self, key: Any, value: Any) -> None:
        self[key] = value


class Bind:
    """As much of an engine as strategies look at."""

    def __init__(self, dialect: Any) -> None:
        self.name = "test"
        self.dialect = dialect
        self.server = ServerInfo((10, 11), "", (("max_allowed_packet", str(16 << 20)),))
        self.capabilities = dialect.capabilities.at((10, 11))
        self.compiled, self.plans = Cache(), Cache()
        self.key_plans: dict[Any, Any] = {}


TABLE = Table(
    "t",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(20)),
    Column("made", String(20), server_default="x"),
)


def need(dialect: Any, facts: TableFacts, table: Table = TABLE) -> KeyNeed:
    capabilities = dialect.capabilities.at((10, 11))
    return KeyNeed.of(table, dialect, capabilities).with_facts(facts)


def batch(dialect: Any, names: Sequence[str], *, fetch: bool = False) -> InsertBatch:
    columns = TABLE.c
    return InsertBatch(
        Bind(dialect),
        TABLE,
        (columns.name,),
        [(name,) for name in names],
        fetch=(columns.made,) if fetch else (),
        key=columns.id,
    )


def play(steps: Any, *replies: Any) -> tuple[Any, list[Execute]]:
    sent: list[Execute] = []
    left, reply = list(replies), None
    while True:
        try:
            request = steps.send(reply)
        except StopIteration as done:
            assert not left
            return done.value, sent
        sent.append(request)
        reply = left.pop(0)


def inserted(first: int, count: int) -> Reply:
    return Reply([], count, first)


def rows(*found: tuple[Any, ...]) -> Reply:
    return Reply(list(found), len(found))


# -- choosing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "missing"}, "not in the catalog"),
        ({"kind": "VIEW"}, "a view"),
        ({"kind": "TEMPORARY"}, "a temporary"),
        ({"engine": "MyISAM"}, "engine MyISAM"),
        ({"engine": "Aria"}, "engine Aria"),
        ({"counter": None}, "not the AUTO_INCREMENT column"),
        ({"counter": "other"}, "not the AUTO_INCREMENT column"),
        ({"triggers": ("a", "b")}, "INSERT triggers: a, b"),
    ],
)
def test_every_condition_of_counting_has_its_refusal(changes: dict[str, Any], reason: str) -> None:
    for dialect, strategy in ((MySQLDialect(), LastRowIdRange), (MariaDBDialect(), ReturningRange)):
        answer = strategy.suits(need(dialect, replace(PLAIN, **changes)))
        assert isinstance(answer, Refusal) and reason in answer.reason


def test_a_temporary_table_is_refused_by_its_definition() -> None:
    table = Table("s", MetaData(), Column("id", Integer, primary_key=True), prefixes=["temporary"])
    answer = LastRowIdRange.suits(need(MySQLDialect(), PLAIN, table))
    assert isinstance(answer, Refusal) and "temporary" in answer.reason


def test_a_plain_innodb_table_is_counted() -> None:
    answer = LastRowIdRange.suits(need(MySQLDialect(), PLAIN))
    assert isinstance(answer, Suits) and "compared" not in answer.reason


def facts(*found: tuple[Any, ...]) -> TableFacts:
    dialect = MariaDBDialect()
    steps = facts_steps(Bind(dialect), need(dialect, PLAIN), MARIADB_CATALOG)  # type: ignore[arg-type]  # a double
    answer, sent = play(steps, rows(*found))
    assert len(sent) == 1
    return answer  # type: ignore[no-any-return]  # what the steps return


def test_what_the_catalog_says_becomes_facts_and_doubts() -> None:
    table = ("table", "BASE TABLE", "InnoDB", "")
    key = ("column", "ID", "auto_increment", None)
    seen = ("visible", None, None, None)
    assert facts(table, key, seen) == TableFacts("BASE TABLE", "InnoDB", counter="ID")
    assert "without the privilege TRIGGER" in str(facts(table, key).doubt)
    cluster = ("cluster", None, None, None)
    assert "a cluster" in str(facts(table, key, seen, cluster).doubt)
    partitioned = ("table", "BASE TABLE", "InnoDB", "partitioned")
    assert "partitioned" in str(facts(partitioned, key, seen).doubt)
    assert facts(table, key, seen, ("trigger", "x", None, None)).triggers == ("x",)
    assert facts().kind == "missing" and not facts().settled


# -- counting -------------------------------------------------------------------------------------


def strategy(dialect: Any, kind: Any, doubt: str | None = None) -> Any:
    answer = kind.suits(need(dialect, replace(PLAIN, doubt=doubt)))
    assert isinstance(answer, Suits)
    return answer.strategy


def test_keys_are_counted_from_the_first_by_the_increment() -> None:
    dialect = MySQLDialect()
    steps = strategy(dialect, LastRowIdRange).insert_steps(batch(dialect, "abc"))
    result, sent = play(steps, rows((10,)), inserted(5, 3))
    assert result.keys == [5, 15, 25]
    assert "auto_increment_increment" in sent[0].text and sent[1].text.startswith("INSERT")


@pytest.mark.parametrize("answer", [inserted(5, 2), inserted(0, 3), Reply([], 3, None)])
def test_a_count_or_a_key_that_is_off_raises_before_any_key_is_given(answer: Reply) -> None:
    dialect = MySQLDialect()
    steps = strategy(dialect, LastRowIdRange).insert_steps(batch(dialect, "abc"))
    with pytest.raises(FlushError):
        play(steps, rows((1,)), answer)


def test_in_doubt_each_row_has_to_hold_what_it_was_sent_with() -> None:
    dialect = MySQLDialect()
    counted = strategy(dialect, LastRowIdRange, "doubt")
    good = rows((7, "c", "x"), (5, "a", "y"), (6, "b", "z"))
    result, sent = play(
        counted.insert_steps(batch(dialect, "abc", fetch=True)), rows((1,)), inserted(5, 3), good
    )
    assert (result.keys, result.fetched) == ([5, 6, 7], [("y",), ("z",), ("x",)])
    assert len(sent) == 3
    swapped = rows((5, "b"), (6, "a"), (7, "c"))
    with pytest.raises(FlushError, match="another value than it was sent with"):
        play(counted.insert_steps(batch(dialect, "abc")), rows((1,)), inserted(5, 3), swapped)
    with pytest.raises(FlushError):
        play(
            counted.insert_steps(batch(dialect, "abc")), rows((1,)), inserted(5, 3), rows((5, "a"))
        )


def test_in_doubt_rows_that_look_alike_go_in_one_by_one() -> None:
    dialect = MySQLDialect()
    counted = strategy(dialect, LastRowIdRange, "doubt")
    result, sent = play(
        counted.insert_steps(batch(dialect, "aaa")), inserted(5, 1), inserted(9, 1), inserted(11, 1)
    )
    assert result.keys == [5, 9, 11] and len(sent) == 3


def test_single_rows_are_looked_up_where_triggers_run() -> None:
    dialect = MySQLDialect()
    answer = MySQLLastRowId.suits(need(dialect, replace(PLAIN, triggers=("x",))))
    assert isinstance(answer, Suits)
    steps = answer.strategy.insert_steps(batch(dialect, "ab"))
    with pytest.raises(FlushError, match="did not come back"):
        play(steps, inserted(5, 1), inserted(6, 1), rows((5,)))


# -- RETURNING ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_returning_does_not_matter(seed: int) -> None:
    dialect = MariaDBDialect()
    names = [f"n{n}" for n in range(50)]
    answer = [(100 + 3 * n, f"made {n}") for n in range(50)]
    random.Random(seed).shuffle(answer)
    steps = strategy(dialect, ReturningRange).insert_steps(batch(dialect, names, fetch=True))
    result, sent = play(steps, rows(*answer))
    assert result.keys == [100 + 3 * n for n in range(50)]
    assert result.fetched == [(f"made {n}",) for n in range(50)] and len(sent) == 1


@pytest.mark.parametrize(
    "keys", [(1, 2), (1, 2, 4), (1, 2, 2), (1, 2, 3, 4)], ids=["few", "gap", "twice", "many"]
)
def test_keys_that_are_not_in_turn_are_an_error(keys: tuple[int, ...]) -> None:
    dialect = MariaDBDialect()
    steps = strategy(dialect, ReturningRange).insert_steps(batch(dialect, "abc", fetch=True))
    with pytest.raises(FlushError, match="not numbers in turn"):
        play(steps, rows(*[(key, "x") for key in keys]))


def test_in_doubt_returning_brings_a_value_that_was_sent() -> None:
    dialect = MariaDBDialect()
    counted = strategy(dialect, ReturningRange, "doubt")
    result, sent = play(
        counted.insert_steps(batch(dialect, "abc")), rows((3, "c"), (1, "a"), (2, "b"))
    )
    assert result.keys == [1, 2, 3] and sent[0].text.endswith("RETURNING id, name")
    with pytest.raises(FlushError, match="another order than their keys"):
        play(counted.insert_steps(batch(dialect, "abc")), rows((1, "b"), (2, "a"), (3, "c")))
