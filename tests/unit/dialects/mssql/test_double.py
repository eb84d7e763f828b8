"""The double refuses what pymssql and SQL Server refuse: each refusal, shown to refuse.

The source of each rule stands beside it in tests/doubles/mssql.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

pymssql = pytest.importorskip("pymssql", reason="needs the driver: pip install pymssql")
pytest.importorskip("sqlglot", reason="needs the parser: pip install sqlglot")

Run = Callable[..., Any]


@pytest.fixture
def connection(mssql_double: Any) -> Iterator[Any]:
    from doubles.mssql import PASSWORD, USER

    made = mssql_double.module.connect(
        server="double", user=USER, password=PASSWORD, autocommit=True, use_datetime2=True
    )
    yield made
    made.close()


@pytest.fixture
def run(connection: Any) -> Run:
    cursor = connection.cursor()

    def execute(text: str, *parameters: Any) -> Any:
        if parameters:
            cursor.execute(text, parameters)
        else:
            cursor.execute(text)
        return None if cursor.description is None else cursor.fetchall()

    return execute


@pytest.fixture
def refused(run: Run) -> Callable[..., Any]:
    def expect(number: int, text: str, *parameters: Any) -> Any:
        with pytest.raises(pymssql.Error) as caught:
            run(text, *parameters)
        assert caught.value.args[0] == number, caught.value.args
        return caught.value

    return expect


@pytest.fixture
def table(run: Run) -> None:
    run(
        "CREATE TABLE t (id INT IDENTITY(1,1) NOT NULL, name NVARCHAR(5) NULL, at DATETIME2 NULL, "
        "data VARBINARY(4) NULL, CONSTRAINT pk_t PRIMARY KEY (id), "
        "CONSTRAINT uq_name UNIQUE (name), CONSTRAINT ck_name CHECK (name <> N'bad'))"
    )


# --- limits ---------------------------------------------------------------------------------------


def test_more_than_2100_parameters(refused):
    refused(8003, "SELECT 1 AS x WHERE 1 IN (" + ", ".join(["%s"] * 2101) + ")", *range(2101))


def test_2100_parameters_are_taken(run):
    assert run("SELECT 1 AS x WHERE 1 IN (" + ", ".join(["%s"] * 2100) + ")", *range(2100))


def test_more_than_1000_rows_of_values(refused, table):
    rows = ", ".join(f"(N'{i}')" for i in range(1001))
    refused(10738, f"INSERT INTO t (name) VALUES {rows}")


def test_names_longer_than_128(refused):
    refused(103, f"SELECT 1 AS [{'x' * 129}]")


def test_text_that_is_too_long(refused, table):
    refused(2628, "INSERT INTO t (name) VALUES (N'abcdef')")


# --- what Transact-SQL does not have --------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "SAVEPOINT a",
        "RELEASE SAVEPOINT a",
        "SELECT 1 AS x LIMIT 1",
        "SELECT N'a' || N'b' AS x",
        "INSERT INTO t (name) VALUES (N'a') RETURNING id",
        "SELECT id FROM t ORDER BY id FOR UPDATE",
        "SELECT 1 AS x FROM t ORDER BY id OFFSET x",
    ],
)
def test_words_of_other_databases(refused, table, text):
    refused(102, text)


def test_a_condition_as_a_value(refused, table):
    refused(102, "SELECT id > 1 AS x FROM t")


def test_a_value_as_a_condition(refused, table):
    refused(4145, "SELECT id FROM t WHERE name")


def test_boolean_literals(refused):
    refused(207, "SELECT true AS x")


def test_offset_without_order_by(refused, table):
    refused(102, "SELECT id FROM t OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY")


def test_order_by_in_a_derived_table(refused, table):
    refused(1033, "SELECT a.id FROM (SELECT id FROM t ORDER BY id) AS a")


def test_order_by_in_a_derived_table_with_top(run, table):
    assert run("SELECT a.id FROM (SELECT TOP (1) id FROM t ORDER BY id) AS a") == []


def test_row_values_in_in(refused, table):
    refused(4145, "SELECT id FROM t WHERE (id, name) IN ((1, N'a'))")


def test_a_merge_without_semicolon(refused, table):
    refused(
        10713,
        "MERGE INTO t USING (VALUES (N'a')) AS v (n) ON 1 = 0 "
        "WHEN NOT MATCHED THEN INSERT (name) VALUES (v.n)",
    )


def test_next_value_for_in_merge(run, refused, table):
    run("CREATE SEQUENCE s AS INT START WITH 1")
    refused(
        11742,
        "MERGE INTO t USING (VALUES (N'a')) AS v (n) ON 1 = 0 "
        "WHEN NOT MATCHED THEN INSERT (name) VALUES (NEXT VALUE FOR s);",
    )


# --- identity -------------------------------------------------------------------------------------


def test_an_identity_value_while_identity_insert_is_off(refused, table):
    refused(544, "INSERT INTO t (id) VALUES (5)")


def test_no_identity_value_while_it_is_on(run, refused, table):
    run("SET IDENTITY_INSERT t ON")
    refused(545, "INSERT INTO t (name) VALUES (N'a')")


def test_identity_insert_for_a_second_table(run, refused, table):
    run("CREATE TABLE u (id INT IDENTITY(1,1) NOT NULL)")
    run("SET IDENTITY_INSERT t ON")
    refused(8107, "SET IDENTITY_INSERT u ON")


def test_identity_insert_outlives_a_rollback(run, refused, table):
    run("BEGIN TRANSACTION")
    run("SET IDENTITY_INSERT t ON")
    run("ROLLBACK TRANSACTION")
    refused(545, "INSERT INTO t (name) VALUES (N'a')")


def test_identity_insert_of_a_table_without(run, refused):
    run("CREATE TABLE u (id INT NOT NULL)")
    refused(8106, "SET IDENTITY_INSERT u ON")


def test_identities_are_not_given_back(run, table):
    run("BEGIN TRANSACTION")
    run("INSERT INTO t (name) VALUES (N'a')")
    run("ROLLBACK TRANSACTION")
    assert run("INSERT INTO t (name) OUTPUT inserted.id VALUES (N'a')") == [(2,)]


def test_an_update_of_an_identity(refused, table):
    refused(8102, "UPDATE t SET id = 5")


# --- OUTPUT ---------------------------------------------------------------------------------------


def test_output_without_into_on_a_table_with_triggers(mssql_double, refused, table):
    mssql_double.server.trigger("t", "DELETE")
    refused(334, "INSERT INTO t (name) OUTPUT inserted.id VALUES (N'a')")


def test_output_into_a_table_variable_is_taken_there(mssql_double, run, table):
    mssql_double.server.trigger("t", "DELETE")
    rows = run(
        "DECLARE @k TABLE (id INT); INSERT INTO t (name) OUTPUT inserted.id INTO @k (id) "
        "VALUES (N'a'); SELECT id FROM @k"
    )
    assert rows == [(1,)]


def test_rows_of_output_come_in_another_order(run, table):
    rows = run(
        "MERGE INTO t USING (VALUES (0, N'a'), (1, N'b'), (2, N'c')) AS v (p, n) ON 1 = 0 "
        "WHEN NOT MATCHED THEN INSERT (name) VALUES (v.n) OUTPUT v.p, inserted.id;"
    )
    assert rows != sorted(rows) and sorted(rows) == [(0, 1), (1, 2), (2, 3)]


# --- values and constraints -----------------------------------------------------------------------


def test_nulls_are_equal_in_a_unique_constraint(run, refused, table):
    run("INSERT INTO t (name) VALUES (NULL)")
    error = refused(2627, "INSERT INTO t (name) VALUES (NULL)")
    assert isinstance(error, pymssql.IntegrityError) and b"'uq_name'" in error.args[1]


def test_trailing_blanks_and_case_make_no_difference(run, refused, table):
    run("INSERT INTO t (name) VALUES (N'a')")
    refused(2627, "INSERT INTO t (name) VALUES (N'A ')")


def test_a_unique_index(run, refused, table):
    run("CREATE UNIQUE INDEX ix ON t (at)")
    run("INSERT INTO t (name) VALUES (N'a')")
    assert b"'ix'" in refused(2601, "INSERT INTO t (name) VALUES (N'b')").args[1]


def test_a_check(refused, table):
    assert b'"ck_name"' in refused(547, "INSERT INTO t (name) VALUES (N'bad')").args[1]


def test_null_where_none_is_allowed(run, refused):
    run("CREATE TABLE u (id INT NOT NULL)")
    refused(515, "INSERT INTO u (id) VALUES (NULL)")


def test_foreign_keys_both_ways(run, refused, table):
    run("CREATE TABLE u (t_id INT NULL, CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES t (id))")
    assert b'FOREIGN KEY constraint "fk"' in refused(547, "INSERT INTO u VALUES (9)").args[1]
    run("INSERT INTO t (name) VALUES (N'a'); INSERT INTO u (t_id) VALUES (1)")
    assert b'REFERENCE constraint "fk"' in refused(547, "DELETE FROM t WHERE id = 1").args[1]


def test_bytes_that_pymssql_writes_as_text(refused, run, table):
    refused(257, "INSERT INTO t (data) VALUES (%s)", b"abc")
    run("INSERT INTO t (data) VALUES (%s)", bytearray(b"abc"))


def test_a_column_of_nulls_in_values_is_an_int(refused, run, table):
    refused(206, "INSERT INTO t (at) SELECT CAST(v.c AS DATETIME2) FROM (VALUES (1)) AS v (c)")


def test_rowversions_are_made_by_the_server(run, refused):
    run("CREATE TABLE u (id INT NOT NULL, v ROWVERSION)")
    refused(273, "INSERT INTO u (id, v) VALUES (1, 0x00)")
    assert len(run("INSERT INTO u (id) OUTPUT inserted.v VALUES (1)")[0][0]) == 8


def test_computed_columns_are_not_written(run, refused):
    run("CREATE TABLE u (id INT NOT NULL, twice AS (id * 2))")
    refused(271, "INSERT INTO u (id, twice) VALUES (1, 2)")
    assert run("INSERT INTO u (id) OUTPUT inserted.twice VALUES (4)") == [(8,)]


def test_types_sql_server_does_not_know(refused):
    refused(2715, "CREATE TABLE u (a BOOLEAN)")


# --- transactions ---------------------------------------------------------------------------------


def test_ends_without_a_beginning(refused):
    refused(3902, "COMMIT TRANSACTION")
    refused(3903, "ROLLBACK TRANSACTION")
    refused(628, "SAVE TRANSACTION a")


def test_going_back_to_an_unknown_savepoint(run, refused):
    run("BEGIN TRANSACTION")
    refused(6401, "ROLLBACK TRANSACTION nobody")


def test_nested_transactions_only_count(run, table):
    run("BEGIN TRANSACTION")
    run("BEGIN TRANSACTION")
    run("COMMIT TRANSACTION")
    assert run("SELECT @@TRANCOUNT AS n") == [(1,)]


def test_a_deadlock_victim_has_no_transaction_any_more(mssql_double, run, refused, table):
    run("BEGIN TRANSACTION")
    mssql_double.server.fail(1205, on="^UPDATE")
    refused(1205, "UPDATE t SET name = N'x'")
    assert run("SELECT XACT_STATE() AS s") == [(0,)]


def test_changing_to_snapshot_inside_a_transaction(run, refused):
    run("BEGIN TRANSACTION")
    refused(3951, "SET TRANSACTION ISOLATION LEVEL SNAPSHOT")


# --- the driver -----------------------------------------------------------------------------------


def test_the_double_presents_itself_as_pymssql(mssql_double):
    module = mssql_double.module
    assert module.paramstyle == "pyformat" and module.Error is pymssql.Error
    assert module.IntegrityError is pymssql.IntegrityError


def test_unknown_connect_arguments(mssql_double):
    with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
        mssql_double.module.connect(nonsense=1)


def test_a_wrong_password(mssql_double):
    with pytest.raises(pymssql.OperationalError) as caught:
        mssql_double.module.connect(user="sa", password="wrong")
    assert caught.value.args[0][0] == 18456


def test_more_marks_than_parameters(connection):
    with pytest.raises(ValueError, match="more placeholders"):
        connection.cursor().execute("SELECT '%s', %s", (1,))


def test_a_statement_ends_at_a_nul_character(refused):
    refused(105, "SELECT %s AS x", "a\0b")


def test_rows_of_one_cursor_are_gone_when_another_executes(connection):
    one, other = connection.cursor(), connection.cursor()
    one.execute("SELECT 1 AS x UNION ALL SELECT 2")
    other.execute("SELECT 3 AS x")
    assert one.fetchone() == (3,)


def test_fetching_without_a_result(connection):
    cursor = connection.cursor()
    cursor.execute("SET NOCOUNT ON")
    with pytest.raises(pymssql.OperationalError, match="no resultset"):
        cursor.fetchall()


def test_lastrowid_is_another_statement(mssql_double, connection, table):
    cursor = connection.cursor()
    cursor.execute("INSERT INTO t (name) VALUES (N'a')")
    before = len(mssql_double.server.statements)
    assert cursor.lastrowid == 1
    assert len(mssql_double.server.statements) == before + 1


def test_a_closed_cursor_and_a_closed_connection(connection):
    cursor = connection.cursor()
    cursor.close()
    with pytest.raises(pymssql.InterfaceError, match="Cursor is closed"):
        cursor.execute("SELECT 1 AS x")
    connection.close()
    with pytest.raises(pymssql.InterfaceError, match="Connection is closed"):
        connection.cursor().execute("SELECT 1 AS x")


def test_pymssql_begins_the_next_transaction_by_itself(mssql_double):
    from doubles.mssql import PASSWORD

    made = mssql_double.module.connect(user="sa", password=PASSWORD)
    made.commit()
    assert mssql_double.server.statements[-3:] == ["BEGIN TRAN", "COMMIT TRAN", "BEGIN TRAN"]


def test_errors_of_rollback_are_no_errors_of_pymssql(mssql_double, connection):
    connection.autocommit(False)
    mssql_double.server.fail(233, on="ROLLBACK")
    with pytest.raises(Exception) as caught:
        connection.rollback()
    assert not isinstance(caught.value, pymssql.Error)
