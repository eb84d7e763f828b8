"""Oracle's SQL, word by word."""

from __future__ import annotations

from typing import Any

import pytest

from accord import (
    JSON,
    Column,
    DateTime,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    except_all,
    insert,
    select,
    union_all,
)
from accord.exc import CompileError, IdentifierError
from accord_oracle import OracleDialect

DIALECT = OracleDialect()
METADATA = MetaData()
T = Table(
    "my_table",
    METADATA,
    Column("id", Integer, Sequence("my_sequence"), primary_key=True),
    Column("data", String(50)),
    Column("at", DateTime(timezone=True)),
    Column("doc", JSON),
)


def sql(statement: Any, **kwargs: Any) -> str:
    return " ".join(str(statement.compile(dialect=DIALECT, **kwargs)).split())


def test_seed_003_case_3_sequence_and_returning_into() -> None:
    assert sql(insert(T).values(data="x").returning(T.c.id)) == (
        "INSERT INTO my_table (id, data) VALUES (my_sequence.nextval, :data) "
        "RETURNING my_table.id INTO :ret_0"
    )


def test_limit_is_fetch_first() -> None:
    assert sql(select(T.c.id).limit(5).offset(2)) == (
        "SELECT my_table.id FROM my_table OFFSET :param_1 ROWS FETCH FIRST :param_2 ROWS ONLY"
    )


def test_no_as_before_a_table_alias() -> None:
    a = T.alias("a")
    assert sql(select(a.c.id.label("x"))) == "SELECT a.id AS x FROM my_table a"


def test_a_select_without_from_has_dual() -> None:
    assert sql(select(Sequence("s").next_value())).endswith("FROM dual")


def test_a_time_with_zone_is_fetched_in_utc() -> None:
    assert sql(select(T.c.at)) == "SELECT SYS_EXTRACT_UTC(my_table.at) AS at FROM my_table"


def test_a_time_with_zone_is_compared_as_it_is() -> None:
    text = sql(select(T.c.id).where(T.c.at == T.c.at).order_by(T.c.at))
    assert "SYS_EXTRACT_UTC" not in text


def test_both_parts_of_a_union_fetch_utc() -> None:
    text = sql(union_all(select(T.c.at), select(T.c.at)))
    assert text.count("SYS_EXTRACT_UTC") == 2


def test_a_subquery_keeps_the_zone() -> None:
    inner = select(T.c.at).subquery()
    assert sql(select(inner.c.at)).count("SYS_EXTRACT_UTC") == 1


def test_in_lists_of_more_than_a_thousand_become_several() -> None:
    compiled = DIALECT.renderer(DIALECT.target).compile(select(T.c.id).where(T.c.id.in_([1])))
    statement = select(T.c.id).where(T.c.id.in_(list(range(2500))))
    text, values = compiled.parameters(statement.binds)
    lists = text.count(" IN (")
    assert lists >= 3
    assert max(part.count(":") for part in text.split(" IN (")) <= 1000
    assert len(set(values.values())) == 2500


def test_not_in_of_more_than_a_thousand_joins_with_and() -> None:
    statement = select(T.c.id).where(T.c.id.not_in(list(range(1500))))
    compiled = DIALECT.renderer(DIALECT.target).compile(statement)
    text, _ = compiled.parameters(statement.binds)
    assert ") AND my_table.id NOT IN (" in text


def test_json_paths_are_literals() -> None:
    statement = select(T.c.doc["a"]["b's"])
    compiled = DIALECT.renderer(DIALECT.target).compile(statement)
    text, _ = compiled.parameters(statement.binds)
    assert "'$.\"b''s\"'" in text


def test_locking_with_a_limit_is_refused() -> None:
    with pytest.raises(CompileError, match="ORA-02014"):
        sql(select(T).limit(1).with_for_update())


def test_except_all_is_refused() -> None:
    with pytest.raises(CompileError, match="EXCEPT ALL"):
        sql(except_all(select(T.c.id), select(T.c.id)))


def test_a_name_of_more_than_128_bytes_is_refused() -> None:
    with pytest.raises(IdentifierError, match="bytes"):
        sql(select(Table("ä" * 70, MetaData(), Column("id", Integer))))
    sql(select(Table("ä" * 64, MetaData(), Column("id", Integer))))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("users", "users"),
        ("Users", '"Users"'),
        ("USERS", '"USERS"'),
        ("_x", '"_x"'),
        ("level", '"level"'),
    ],
)
def test_lower_case_means_whatever_oracle_folds_it_to(name: str, written: str) -> None:
    assert sql(select(Table(name, MetaData(), Column("id", Integer)))).endswith(f"FROM {written}")
