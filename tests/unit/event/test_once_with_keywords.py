"""Listeners with options hear events that are fired with keyword arguments (DDL events)."""

from typing import Any

from accord import Column, Integer, MetaData, Table, create_engine, event


def test_once_hears_a_ddl_event_a_single_time() -> None:
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True))
    heard: list[Any] = []
    event.listen(table, "after_create", lambda *_, **kw: heard.append(kw), once=True)
    engine = create_engine("sqlite://")
    for _ in range(2):
        table.metadata.create_all(engine)
        table.metadata.drop_all(engine)
    assert len(heard) == 1


def test_named_hears_a_ddl_event_with_its_arguments_by_name() -> None:
    table = Table("t", MetaData(), Column("id", Integer, primary_key=True))
    heard: list[Any] = []

    def listener(**arguments: Any) -> None:
        heard.append(arguments)

    event.listen(table, "after_create", listener, named=True)
    table.metadata.create_all(create_engine("sqlite://"))
    assert heard[0]["target"] is table
