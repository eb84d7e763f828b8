"""What controls a connection: parts of a URL, savepoints, identifiers of transactions, hints."""

from __future__ import annotations

from typing import Any

import pytest
from hostile import TEXTS, UNNAMEABLE
from orm_api import exc, needs

from accord import func, make_url, select
from accord.engine import URL


@pytest.mark.parametrize("value", [*TEXTS, "p@ss:w/ord", "a b", "%41"])
def test_a_part_of_a_url_is_that_part(value: str) -> None:
    """Made of parts and read again, each is the same: none becomes another part."""
    made = URL.create(
        "sqlite", username=value, password=value, host="h", port=1, database="d", query={"k": value}
    )
    again = make_url(made.render_as_string(hide_password=False))
    assert (again.username, again.password, again.host, again.port, again.database) == (
        value, str(made.password), "h", 1, "d",
    )  # fmt: skip
    assert again.query == {"k": value}


@needs("savepoints")
def test_savepoints_have_names_of_our_own(engine: Any, statements: Any, victim: Any) -> None:
    with engine.begin() as connection:
        with pytest.raises(TypeError):
            connection.begin_nested("x; DROP TABLE victim")
        savepoint = connection.begin_nested()
        connection.execute(victim.delete())
        savepoint.rollback()
        assert connection.scalar(select(func.count()).select_from(victim)) == 2


@needs("two_phase")
@pytest.mark.parametrize("xid", [*TEXTS, *UNNAMEABLE])
def test_an_identifier_of_a_transaction_is_a_value_or_refused(
    engine: Any, victim: Any, xid: str
) -> None:
    with engine.connect() as connection:
        try:
            transaction = connection.begin_twophase(xid)
        except (exc.ArgumentError, exc.InvalidRequestError):
            return
        connection.execute(victim.update().values(name="changed"))
        try:
            transaction.prepare()
        except (exc.StatementError, exc.ArgumentError, exc.InvalidRequestError, UnicodeError):
            transaction.rollback()
            return
        transaction.rollback()
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(victim)) == 2
        assert xid not in connection.recover_twophase()


@pytest.mark.parametrize(
    "build", ["prefix_with", "suffix_with", "with_hint", "with_statement_hint"]
)
def test_hints_and_prefixes_are_the_users_sql(victim: Any, build: str) -> None:
    """They are written as they are, as text() is: never make them of what comes from outside."""
    statement = select(victim.c.id)
    arguments = (victim, "MARK") if build == "with_hint" else ("MARK",)
    made = getattr(statement, build)(*arguments)
    assert "MARK" in str(made) or build.startswith("with")
    with pytest.raises((exc.ArgumentError, exc.CompileError, TypeError)):
        str(getattr(statement, build)(*arguments[:-1], "a\0b"))
