"""The parts of the MySQL dialects that need no server: URLs, errors, literals, packets, XA
identifiers, the watch over a transaction, types read from the catalog.
"""

from __future__ import annotations

import datetime as dt
import ssl
from decimal import Decimal
from typing import Any

import pytest

from accord import Boolean, Column, Integer, LargeBinary, MetaData, String, Table, Text, column
from accord.dialect import ServerInfo
from accord.dialects import mariadb, mysql
from accord.engine import make_url
from accord.exc import ArgumentError, InvalidRequestError
from accord_mysql.dialect import MariaDBDialect, MySQLDialect
from accord_mysql.errors import classify
from accord_mysql.literals import text_literal
from accord_mysql.packets import chunks
from accord_mysql.parameters import plain_texts
from accord_mysql.pymysql_driver import Connection
from accord_mysql.reflected_types import reflected_type
from accord_mysql.twophase import _quoted, _read
from accord_mysql.urls import connect_args
from accord_mysql.watch import Watch

# -- URLs -----------------------------------------------------------------------------------------


def test_a_url_becomes_connect_arguments() -> None:
    url = make_url("mysql://scott:tiger@db:3307/shop?connect_timeout=5&unix_socket=/run/s")
    arguments = connect_args(url, "pymysql")
    assert dict(arguments.kwargs) == {
        "host": "db",
        "port": 3307,
        "user": "scott",
        "password": "tiger",
        "database": "shop",
        "connect_timeout": 5,
        "unix_socket": "/run/s",
    }
    assert "tiger" not in repr(arguments)


def test_certificates_go_to_mysqlclient_as_one_mapping() -> None:
    arguments = connect_args(
        make_url("mysql+mysqldb://h/d?ssl_ca=/ca&ssl_mode=required"), "mysqldb"
    )
    assert arguments.kwargs["ssl"] == {"ca": "/ca"} and arguments.kwargs["ssl_mode"] == "REQUIRED"


