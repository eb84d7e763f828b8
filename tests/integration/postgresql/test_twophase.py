"""Two-phase commit on the server: every trap of PREPARE TRANSACTION has a test."""

from typing import Any

import pytest

from accord import create_engine, exc, text
from accord.dialect import Outcome, Prepared
from accord_postgresql.twophase import PostgreSQLTwoPhase

TWO_PHASE = PostgreSQLTwoPhase()


@pytest.fixture
def table(sql: Any) -> None:
    sql("CREATE TABLE t (id integer PRIMARY KEY)")


def prepared(sql: Any) -> list[str]:
    return [
        gid
        for (gid,) in sql(
            "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY 1"
        )
    ]


def begin(connection: Any, xid: str, *statements: str) -> Any:
    transaction = connection.begin_twophase(xid)
    for statement in statements:
        connection.execute(text(statement))
    return transaction


@pytest.mark.usefixtures("table")
class TestOneBranch:
    def test_prepared_then_committed(self, engine: Any, sql: Any) -> None:
        with engine.connect() as connection:
            transaction = begin(connection, "one", "INSERT INTO t VALUES (1)")
            transaction.prepare()
            assert prepared(sql) == ["one"]
            assert sql("SELECT * FROM t") == []
            transaction.commit()
        assert prepared(sql) == []
        assert sql("SELECT * FROM t") == [(1,)]

    def test_prepared_then_rolled_back(self, engine: Any, sql: Any) -> None:
        with engine.connect() as connection:
            transaction = begin(connection, "one", "INSERT INTO t VALUES (1)")
            transaction.prepare()
            transaction.rollback()
        assert (prepared(sql), sql("SELECT * FROM t")) == ([], [])

    def test_the_connection_works_on_afterwards(self, engine: Any) -> None:
        with engine.connect() as connection:
            for number in range(3):
                transaction = begin(connection, f"x{number}", f"INSERT INTO t VALUES ({number})")
                transaction.prepare()
                transaction.commit()
            assert connection.scalar(text("SELECT count(*) FROM t")) == 3

    def test_a_failed_transaction_votes_no(self, engine: Any, sql: Any) -> None:
        """The server answers PREPARE TRANSACTION with ROLLBACK, and raises nothing."""
        with engine.connect() as connection:
            transaction = begin(connection, "bad", "INSERT INTO t VALUES (1)")
            with pytest.raises(exc.DBAPIError):
                connection.execute(text("SELECT 1 / 0"))
            with pytest.raises(exc.InvalidRequestError, match="could not prepare"):
                transaction.prepare()
        assert (prepared(sql), sql("SELECT * FROM t")) == ([], [])
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 1")) == 1

    def test_a_deferred_constraint_fails_at_prepare(self, engine: Any, sql: Any) -> None:
        sql("CREATE TABLE child (t_id integer REFERENCES t DEFERRABLE INITIALLY DEFERRED)")
        with engine.connect() as connection:
            transaction = begin(connection, "late", "INSERT INTO child VALUES (99)")
            with pytest.raises(exc.IntegrityError) as caught:
                transaction.prepare()
            assert caught.value.kind == "foreign_key"
        assert prepared(sql) == []
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM child")) == 0

    def test_temporary_objects_cannot_be_prepared(self, engine: Any, sql: Any) -> None:
        with engine.connect() as connection:
            transaction = begin(connection, "temporary", "CREATE TEMPORARY TABLE mine (id integer)")
            with pytest.raises(exc.DBAPIError) as caught:
                transaction.prepare()
            assert caught.value.kind == "not_supported"
        assert prepared(sql) == []

    def test_a_transaction_that_only_read_is_finished_too(self, engine: Any, sql: Any) -> None:
        with engine.connect() as connection:
            transaction = begin(connection, "reader", "SELECT * FROM t")
            transaction.prepare()
            transaction.commit()
        assert prepared(sql) == []

    def test_a_branch_left_by_a_lost_connection_is_finished_by_another(
        self, engine: Any, sql: Any
    ) -> None:
        connection = engine.connect()
        begin(connection, "orphan", "INSERT INTO t VALUES (7)").prepare()
        connection.invalidate()
        with engine.connect() as other:
            assert other.recover_twophase() == ["orphan"]
            other.commit_prepared("orphan")
        assert sql("SELECT * FROM t") == [(7,)]

    def test_finishing_twice_is_no_error(self, engine: Any, sql: Any) -> None:
        connection = engine.connect()
        begin(connection, "twice", "INSERT INTO t VALUES (7)").prepare()
        connection.invalidate()
        with engine.connect() as other:
            other.commit_prepared("twice")
            other.commit_prepared("twice")
            other.rollback_prepared("never-there")
        assert sql("SELECT * FROM t") == [(7,)]

    def test_finishing_inside_a_transaction_is_refused(self, engine: Any) -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            with pytest.raises(exc.InvalidRequestError):
                connection.commit_prepared("any")

    def test_the_same_identifier_twice(self, engine: Any, sql: Any) -> None:
        first = engine.connect()
        begin(first, "same", "INSERT INTO t VALUES (1)").prepare()
        with engine.connect() as second:
            transaction = begin(second, "same", "INSERT INTO t VALUES (2)")
            with pytest.raises(exc.DBAPIError):
                transaction.prepare()
        assert prepared(sql) == ["same"]
        first.invalidate()
        with engine.connect() as other:
            other.rollback_prepared("same")

    @pytest.mark.parametrize("xid", ["x" * 199, "g" * 100 + "/" + "b" * 98, "a2.0v.1/b00.x_y-z"])
    def test_identifiers_are_kept_as_they_are(self, engine: Any, sql: Any, xid: str) -> None:
        connection = engine.connect()
        begin(connection, xid, "INSERT INTO t VALUES (1)").prepare()
        connection.invalidate()
        with engine.connect() as other:
            assert other.recover_twophase() == [xid]
            other.rollback_prepared(xid)

    @pytest.mark.parametrize("xid", ["x" * 200, "é", "a'b", "a/b/c", ""])
    def test_identifiers_the_server_would_not_keep_are_refused(self, engine: Any, xid: str) -> None:
        with engine.connect() as connection, pytest.raises(exc.ArgumentError):
            begin(connection, xid, "SELECT 1")

    def test_savepoints_inside(self, engine: Any, sql: Any) -> None:
        with engine.connect() as connection:
            transaction = begin(connection, "sp", "INSERT INTO t VALUES (1)")
            with pytest.raises(exc.IntegrityError), connection.begin_nested():
                connection.execute(text("INSERT INTO t VALUES (1)"))
            transaction.prepare()
            transaction.commit()
        assert sql("SELECT * FROM t") == [(1,)]


