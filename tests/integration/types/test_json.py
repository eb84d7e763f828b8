"""JSON on every backend: documents and keys come back as they went in, members are what the as_
methods say, and the nulls are told apart.
"""

from decimal import Decimal
from typing import Any

import pytest
from requirements import BACKEND, not_on

from accord import JSON, Column, Integer, MetaData, Table, func, insert, null, select
from accord.exc import StatementError
from accord.orm import DeclarativeBase, Mapped, Session, mapped_column

metadata = MetaData()
docs = Table(
    "docs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("data", JSON),
    Column("plain", JSON(none_as_null=True)),
)


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "orm_docs"
    id: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[Any] = mapped_column(JSON, nullable=True)
    plain: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)


@pytest.fixture
def connection(engine: Any) -> Any:
    metadata.create_all(engine)
    with engine.connect() as connection:
        yield connection


def keep(connection: Any, *values: Any) -> None:
    rows = [{"id": i, "data": value} for i, value in enumerate(values, 1)]
    connection.execute(insert(docs), rows)


HOSTILE = (
    "a", "", " ", "a b", "a.b", "$", "$.a", "[0]", "a[0]", "*", "it's", 'say "hi"', "back\\slash",
    "\\", '"', "'", "%", "%s", "%(x)s", ":x", "?", "@>", "{a}", "a,b", "--", "/* */", ";", "ключ",
    "日本", "😀", "a\tb", "a\nb", "é", "NULL", "0", "-1", "#", "`", "\\u0041", "a\u2028b",
)  # fmt: skip


@pytest.mark.parametrize("key", HOSTILE)
def test_any_key_finds_its_member(connection: Any, key: str) -> None:
    if BACKEND.name == "mariadb" and key.startswith("-"):
        with pytest.raises(StatementError, match="do not find a key that begins with '-'"):
            connection.execute(select(docs.c.data[key]))
        return
    keep(connection, {key: "it", "other": {key: [7]}})
    found = connection.execute(select(docs.c.data[key].as_string(), docs.c.data["other", key, 0]))
    assert found.all() == [("it", 7)]


@pytest.mark.parametrize("key", HOSTILE)
def test_a_document_comes_back_as_it_went_in(connection: Any, key: str) -> None:
    document = {key: [key, {key: None}], "n": [1, -1.5, True, None, 12345678901234567890]}
    keep(connection, document)
    assert connection.scalar(select(docs.c.data)) == document


DOCUMENT = {"s": "text", "i": 5, "f": 2.5, "t": True, "o": {"a": [1, 2]}, "z": None}


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        (docs.c.data["s"].as_string(), "text"),
        (docs.c.data["i"].as_integer(), 5),
        (docs.c.data["f"].as_float(), 2.5),
        (docs.c.data["f"].as_numeric(10, 2), Decimal("2.50")),
        (docs.c.data["t"].as_boolean(), True),
        (docs.c.data["o"].as_json(), {"a": [1, 2]}),
        (docs.c.data["o", "a", 1].as_integer(), 2),
        (docs.c.data["o"]["a"][0].as_integer(), 1),
        (docs.c.data["s"], "text"),
        (docs.c.data["z"], None),
        (docs.c.data["missing"], None),
        (docs.c.data["z"].as_integer(), None),
        (docs.c.data["missing"].as_string(), None),
    ],
    ids=str,
)
def test_members_are_what_the_as_methods_say(connection: Any, member: Any, expected: Any) -> None:
    keep(connection, DOCUMENT)
    found = connection.scalar(select(member))
    assert found == expected
    assert type(found) is type(expected)


def test_members_compare_as_what_they_are(connection: Any) -> None:
    keep(connection, {"i": 5, "s": "b", "t": True}, {"i": 30, "s": "a", "t": False}, {})
    data = docs.c.data

    def ids(condition: Any) -> list[int]:
        return list(connection.scalars(select(docs.c.id).where(condition).order_by(docs.c.id)))

    assert ids(data["i"].as_integer() > 6) == [2]
    assert ids(data["s"].as_string() == "b") == [1]
    assert ids(data["s"].as_string().in_(["a", "b"])) == [1, 2]
    assert ids(data["i"].as_string().is_(None)) == [3]
    assert connection.scalar(select(func.sum(data["i"].as_integer()))) == 35


# --- the nulls ------------------------------------------------------------------------------------

_NULLS = [  # given, SQL NULL in JSON, SQL NULL in JSON(none_as_null=True)
    (None, False, True),
    (JSON.NULL, False, False),
    (null(), True, True),
]


@pytest.mark.parametrize(("value", "in_data", "in_plain"), _NULLS, ids=["None", "NULL", "null()"])
def test_a_null_that_is_given_to_an_insert(
    connection: Any, value: Any, in_data: bool, in_plain: bool
) -> None:
    connection.execute(insert(docs).values(id=1, data=value, plain=value))
    tests = select(docs.c.data.is_(None), docs.c.plain.is_(None))
    assert [bool(found) for found in connection.execute(tests).one()] == [in_data, in_plain]
    assert connection.execute(select(docs.c.data, docs.c.plain)).one() == (None, None)


@pytest.mark.parametrize(("value", "in_data", "in_plain"), _NULLS, ids=["None", "NULL", "null()"])
def test_a_null_that_is_set_on_an_object(
    engine: Any, value: Any, in_data: bool, in_plain: bool
) -> None:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Doc(data=value, plain=value))
        session.commit()
        tests = select(Doc.data.is_(None), Doc.plain.is_(None))
        assert [bool(found) for found in session.execute(tests).one()] == [in_data, in_plain]


def test_an_attribute_never_set_is_sql_null(engine: Any) -> None:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Doc())
        session.commit()
        assert session.scalar(select(Doc.data.is_(None)))


def test_a_document_is_replaced_by_assigning_another(engine: Any) -> None:
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        doc = Doc(data={"a": 1})
        session.add(doc)
        session.commit()
        doc.data = {**doc.data, "b": [2]}
        session.commit()
        assert session.scalar(select(Doc.data)) == {"a": 1, "b": [2]}
        doc.data = None
        session.commit()
        assert session.scalar(select(Doc.data.is_(None))) in (False, 0)


@not_on("oracle", "mssql", "their JSON paths are literals, so an index is a value")
def test_a_key_may_be_an_expression(connection: Any) -> None:
    from accord import literal

    keep(connection, {"k": "found"})
    assert connection.scalar(select(docs.c.data[literal("k")].as_string())) == "found"