def test_connections_that_verify_nothing_share_a_tls_context(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Connection, "_unverified", None)
    first = Connection(host="db", defer_connect=True)
    if not hasattr(first, "ctx"):
        pytest.skip("this PyMySQL speaks TLS only where it is asked to")
    again = Connection(host="db", defer_connect=True)
    verified = Connection(host="db", defer_connect=True, ssl_verify_cert=True)
    assert again.ctx is first.ctx and first.ctx.verify_mode is ssl.CERT_NONE
    assert verified.ctx is not first.ctx and verified.ctx.verify_mode is not ssl.CERT_NONE


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("init_command=DROP", "listener of the event"),
        ("charset=latin1", "always utf8mb4"),
        ("local_infile=1", "lets the server read files"),
        ("connect_timeout=soon", "whole number of seconds"),
        ("read_timeout=0", "at least 1"),
        ("ssl_disabled=perhaps", "true or false"),
        ("sql_mode=A'B", "list of modes"),
        ("time_zone='; DROP", "an offset"),
        ("passwd=x", "before the host"),
        ("conv=x", "convert values"),
    ],
)
def test_options_that_cannot_be_are_refused_with_what_to_write(query: str, words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        connect_args(make_url(f"mysql://h/d?{query}"), "pymysql")


def test_strict_mode_is_added_to_whatever_the_server_has() -> None:
    (statement,) = connect_args(make_url("mysql://h/d"), "pymysql").setup
    assert "@@SESSION.sql_mode" in statement and "STRICT_ALL_TABLES" in statement
    (statement,) = connect_args(make_url("mysql://h/d?sql_mode=ansi_quotes"), "pymysql").setup
    assert statement == "SET SESSION sql_mode = 'ANSI_QUOTES,STRICT_ALL_TABLES'"


# -- which server ---------------------------------------------------------------------------------


def server(version: tuple[int, ...], flavour: str) -> ServerInfo:
    return ServerInfo(version, f"{flavour} {version}", (("flavour", flavour),))


@pytest.mark.parametrize(
    ("version", "uuid"), [((10, 5, 23), "CHAR(32)"), ((10, 11, 1), "UUID"), ((11, 8), "UUID")]
)
def test_mariadb_behind_mysql_keeps_the_name_and_gets_its_own_words(
    version: tuple[int, ...], uuid: str
) -> None:
    from accord import Uuid

    found = MySQLDialect().for_server(server(version, "MariaDB"))
    assert isinstance(found, MariaDBDialect) and found.name == "mysql"
    assert found.types.ddl(Uuid()) == uuid and found.target.insert_returning
    own = MariaDBDialect().for_server(server(version, "MariaDB"))
    assert own.name == "mariadb" and own.types.ddl(Uuid()) == uuid


def test_mysql_stays_itself_and_refuses_to_be_called_mariadb() -> None:
    dialect = MySQLDialect()
    assert dialect.for_server(server((9, 7, 4), "MySQL")) is dialect
    with pytest.raises(InvalidRequestError, match="write mysql://"):
        MariaDBDialect().for_server(server((9, 7, 4), "MySQL"))


def test_too_old_servers_have_their_floor() -> None:
    assert MySQLDialect.capabilities.minimum_version == "8.0.30"
    assert MariaDBDialect.capabilities.minimum_version == "10.5"


# -- errors ---------------------------------------------------------------------------------------


class Error(Exception):
    pass


class InterfaceError(Error):
    pass


@pytest.mark.parametrize(
    ("arguments", "kind", "name"),
    [
        ((1062, "Duplicate entry 'for key x' for key 't.uq'"), "unique", "uq"),
        ((1062, "Duplicate entry '1' for key 't.PRIMARY'"), "primary_key", "PRIMARY"),
        (
            (1452, "Cannot add or update a child row: a foreign key constraint fails (`d`.`c`, "
             "CONSTRAINT `fk``x` FOREIGN KEY (`p`) REFERENCES `p` (`id`))"),
            "foreign_key", "fk`x",
        ),
        ((1048, "Column 'n' cannot be null"), "not_null", "n"),
        ((1364, "Field 'n' doesn't have a default value"), "not_null", "n"),
        ((3819, "Check constraint 'ck' is violated."), "check", "ck"),
        ((4025, "CONSTRAINT `ck` failed for `d`.`t`"), "check", "ck"),
    ],
)  # fmt: skip
def test_constraints_are_named(arguments: tuple[Any, ...], kind: str, name: str) -> None:
    info = classify(Error(*arguments), key_has_table=True)
    assert (info.kind, info.constraint_name) == (kind, name)


def test_a_dot_in_the_name_of_a_key_is_kept_on_mariadb() -> None:
    error = Error(1062, "Duplicate entry '1' for key 'a.b'")
    assert classify(error, key_has_table=False).constraint_name == "a.b"


@pytest.mark.parametrize(
    "arguments",
    [
        (2006, "gone"), (2013, "lost"), (4031, "idle"), (1053, "shutdown"), (1927, "killed"),
        (3169, "killed"), (2055, "lost"), (0, ""), (1158, "net"), (1159, "net"), (1160, "net"),
        (1161, "net"), (2014, "out of sync"),
    ],
)  # fmt: skip
def test_ways_to_lose_a_connection(arguments: tuple[Any, ...]) -> None:
    info = classify(InterfaceError(*arguments), key_has_table=True)
    assert info.disconnect and info.kind == "disconnect"


@pytest.mark.parametrize(
    ("number", "kind"), [(1213, "deadlock"), (1205, "lock_timeout"), (3572, "lock_timeout"),
                         (1020, "serialization"), (1614, "deadlock")],
)  # fmt: skip
def test_what_may_be_tried_again(number: int, kind: str) -> None:
    info = classify(Error(number, ""), key_has_table=True)
    assert (info.kind, info.retryable, info.disconnect) == (kind, True, False)


# -- literals and parameters ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("it's", "'it''s'"),
        ("a\\b", "_utf8mb4 X'615C62'"),
        ("a\0", "_utf8mb4 X'6100'"),
        ("\\' OR 1=1 -- ", "_utf8mb4 X'5C27204F5220313D31202D2D20'"),
    ],
)
def test_texts_are_written_so_that_sql_mode_does_not_matter(value: str, literal: str) -> None:
    assert text_literal(value) == literal


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "NULL"), (True, "1"), (-5, "-5"), (1.5, "1.5e0"), (1e300, "1e+300"),
        (Decimal("1E+3"), "1000"), (dt.date(9, 1, 2), "'0009-01-02'"),
        (dt.datetime(9, 1, 2, 3, 4, 5, 6), "'0009-01-02 03:04:05.000006'"),
        (dt.time(1, 2, 3), "'01:02:03.000000'"), (dt.timedelta(hours=-25), "'-25:00:00.000000'"),
    ],
)  # fmt: skip
def test_parameters_that_need_no_escape(value: Any, written: str) -> None:
    assert plain_texts(ValueError)[type(value)](value) == written


# -- packets --------------------------------------------------------------------------------------


class Bind:
    """As much of an engine as packets look at."""

    def __init__(self, packet: int) -> None:
        self.server = ServerInfo((9,), "", (("max_allowed_packet", str(packet)),))


def columns_of(*columns: Column[Any]) -> tuple[Column[Any], ...]:
    return tuple(Table("t", MetaData(), *columns).c)


def test_short_columns_are_not_measured() -> None:
    columns = columns_of(Column("a", Integer), Column("b", String(10)))
    rows: Any = [(n, "x") for n in range(2500)]
    sizes = [len(chunk) for chunk in chunks(Bind(16 << 20), columns, rows, 1000)]  # type: ignore[arg-type]  # a double
    assert sizes == [1000, 1000, 500]