@pytest.mark.usefixtures("table")
def test_listed_with_their_owner_and_only_of_this_database(
    engine: Any, make_engine: Any, sql: Any
) -> None:
    elsewhere = make_engine("elsewhere")
    with elsewhere.begin() as connection:
        connection.execute(text("CREATE TABLE t (id integer)"))
    for one, xid in ((engine, "here.1"), (engine, "other.2"), (elsewhere, "here.3")):
        connection = one.connect()
        begin(connection, xid, f"INSERT INTO t VALUES ({xid[-1]})").prepare()
        connection.invalidate()
    user = sql("SELECT current_user::text")[0][0]
    with engine.connect() as connection:
        found = connection.run(TWO_PHASE.list_prepared(engine, "here."))
        assert found == [Prepared("here.1", user, owned=False)]
        connection.rollback()
        with pytest.raises(exc.DBAPIError) as caught:  # of another database: 0A000
            connection.commit_prepared("here.3")
        assert caught.value.kind == "not_supported"
    with engine.connect() as connection:
        for xid in ("here.1", "other.2"):
            connection.rollback_prepared(xid)
    with elsewhere.connect() as connection:
        connection.rollback_prepared("here.3")


@pytest.mark.usefixtures("table")
def test_another_user_may_not_finish_it(engine: Any, as_role: Any, sql: Any) -> None:
    connection = engine.connect()
    begin(connection, "mine", "INSERT INTO t VALUES (1)").prepare()
    connection.invalidate()
    with as_role("guest").connect() as other:
        with pytest.raises(exc.DBAPIError) as caught:
            other.rollback_prepared("mine")
        assert caught.value.kind == "permission"
    assert prepared(sql) == ["mine"]
    with engine.connect() as connection:
        connection.rollback_prepared("mine")


@pytest.mark.usefixtures("table")
class TestOutcome:
    def token(self, engine: Any, *, commit: bool) -> str:
        with engine.connect() as connection:
            connection.execute(text("INSERT INTO t VALUES (5)"))
            token = connection.run(TWO_PHASE.token(engine))
            assert token is not None
            connection.commit() if commit else connection.rollback()
        return str(token)

    def ask(self, engine: Any, token: str) -> Outcome:
        with engine.connect() as connection:
            return connection.run(TWO_PHASE.outcome(engine, token))  # type: ignore[no-any-return]

    def test_of_a_committed_transaction(self, engine: Any) -> None:
        assert self.ask(engine, self.token(engine, commit=True)) is Outcome.COMMITTED

    def test_of_one_that_was_rolled_back(self, engine: Any) -> None:
        assert self.ask(engine, self.token(engine, commit=False)) is Outcome.ABORTED

    def test_of_one_in_progress_or_never_begun(self, engine: Any) -> None:
        with engine.connect() as connection:
            connection.execute(text("INSERT INTO t VALUES (5)"))
            token = connection.run(TWO_PHASE.token(engine))
            assert self.ask(engine, token) is Outcome.UNKNOWN
            assert self.ask(engine, str(int(token) + 10**9)) is Outcome.UNKNOWN

    def test_without_a_write_there_is_no_token(self, engine: Any) -> None:
        with engine.connect() as connection:
            assert connection.run(TWO_PHASE.token(engine)) is None

    def test_a_token_is_a_number(self, engine: Any) -> None:
        with pytest.raises(exc.ArgumentError):
            self.ask(engine, "1; DROP TABLE t")


# --- a server of its own -----------------------------------------------------------------------


def test_a_prepared_branch_survives_a_crash_of_the_server(own_server: Any) -> None:
    server, url = own_server()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (id integer)"))
    for xid in ("keep", "drop"):
        connection = engine.connect()
        begin(connection, xid, f"INSERT INTO t VALUES ({len(xid)})").prepare()
        connection.invalidate()
    lost = engine.connect()
    begin(lost, "unprepared", "INSERT INTO t VALUES (3)")
    server.crash()
    with pytest.raises(exc.DBAPIError) as caught:
        lost.execute(text("SELECT 1"))
    assert caught.value.connection_invalidated
    server.start()
    with engine.connect() as connection:
        assert sorted(connection.recover_twophase()) == ["drop", "keep"]
        connection.commit_prepared("keep")
        connection.rollback_prepared("drop")
        assert connection.scalar(text("SELECT count(*) FROM t")) == 1
    engine.dispose()


def test_a_server_without_prepared_transactions_says_which_setting(own_server: Any) -> None:
    _, own = own_server("-c", "max_prepared_transactions=0")
    engine = create_engine(own)
    with engine.connect() as connection:
        transaction = begin(connection, "x", "SELECT 1")
        with pytest.raises(exc.DBAPIError, match="max_prepared_transactions"):
            transaction.prepare()
    engine.dispose()
