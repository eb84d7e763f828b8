"""Transactions, savepoints, isolation, streaming and errors on SQL Server."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from accord import (
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    select,
    text,
    update,
)
from accord.exc import (
    ArgumentError,
    DatabaseError,
    IntegrityError,
    InterfaceError,
    InvalidRequestError,
    OperationalError,
    ProgrammingError,
)
from accord.schema import CheckConstraint, UniqueConstraint

metadata = MetaData()
notes = Table(
    "notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("body", String(20), nullable=False),
    UniqueConstraint("body", name="uq_body"),
    CheckConstraint("body <> 'bad'", name="ck_body"),
)
marks = Table(
    "marks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("note_id", Integer, ForeignKey("notes.id", name="fk_note")),
)


@pytest.fixture
def noted(engine: Any) -> Any:
    metadata.create_all(engine)
    return engine


@pytest.fixture
def doubled(mssql_double: Any) -> Iterator[Any]:
    engine = mssql_double.engine()
    metadata.create_all(engine)
    mssql_double.server.statements.clear()
    yield engine
    engine.dispose()


def bodies(engine: Any) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(notes.c.body).order_by(notes.c.id)))


# --- transactions ---------------------------------------------------------------------------------


def test_commit_and_rollback(noted):
    with noted.connect() as connection:
        connection.execute(insert(notes), {"body": "a"})
        connection.commit()
        connection.execute(insert(notes), {"body": "b"})
        connection.rollback()
    assert bodies(noted) == ["a"]


def test_savepoints_have_no_release(noted):
    with noted.begin() as connection:
        connection.execute(insert(notes), {"body": "a"})
        with connection.begin_nested():
            connection.execute(insert(notes), {"body": "b"})
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(insert(notes), {"body": "c"})
            connection.execute(insert(notes), {"body": "a"})
        inner = connection.begin_nested()
        connection.execute(insert(notes), {"body": "d"})
        inner.rollback()
    assert bodies(noted) == ["a", "b"]


def test_the_words_of_savepoints(doubled, mssql_double):
    with doubled.begin() as connection:
        connection.execute(select(notes.c.id))
        with connection.begin_nested():
            pass
        connection.begin_nested().rollback()
    said = [s for s in mssql_double.server.statements if "TRANSACTION" in s]
    assert said == [
        "BEGIN TRANSACTION",
        "SAVE TRANSACTION sa_savepoint_1",
        "SAVE TRANSACTION sa_savepoint_2",
        "ROLLBACK TRANSACTION sa_savepoint_2",
        "COMMIT TRANSACTION",
    ]


def test_ddl_is_rolled_back(noted):
    other = Table("other", MetaData(), Column("id", Integer, primary_key=True))
    with noted.connect() as connection:
        other.create(connection)
        connection.rollback()
        with pytest.raises(ProgrammingError):
            connection.execute(select(other.c.id))


def test_autocommit_begins_nothing(doubled, mssql_double):
    with doubled.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(insert(notes), {"body": "a"})
        with pytest.raises(InvalidRequestError, match="savepoint needs a transaction"):
            connection.begin_nested()
    assert "BEGIN TRANSACTION" not in mssql_double.server.statements
    assert bodies(doubled) == ["a"]


def test_two_phase_is_refused_with_the_reason(noted):
    with noted.connect() as connection, pytest.raises(InvalidRequestError, match="MSDTC"):
        connection.begin_twophase("x")


# --- isolation levels -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "level", ["READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", "SNAPSHOT"]
)
def test_isolation_levels(doubled, mssql_double, level):
    with doubled.connect().execution_options(isolation_level=level) as connection:
        connection.execute(select(notes.c.id))
        assert connection.get_isolation_level() == level
    said = mssql_double.server.statements
    setting = f"SET TRANSACTION ISOLATION LEVEL {level}"
    assert said.index(setting) < said.index("BEGIN TRANSACTION")


def test_an_unknown_level_is_refused(noted):
    with pytest.raises(ArgumentError, match="isolation level 'CHAOS'; it has READ COMMITTED"):
        noted.connect().execution_options(isolation_level="CHAOS")


def test_a_changed_level_goes_back_before_the_connection_is_pooled(doubled, mssql_double):
    with doubled.connect().execution_options(isolation_level="SERIALIZABLE") as connection:
        connection.execute(select(notes.c.id))
    with doubled.connect() as connection:
        connection.execute(select(notes.c.id))
    settings = [s for s in mssql_double.server.statements if s.startswith("SET TRANSACTION")]
    assert settings[-1] == "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"


def test_a_snapshot_conflict_may_be_run_again(doubled):
    with doubled.begin() as connection:
        connection.execute(insert(notes), {"body": "a"})
    snapshot = doubled.connect().execution_options(isolation_level="SNAPSHOT")
    with snapshot as one, doubled.connect() as other:
        one.execute(select(notes.c.id)).all()
        other.execute(update(notes).values(body="other"))
        other.commit()
        with pytest.raises(OperationalError) as caught:
            one.execute(update(notes).values(body="one"))
        assert caught.value.kind == "serialization" and caught.value.retryable


# --- what the server does by itself ---------------------------------------------------------------


def test_after_a_deadlock_nothing_is_committed_by_itself(doubled, mssql_double):
    """The server has rolled back: what follows would be outside of any transaction."""
    with doubled.connect() as connection:
        connection.execute(insert(notes), {"body": "lost"})
        mssql_double.server.fail(1205, on="^UPDATE")
        with pytest.raises(OperationalError) as caught:
            connection.execute(update(notes).values(body="x"))
        assert caught.value.kind == "deadlock" and caught.value.retryable
        with pytest.raises(DatabaseError, match="has rolled the transaction back"):
            connection.execute(insert(notes), {"body": "stray"})
        connection.rollback()
        connection.execute(insert(notes), {"body": "kept"})
        connection.commit()
    assert bodies(doubled) == ["kept"]


def test_after_an_error_that_leaves_the_transaction_one_question_is_asked(doubled, mssql_double):
    with doubled.begin() as connection:
        connection.execute(insert(notes), {"body": "a"})
        with pytest.raises(IntegrityError):
            connection.execute(insert(notes), {"body": "a"})
        mssql_double.server.statements.clear()
        connection.execute(insert(notes), {"body": "b"})
        connection.execute(insert(notes), {"body": "c"})
        assert mssql_double.server.statements.count("SELECT XACT_STATE() AS state") == 1
    assert bodies(doubled) == ["a", "b", "c"]


def test_commit_of_a_transaction_that_is_gone_is_an_error(doubled, mssql_double):
    with doubled.connect() as connection:
        connection.execute(insert(notes), {"body": "lost"})
        mssql_double.server.fail(1205, on="^UPDATE")
        with pytest.raises(OperationalError):
            connection.execute(update(notes).values(body="x"))
        with pytest.raises(DatabaseError, match="no corresponding BEGIN TRANSACTION"):
            connection.commit()
    assert bodies(doubled) == []


def test_a_transaction_begun_by_text_is_noticed_at_commit(doubled):
    with doubled.connect() as connection:
        connection.execute(text("BEGIN TRANSACTION"))
        connection.execute(insert(notes), {"body": "a"})
        with pytest.raises(DatabaseError, match="COMMIT did not end the transaction"):
            connection.commit()
    assert bodies(doubled) == []


def test_a_connection_with_a_transaction_left_is_not_pooled(doubled, mssql_double):
    connection = doubled.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.execute(text("SELECT 1 AS x"))
    raw = connection.connection.dbapi_connection
    raw._count = 1
    assert not doubled.dialect.driver.is_clean(raw)
    raw.rollback()
    assert doubled.dialect.driver.is_clean(raw)
    connection.close()


# --- errors ---------------------------------------------------------------------------------------


def failing(engine: Any, statement: Any, given: Any = None) -> Any:
    with engine.connect() as connection, pytest.raises(DatabaseError) as caught:
        connection.execute(statement, given)
    return caught.value


def test_constraints_are_named(noted):
    with noted.begin() as connection:
        connection.execute(insert(notes), {"body": "a"})
    error = failing(noted, insert(notes), {"body": "a"})
    assert isinstance(error, IntegrityError)
    assert (error.kind, error.constraint_name) == ("unique", "uq_body")
    error = failing(noted, insert(notes), {"body": "bad"})
    assert (error.kind, error.constraint_name) == ("check", "ck_body")
    error = failing(noted, insert(marks), {"note_id": 99})
    assert (error.kind, error.constraint_name) == ("foreign_key", "fk_note")
    error = failing(noted, text("INSERT INTO notes (body) VALUES (NULL)"))
    assert (error.kind, error.constraint_name) == ("not_null", "notes.body")


def test_a_primary_key(noted):
    with noted.begin() as connection:
        connection.execute(insert(notes), {"id": 1, "body": "a"})
    assert failing(noted, insert(notes), {"id": 1, "body": "b"}).kind == "primary_key"


def test_missing_objects_and_syntax(noted):
    assert failing(noted, text("SELECT x FROM nowhere")).kind == "missing_object"
    assert failing(noted, text("SELECT nothing FROM notes")).kind == "missing_object"
    assert failing(noted, text("SELECT 1 AS x LIMIT 1")).kind == "syntax"


def test_text_that_is_too_long(noted):
    assert failing(noted, insert(notes), {"body": "x" * 21}).kind == "data"


@pytest.mark.parametrize(
    ("number", "kind", "retryable", "disconnect"),
    [
        (1205, "deadlock", True, False),
        (1222, "lock_timeout", True, False),
        (3960, "serialization", True, False),
        (229, "permission", False, False),
        (8152, "data", False, False),
        (2628, "data", False, False),
        (208, "missing_object", False, False),
        (8102, "not_supported", False, False),
        (9002, "disk", False, False),
        (3906, "read_only", False, False),
        (20003, "disconnect", False, True),
        (20006, "disconnect", False, True),
        (20047, "disconnect", False, True),
        (233, "disconnect", False, True),
        (10054, "disconnect", False, True),
    ],
)
def test_errors_by_number(doubled, mssql_double, number, kind, retryable, disconnect):
    mssql_double.server.fail(number, on="^SELECT notes")
    error = failing(doubled, select(notes.c.id))
    assert (error.kind, error.retryable) == (kind, retryable)
    assert error.connection_invalidated == disconnect


def test_output_on_a_table_with_triggers_says_what_to_do(doubled, mssql_double):
    mssql_double.server.trigger("notes", "INSERT")
    error = failing(doubled, insert(notes).values(body="a").returning(notes.c.body))
    assert error.kind == "not_supported" and "leave returning() out" in str(error)


def test_an_error_that_comes_with_the_rows_is_classified_the_same(doubled, mssql_double):
    """pymssql raises OperationalError while fetching, whatever the number."""
    import pymssql

    from accord_mssql.errors import classify

    message = b"Violation of UNIQUE KEY constraint 'uq_body'. Cannot insert duplicate key."
    info = classify(pymssql.OperationalError(2627, message))
    assert (info.kind, info.constraint_name) == ("unique", "uq_body")
    lower = pymssql._mssql.MSSQLDatabaseException((1205, b"deadlock"))
    assert classify(lower).kind == "deadlock"
    at_commit = pymssql.OperationalError("Cannot commit transaction: (3960, b'conflict')")
    assert classify(at_commit).kind == "serialization"
    assert classify(pymssql.InterfaceError("Connection is closed.")).disconnect
    assert classify(ValueError("x")).kind == "other"


# --- connections ----------------------------------------------------------------------------------


def test_a_killed_session_is_noticed_and_the_pool_goes_on(doubled, mssql_double):
    with doubled.connect() as connection:
        connection.execute(insert(notes), {"body": "a"})
        connection.commit()
        mssql_double.opened[-1].kill()
        with pytest.raises(OperationalError) as caught:
            connection.execute(select(notes.c.id))
        assert caught.value.kind == "disconnect" and connection.invalidated
    assert bodies(doubled) == ["a"]


def test_pre_ping_replaces_a_dead_connection(mssql_double):
    engine = mssql_double.engine(pool_pre_ping=True)
    metadata.create_all(engine)
    mssql_double.opened[-1].kill()
    assert bodies(engine) == []
    engine.dispose()


def test_a_server_that_is_not_there(mssql_double):
    mssql_double.refuse_connections = True
    with pytest.raises(OperationalError) as caught:
        mssql_double.engine().connect()
    assert caught.value.kind == "cannot_connect"


def test_a_wrong_password_is_no_secret_in_the_error(mssql_double):
    engine = mssql_double.engine("mssql+pymssql://sa:Wr0ng-Canary@double/accord")
    with pytest.raises(DatabaseError) as caught:
        engine.connect()
    assert "Canary" not in str(caught.value) and "Canary" not in repr(engine)


def test_a_server_that_is_too_old(mssql_double):
    from doubles.mssql import Double

    old = Double("13.0.5000.0")
    with pytest.raises(InvalidRequestError, match=r"14 or later; this one is SQL Server 13"):
        old.engine().connect()
    old.close()


def test_a_creator_may_give_a_connection_of_pymssql(mssql_double):
    from doubles.mssql import PASSWORD

    def creator() -> Any:
        return mssql_double.module.connect(user="sa", password=PASSWORD)

    engine = mssql_double.engine(creator=creator)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(notes), {"body": "a"})
    assert bodies(engine) == ["a"]
    engine.dispose()
    with pytest.raises(InterfaceError, match="must return a pymssql.Connection, not object"):
        mssql_double.engine(creator=object).connect()


@pytest.mark.parametrize("name", ["autocommit", "as_dict", "use_datetime2", "charset"])
def test_connect_arguments_that_are_accords_own(mssql_double, name):
    with pytest.raises(ArgumentError, match=f"{name!r} is not available"):
        mssql_double.engine(connect_args={name: True}).connect()


# --- streaming ------------------------------------------------------------------------------------


def test_a_large_result_is_read_in_pieces(noted):
    with noted.begin() as connection:
        connection.execute(insert(notes), [{"body": f"b{number}"} for number in range(50)])
    with noted.connect() as connection:
        result = connection.execution_options(yield_per=10).execute(
            select(notes.c.body).order_by(notes.c.id)
        )
        assert [len(part) for part in result.partitions()] == [10] * 5


def test_another_statement_does_not_discard_the_rest(noted):
    """pymssql throws away what a cursor has not fetched when another executes."""
    with noted.begin() as connection:
        connection.execute(insert(notes), [{"body": f"b{number}"} for number in range(30)])
    with noted.connect() as connection:
        streamed = connection.execution_options(yield_per=5).execute(
            select(notes.c.id).order_by(notes.c.id)
        )
        seen = []
        for (number,) in streamed:
            seen.append(number)
            connection.execute(select(notes.c.body).where(notes.c.id == number)).all()
        assert seen == list(range(1, 31))


# --- parameters -----------------------------------------------------------------------------------


def test_percent_signs_stay_as_they_are(noted):
    with noted.begin() as connection:
        connection.execute(insert(notes), {"body": "100%sure %d %%"})
        assert connection.scalar(select(notes.c.body)) == "100%sure %d %%"
        assert connection.scalar(text("SELECT 7 % 4 AS x")) == 3
        assert connection.scalar(select(notes.c.id % 2).where(notes.c.body.like("100%"))) == 1


def test_a_name_that_looks_like_a_mark_is_a_name(noted):
    odd = Table(
        "odd%(x)s",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("a%sb", String(20), server_default="5%d"),
        Column("c%%", Integer),
    )
    odd.create(noted)
    with noted.begin() as connection:
        connection.execute(insert(odd), [{"c%%": 1}, {"c%%": 2}])
        row = connection.execute(select(odd).where(odd.c["c%%"] == 2)).one()
        assert tuple(row) == (2, "5%d", 2)


def test_marks_and_values_have_to_go_together(noted):
    with noted.connect() as connection, pytest.raises(ProgrammingError, match="not enough"):
        connection.exec_driver_sql("SELECT %s AS a, %s AS b", (1,))


def test_dates_in_text_keep_their_microseconds(noted):
    """pymssql by itself would cut them."""
    moment = dt.datetime(2020, 1, 2, 3, 4, 5, 678901)
    with noted.connect() as connection:
        found = connection.scalar(text("SELECT CAST(:x AS DATETIME2) AS x"), {"x": moment})
        assert found == moment


def test_nul_characters_are_refused(noted):
    with noted.connect() as connection:
        with pytest.raises(Exception, match=r"U\+0000"):
            connection.execute(insert(notes), {"body": "a\0b"})
        with pytest.raises(Exception, match=r"U\+0000|NUL"):
            connection.execute(text("SELECT 'a\0b' AS x"))
