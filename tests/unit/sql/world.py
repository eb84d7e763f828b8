"""Tables, renderers and a small SQLite database for the tests of the SQL layer."""

from __future__ import annotations

import sqlite3
from typing import Any

from accord.schema import Column, ForeignKey, MetaData, Table
from accord.sql import Compiled, Renderer, RenderTarget
from accord.sqltypes import JSON, Boolean, DateTime, Float, Integer, Numeric, String
from accord_sqlite.render import SQLiteRenderer
from accord_sqlite.target import render_target
from accord_sqlite.types import TYPES

metadata = MetaData()

user = Table(
    "user_account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(30)),
    Column("fullname", String),
    Column("active", Boolean),
)
address = Table(
    "address",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", String),
    Column("user_id", Integer, ForeignKey("user_account.id")),
)
node = Table(
    "node",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("parent_id", Integer, ForeignKey("node.id")),
    Column("name", String),
)
fact = Table(
    "fact",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("n", Integer),
    Column("f", Float),
    Column("d", Numeric(10, 2)),
    Column("s", String),
    Column("b", Boolean),
    Column("at", DateTime),
    Column("doc", JSON),
)

SQLITE = render_target("qmark", TYPES)
QMARK = RenderTarget("plain", "qmark")


def text(statement: Any, target: RenderTarget = QMARK, **options: Any) -> str:
    """The SQL of a statement on one line, with the question marks of a driver."""
    compiled = render(statement, target, **options)
    return " ".join(compiled.text.split())


def render(statement: Any, target: RenderTarget = QMARK, **options: Any) -> Compiled:
    renderer = SQLiteRenderer if target is SQLITE else Renderer
    return renderer(target).compile(statement, **options)


def parameters(
    statement: Any, given: Any = None, target: RenderTarget = QMARK, **options: Any
) -> Any:
    return render(statement, target, **options).parameters(statement.binds, given)[1]


class Database:
    """A SQLite database with the tables above and a few rows."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:")
        self.connection.executescript(SCRIPT)

    def run(self, statement: Any, given: Any = None, **options: Any) -> list[Any]:
        """The rows of a statement, converted as its types say."""
        compiled = render(statement, SQLITE, **options)
        sql, values = compiled.parameters(statement.binds, given)
        rows = self.connection.execute(sql, values).fetchall()
        converts = [column.result for column in compiled.columns]
        return [
            tuple(
                value if convert is None else convert(value)
                for value, convert in zip(row, converts)
            )
            if converts
            else row
            for row in rows
        ]

    def values(self, statement: Any, given: Any = None) -> list[Any]:
        return [row[0] for row in self.run(statement, given)]


SCRIPT = """
create table user_account (id integer primary key, name text, fullname text, active integer);
create table address (id integer primary key, email text, user_id integer);
create table node (id integer primary key, parent_id integer, name text);
create table fact (id integer primary key, n integer, f real, d text, s text, b integer,
    at text, doc text);
insert into user_account values (1, 'sandy', 'Sandy Cheeks', 1), (2, 'patrick', 'Patrick Star', 0),
    (3, 'squidward', null, 1);
insert into address values (1, 's@x', 1), (2, 's2@x', 1), (3, 'p@x', 2);
insert into node values (1, null, 'root'), (2, 1, 'a'), (3, 1, 'b'), (4, 2, 'aa');
insert into fact (id, n, f, s, b) values (1, 10, 1.5, 'a%b', 1), (2, -3, 2.5, 'A_B', 0),
    (3, null, null, null, null);
"""
