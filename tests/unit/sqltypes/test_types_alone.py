"""Types that some databases create by themselves are nothing by themselves elsewhere."""

from __future__ import annotations

from accord import Boolean, Enum, create_engine, event


def test_where_a_type_is_part_of_its_column_nothing_is_sent() -> None:
    engine = create_engine("sqlite://")
    sent: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: sent.append(given[2]))
    for kind in (Enum("a", "b", name="kind"), Boolean()):
        kind.create(engine, checkfirst=True)
        with engine.begin() as connection:
            kind.drop(connection)
    assert sent == []
