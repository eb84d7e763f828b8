"""Execution options: what is refused, and views of an engine for a schema_translate_map."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest

from accord import Column, Integer, MetaData, Table, insert, select
from accord.exc import ArgumentError

table = Table("t", MetaData(), Column("id", Integer, primary_key=True))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"autocommit": True}, "isolation_level='AUTOCOMMIT'"),
        ({"schema_translate_map": "tenant"}, "None: 'tenant_1'"),
        ({"schema_translate_map": {"a": 1}}, "with other things in it"),
        ({"yield_per": 0}, "yield_per is a number of rows"),
        ({"max_row_buffer": "many"}, "max_row_buffer is a number of rows"),
        ({"insertmanyvalues_page_size": -1}, "at least 1"),
        ({"logging_token": 5}, "logging_token is a string"),
        ({"compiled_cache": 5}, "compiled_cache is a dict"),
    ],
)
def test_options_that_make_no_sense_are_refused_wherever_they_are_given(
    fake_engine: Any, options: dict[str, Any], words: str
) -> None:
    engine = fake_engine()
    with pytest.raises(ArgumentError, match=words):
        fake_engine(execution_options=options)
    with pytest.raises(ArgumentError, match=words):
        engine.execution_options(**options)
    with pytest.raises(ArgumentError, match=words):
        engine.update_execution_options(**options)
    with engine.connect() as connection:
        with pytest.raises(ArgumentError, match=words):
            connection.execution_options(**options)
        with pytest.raises(ArgumentError, match=words):
            connection.execute(select(1), execution_options=options)
        with pytest.raises(ArgumentError, match=words):
            connection.execute(select(1).execution_options(**options))
        with pytest.raises(ArgumentError, match=words):
            connection.exec_driver_sql("SELECT 1", execution_options=options)


def test_options_nobody_knows_are_for_listeners(fake_engine: Any) -> None:
    engine = fake_engine(execution_options={"mine": 1})
    with engine.execution_options(shard="a").connect() as connection:
        assert connection.get_execution_options() == {"mine": 1, "shard": "a"}


def test_a_statement_has_no_isolation_level(fake_engine: Any) -> None:
    with fake_engine().connect() as connection, pytest.raises(ArgumentError, match="statement"):
        connection.execute(select(1), execution_options={"isolation_level": "SERIALIZABLE"})


def sent(server: Any) -> list[str]:
    return [what[2] for what in server.log if what[1] == "execute" and "BEGIN" not in what[2]]


def test_of_two_maps_the_one_of_the_statement_wins(server: Any, fake_engine: Any) -> None:
    engine = fake_engine(execution_options={"schema_translate_map": {None: "e"}})
    with engine.connect() as connection:
        server.log.clear()
        connection.execute(insert(table), {"id": 1})
        connection.execution_options(schema_translate_map={None: "c"})
        connection.execute(insert(table), {"id": 1})
        statement = insert(table).execution_options(schema_translate_map={None: "s"})
        connection.execute(statement, {"id": 1})
        call = {"schema_translate_map": {None: "x"}}
        connection.execute(statement, {"id": 1}, execution_options=call)
        connection.execute(statement, {"id": 1}, execution_options={"schema_translate_map": None})
    into = [text.split()[2].partition(".")[0] for text in sent(server)]
    assert into == ["e", "c", "s", "x", "t"]


def test_compiled_statements_of_all_maps_share_one_bounded_cache(fake_engine: Any) -> None:
    engine = fake_engine(query_cache_size=100)
    with engine.connect() as connection:
        for number in range(500):
            options = {"schema_translate_map": {None: f"tenant_{number}"}}
            connection.execute(select(table), execution_options=options)
        assert len(engine.compiled) <= 100
        again = engine.compiled.hits
        connection.execute(select(table), execution_options=options)
        assert engine.compiled.hits > again


def test_views_that_nobody_uses_are_forgotten(fake_engine: Any) -> None:
    engine = fake_engine()
    view = engine.execution_options(schema_translate_map={None: "a"})
    same = engine.execution_options(schema_translate_map={None: "a"})
    assert view.dialect is same.dialect
    assert view.dialect.target.schema_of(None) == "a"
    assert engine.dialect.target.schema_of(None) is None
    assert len(engine.translations) == 1
    gone = weakref.ref(view)
    del view, same
    gc.collect()
    assert gone() is None
    assert len(engine.translations) == 0


def test_an_engine_keeps_few_views(fake_engine: Any) -> None:
    engine = fake_engine()
    views = [
        engine.speaking({"schema_translate_map": {None: f"t{number}"}}) for number in range(1000)
    ]
    assert views[-1] is engine.speaking({"schema_translate_map": {None: "t999"}})
    assert len(engine._views) <= 200


def test_ddl_makes_views_forget_their_key_plans_too(fake_engine: Any) -> None:
    engine = fake_engine()
    view = engine.execution_options(schema_translate_map={None: "a"})
    view.key_plans[table] = object()
    with engine.begin() as connection:
        from accord.schema import CreateTable

        connection.execute(CreateTable(table))
    assert not view.key_plans
