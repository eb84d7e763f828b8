"""Seed 003 on SQL Server: a TIMESTAMP key that the server makes."""

from __future__ import annotations

from typing import Any

from accord import FetchedValue
from accord.orm import DeclarativeBase, Session, mapped_column


def statements(double: Any, start: str) -> list[str]:
    return [text for text in double.server.statements if text.startswith(start)]


def test_a_timestamp_key_made_by_the_server(mssql_double):
    from accord_mssql import TIMESTAMP

    class Own(DeclarativeBase):
        pass

    class MyModel(Own):
        __tablename__ = "my_table"
        timestamp = mapped_column(TIMESTAMP(), server_default=FetchedValue(), primary_key=True)

    engine = mssql_double.engine()
    Own.metadata.create_all(engine)
    with Session(engine) as session:
        made = MyModel()
        session.add(made)
        session.flush()
        assert statements(mssql_double, "INSERT") == [
            "INSERT INTO my_table OUTPUT inserted.timestamp DEFAULT VALUES"
        ]
        key = made.timestamp
        assert len(key) == 8
        session.commit()
        session.expunge_all()
        assert session.get(MyModel, key).timestamp == key
