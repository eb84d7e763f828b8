"""The schema comparison on what MySQL and MariaDB have: their types, prefix indexes, ON UPDATE."""

from __future__ import annotations

from typing import Any

from accord import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Enum,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    func,
    text,
)
from accord.dialects import mysql
from accord.schemadiff import diff


def said(engine: Any, metadata: MetaData) -> list[str]:
    with engine.connect() as connection:
        return [str(one) for one in diff(connection, [metadata]).differences]


def test_their_types_are_read_back_as_themselves(engine: Any) -> None:
    metadata = MetaData()
    types = [
        mysql.TINYINT, mysql.TINYINT(1), mysql.INTEGER(unsigned=True), mysql.BIGINT(unsigned=True),
        mysql.MEDIUMINT, mysql.YEAR, mysql.ENUM("a", "b's"), mysql.SET("a", "b"), mysql.LONGTEXT,
        mysql.MEDIUMBLOB, mysql.BIT(3), mysql.DATETIME(fsp=3), mysql.TIME(fsp=2), mysql.DOUBLE,
        mysql.CHAR(4), mysql.VARCHAR(9, collation="utf8mb4_bin"), Float, Float(10), Float(50),
        Numeric, Numeric(5), Boolean, JSON, LargeBinary, Text, DateTime, Enum("x", "y"),
        String(30),
    ]  # fmt: skip
    columns = [Column(f"c{place}", kind) for place, kind in enumerate(types)]
    Table("typed", metadata, Column("id", Integer, primary_key=True), *columns)
    metadata.create_all(engine)
    assert said(engine, metadata) == []


def test_defaults_keys_and_conditions_are_read_back_as_themselves(engine: Any) -> None:
    metadata = MetaData()
    Table("whole", metadata, Column("id", Integer, primary_key=True))
    Table(
        "item", metadata,
        Column("id", Integer, primary_key=True),
        Column("a", String(9), server_default="it's", comment="100% of it's"),
        Column("b", Text),
        Column("c", DateTime, server_default=func.now()),
        Column("d", Numeric(5, 2), server_default=text("1.5")),
        Column("e", Integer, server_default=text("-3")),
        Column("f", mysql.TIMESTAMP, server_default=text("CURRENT_TIMESTAMP"), nullable=False),
        Column("select", String(3), unique=True),
        Column("whole_id", ForeignKey("whole.id", ondelete="CASCADE")),
        CheckConstraint("a <> 'x' or a is null", name="ck_a"),
        CheckConstraint("d between 0 and 10", name="ck_d"),
        CheckConstraint("a in ('y', 'it''s')", name="ck_in"),
        Index("ix_prefix", "b", mysql_length=10),
        Index("ix_full", "b", mysql_prefix="FULLTEXT"),
        mysql_engine="InnoDB",
    )  # fmt: skip
    metadata.create_all(engine)
    assert said(engine, metadata) == []
