"""One program about rows that come back in the order they were sent, for servers and doubles.

In: an engine, and what notes the statements it sends. Out: nothing, or an AssertionError.
"""

from __future__ import annotations

from typing import Any

from accord import (
    Column,
    Identity,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    event,
    func,
    insert,
    literal,
    select,
    upsert,
)

metadata = MetaData()
thing = Table(
    "sorted_thing",
    metadata,
    Column("id", Integer, Identity(start=1), primary_key=True),
    Column("name", String(40)),
    Column("n", Integer),
    Column("kind", String(20), server_default="plain"),
)
keyed = Table(
    "sorted_keyed",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("n", Integer),
)
ORDER: dict[str, Any] = {"sort_by_parameter_order": True}
MANY = 300


def noted(engine: Any) -> list[str]:
    """The statements that `engine` sends from now on."""
    sent: list[str] = []

    def note(conn: Any, cursor: Any, text: str, parameters: Any, context: Any, many: bool) -> None:
        sent.append(text)

    event.listen(engine, "before_cursor_execute", note)
    return sent


def expressions(engine: Any) -> None:
    """SQL made of the columns of a row takes no statement a row."""
    metadata.create_all(engine)
    sent = noted(engine)
    rows = [{"name": f"Name {number * 7 % MANY}", "n": number} for number in range(MANY)]
    wanted = (func.upper(thing.c.name).label("loud"), (thing.c.n + 1).label("next"))
    with engine.begin() as connection:
        connection.execute(insert(thing).returning(*wanted, **ORDER), rows[:2])
        sent.clear()
        found = connection.execute(insert(thing).returning(*wanted, thing.c.kind, **ORDER), rows)
        assert found.keys() == ["loud", "next", "kind"]
        assert found.all() == [(row["name"].upper(), row["n"] + 1, "plain") for row in rows]
        assert len(sent) < 10, len(sent)
        found = connection.execute(
            insert(thing).returning(literal("x").label("x"), thing.c.n > 5, **ORDER), rows
        )
        assert [tuple(row) for row in found] == [("x", row["n"] > 5) for row in rows]
        keys = [{"code": f"c{number * 7 % MANY}", "n": number} for number in range(MANY)]
        found = connection.execute(insert(keyed).returning(func.upper(keyed.c.code), **ORDER), keys)
        assert found.scalars().all() == [row["code"].upper() for row in keys]


def own_parameters(engine: Any, limit: int) -> None:
    """SQL with parameters of its own among the values."""
    metadata.create_all(engine)
    sent = noted(engine)
    statement = insert(thing).values(name=func.lower(bindparam("given")))
    rows = [{"given": f"Name {number}", "n": number} for number in range(MANY)]
    with engine.begin() as connection:
        found = connection.execute(statement.returning(thing.c.name, thing.c.n, **ORDER), rows)
        assert found.all() == [(row["given"].lower(), row["n"]) for row in rows]  # type: ignore[attr-defined]  # texts
    assert len([text for text in sent if "sorted_thing (" in text]) <= limit


def upserts(engine: Any) -> None:
    """Rows that are there already, and rows that are not, come back in the order they were sent."""
    metadata.create_all(engine)
    sent = noted(engine)
    rows = [{"code": f"Code {number * 7 % MANY}", "n": number} for number in range(MANY)]
    changing = upsert(keyed, update=lambda new: {"n": new.n + 1000})
    with engine.begin() as connection:
        connection.execute(insert(keyed), rows[: MANY // 2])
        sent.clear()
        found = connection.execute(
            changing.returning(keyed.c.n, func.upper(keyed.c.code), **ORDER), rows
        ).all()
        half = MANY // 2
        assert [n for n, _ in found] == [n + (1000 if n < half else 0) for n in range(MANY)]
        assert [code for _, code in found] == [row["code"].upper() for row in rows]  # type: ignore[attr-defined]  # texts
        assert len(sent) < 10, len(sent)


def equal_keys(engine: Any) -> None:
    """Rows that the database may take for one row are not sent together."""
    metadata.create_all(engine)
    changing = upsert(keyed, update=lambda new: {"n": keyed.c.n + new.n})
    rows = [{"code": "a", "n": 1}, {"code": "b", "n": 10}, {"code": "a", "n": 100}]
    with engine.begin() as connection:
        found = connection.execute(changing.returning(keyed.c.code, keyed.c.n, **ORDER), rows)
        assert found.all() == [("a", 1), ("b", 10), ("a", 101)]
        cased = [{"code": "Ann", "n": 1}, {"code": "\u00e9", "n": 2}, {"code": "ann", "n": 4}]
        values = connection.execute(changing.returning(keyed.c.n, **ORDER), cased).scalars().all()
        assert values in ([1, 2, 4], [1, 2, 5])  # as the collation has it
        total = connection.scalar(select(func.sum(keyed.c.n)))
        assert total == 101 + 10 + 7
