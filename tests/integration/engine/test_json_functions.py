"""json_serializer and json_deserializer of an engine: what writes and reads JSON columns on every
way in and out.
"""

from __future__ import annotations

import decimal
import json
from typing import Any

import pytest

from accord import JSON, Column, Integer, MetaData, Table, create_engine, insert, literal, select
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Document(Base):
    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Exact(json.JSONEncoder):
    def default(self, value: object) -> Any:
        return (
            {"exact": str(value)} if isinstance(value, decimal.Decimal) else super().default(value)
        )


def write(value: object) -> str:
    return json.dumps(value, cls=Exact)


def read(text: str) -> Any:
    assert isinstance(text, str)

    def hook(found: dict[str, Any]) -> Any:
        return decimal.Decimal(found["exact"]) if "exact" in found else found

    return json.loads(text, object_hook=hook)


BODY = {"price": decimal.Decimal("1.10"), "tags": ["a", {"b": decimal.Decimal("2")}]}


@pytest.fixture
def exact(database: Any) -> Any:
    engine = create_engine(database.url, json_serializer=write, json_deserializer=read)
    Base.metadata.create_all(engine)
    yield engine
    Base.metadata.drop_all(engine)
    engine.dispose()


def test_core_statements(exact: Any) -> None:
    table = Document.__table__
    with exact.begin() as connection:
        connection.execute(insert(table), {"body": BODY})
        connection.execute(insert(table), [{"body": BODY}, {"body": {"n": 1}}])
        found = connection.scalars(select(table.c.body).order_by(table.c.id)).all()
        assert found == [BODY, BODY, {"n": 1}]
        assert connection.scalar(select(table.c.body["tags"]).limit(1)) == BODY["tags"]


def test_objects_one_and_many(exact: Any) -> None:
    for count in (1, 300):
        with Session(exact) as session:
            added = [Document(body=BODY) for _ in range(count)]
            session.add_all(added)
            session.commit()
            assert all(document.body == BODY for document in added)
            for document in added:
                document.body = {"changed": decimal.Decimal("3.30")}
            session.commit()
            assert {str(document.body) for document in added} == {"{'changed': Decimal('3.30')}"}


def test_other_engines_are_not_concerned(exact: Any, engine: Any) -> None:
    with Session(exact) as session:
        session.add(Document(body={"n": decimal.Decimal("1")}))
        session.commit()
    with Session(engine) as session:
        assert session.scalars(select(Document.body)).one() == {"n": {"exact": "1"}}
        with pytest.raises(Exception, match="JSON"):
            session.execute(insert(Document).values(body={"n": decimal.Decimal("1")}))


def test_a_literal(exact: Any) -> None:
    statement = select(literal({"n": decimal.Decimal("1")}, JSON()))
    text = str(statement.compile(dialect=exact.dialect, compile_kwargs={"literal_binds": True}))
    assert "exact" in text
    own = Table("own", MetaData(), Column("id", Integer), Column("body", JSON))
    assert own.c.body.type.key == Document.__table__.c.body.type.key