def test_long_values_share_a_packet_only_if_they_fit() -> None:
    columns = columns_of(Column("a", Text), Column("b", LargeBinary))
    rows: Any = [("x" * 1000, b"y" * 1000), *[("x", None)] * 5, ("x" * 2_000_000, b"")]
    made = list(chunks(Bind(1 << 20), columns, rows, 3))  # type: ignore[arg-type]  # a double
    assert [row for chunk in made for row in chunk] == rows
    assert [len(chunk) for chunk in made] == [3, 3, 1]


# -- two-phase ------------------------------------------------------------------------------------


def test_identifiers_are_written_with_the_format_of_accord() -> None:
    assert _quoted("g.1/b-2") == "'g.1','b-2',1094927186"
    assert _quoted("g") == "'g','',1094927186"


@pytest.mark.parametrize("xid", ["", "/b", "a'b", "a b", "g/b'", "a" * 65])
def test_identifiers_that_would_need_an_escape_are_refused(xid: str) -> None:
    with pytest.raises(ArgumentError):
        _quoted(xid)


@pytest.mark.parametrize(
    ("row", "xid"),
    [
        ((1094927186, 2, 3, b"g1b12"), "g1/b12"),
        ((1094927186, 2, 0, "g1"), "g1"),
        ((1, 2, 0, "g1"), None),
        ((1094927186, 9, 9, "g1"), None),
    ],
)
def test_branches_are_cut_by_their_lengths(row: Any, xid: str | None) -> None:
    assert _read(row) == xid


def test_the_watch_forgets_what_a_savepoint_took_back() -> None:
    watch = Watch()
    watch.sent("SAVEPOINT a")
    watch.sent("SAVEPOINT b")
    watch.failure(Error(1062, ""))
    watch.sent("RELEASE SAVEPOINT b")
    assert watch.failed
    watch.sent("ROLLBACK TO SAVEPOINT a")
    assert not watch.failed


def test_the_watch_keeps_a_failure_from_before_the_savepoint() -> None:
    watch = Watch()
    watch.failure(Error(1205, ""))
    watch.sent("SAVEPOINT a")
    watch.failure(Error(1062, ""))
    watch.sent("ROLLBACK TO SAVEPOINT a")
    assert watch.failed
    watch.reset()
    assert not watch.failed


def test_a_new_branch_begins_without_the_failures_of_the_last() -> None:
    watch = Watch()
    watch.failure(Error(1062, ""))
    watch.sent("XA START 'g','',1")
    assert not watch.failed


def test_a_deadlock_is_not_taken_back_by_a_savepoint() -> None:
    watch = Watch()
    watch.sent("SAVEPOINT a")
    watch.failure(Error(1213, ""))
    watch.sent("ROLLBACK TO SAVEPOINT a")
    assert watch.failed and watch.rolled_back == 1213


# -- reflected types ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "collation", "shown"),
    [
        ("int(10) unsigned", None, "INTEGER(10) UNSIGNED"),
        ("bigint unsigned zerofill", None, "BIGINT UNSIGNED ZEROFILL"),
        ("decimal(10,2)", None, "DECIMAL(10, 2)"),
        ("double", None, "DOUBLE"),
        ("varchar(50)", "utf8mb4_bin", "VARCHAR(50) CHARACTER SET utf8mb4 COLLATE `utf8mb4_bin`"),
        ("enum('a','it''s')", None, "ENUM('a','it''s')"),
        ("set('a','b')", None, "SET('a','b')"),
        ("datetime(6)", None, "DATETIME(6)"),
        ("timestamp /* mariadb-5.3 */", None, "TIMESTAMP"),
        ("bit(3)", None, "BIT(3)"),
        ("year(4)", None, "YEAR"),
        ("varbinary(8)", None, "VARBINARY(8)"),
    ],
)
def test_catalog_types_become_types(text: str, collation: str | None, shown: str) -> None:
    type_ = reflected_type(text, collation, "c")
    assert MySQLDialect.types.ddl(type_) == shown


def test_a_type_nobody_knows_is_named_in_a_warning() -> None:
    from accord.exc import AccordWarning

    with pytest.warns(AccordWarning, match="polygon"):
        reflected_type("polygon", None, "c")


def test_the_public_modules_have_the_names() -> None:
    assert mysql.insert is mariadb.insert
    assert mysql.BIGINT(unsigned=True).unsigned and mariadb.INET6
    for module in (mysql, mariadb):
        for name in module.__all__:
            assert getattr(module, name)


@pytest.mark.parametrize("dialect", [MySQLDialect, MariaDBDialect])
def test_truth_is_asked_by_its_name(dialect: Any) -> None:
    """IS takes TRUE and FALSE, and no 1 and 0."""
    flag = column("flag", Boolean)
    shown = [str(e.compile(dialect=dialect())) for e in (flag.is_(True), flag.is_not(False))]
    assert shown == ["flag IS TRUE", "flag IS NOT FALSE"]
