"""What is known about writing a table, and the operations on it."""

import pytest
from flow_doubles import Bind, FlowSession
from flow_models import Author, ByHand, Eager, Filled, Item, Pair, Versioned, tagging

from accord import exc
from accord.mapping import DeclarativeBase
from accord.schema import Column, Computed, Identity, MetaData, Sequence, Table
from accord.sql import select
from accord.sqltypes import Integer, String
from accord.state import NOT_LOADED
from accord.unitofwork.operations import (
    Cell,
    Kind,
    Missing,
    Operation,
    held_value,
    identities_of,
    name_of,
    secondary_writes,
    writes_of,
)


def writes(cls: type, bind: Bind | None = None):
    mapper = cls.__mapper__  # type: ignore[attr-defined]
    return writes_of(bind or Bind(), mapper, mapper.tables[0])


def test_what_becomes_of_a_missing_value() -> None:
    fields = writes(Filled).by_key
    assert {key: field.missing for key, field in fields.items()} == {
        "id": Missing.SERVER,
        "name": Missing.DEFAULT,
        "number": Missing.DEFAULT,
        "shout": Missing.DEFAULT,
        "made": Missing.EXPRESSION,
        "served": Missing.SERVER,
        "touched": Missing.NULL,
        "stamped": Missing.NULL,
        "document": Missing.NULL,
        "careful": Missing.SERVER,
        "blob": Missing.NULL,
    }
    assert [key for key, field in fields.items() if field.evaluates_none] == ["document", "careful"]


def test_generated_key_identity_and_version() -> None:
    assert writes(ByHand).generated_key is None
    assert writes(Author).generated_key is None
    assert [field.key for field in writes(Pair).identity] == ["left", "right"]
    version = writes(Versioned).version
    assert version is not None and version.missing is Missing.DEFAULT


BIND = Bind()


def test_generated_key_is_the_integer_key() -> None:
    field = writes(Item, BIND).generated_key
    assert field is writes(Item, BIND).by_key["id"]


def test_plans_are_made_once_per_engine() -> None:
    bind = Bind()
    assert writes(Item, bind) is writes(Item, bind)
    assert writes(Item, bind) is not writes(Item, Bind())
    assert secondary_writes(bind, tagging) is secondary_writes(bind, tagging)


def test_labels_name_class_and_attribute() -> None:
    assert writes(Eager).by_key["touched"].label == "Eager.touched"
    assert secondary_writes(Bind(), tagging).by_key["tag_id"].label == "tagging.tag_id"


def test_not_null_without_default_is_required() -> None:
    fields = writes(Item).by_key
    assert fields["name"].required and not fields["size"].required
    assert not fields["id"].required


def test_columns_the_database_makes() -> None:
    class Own(DeclarativeBase):
        metadata = MetaData()

    class Made(Own):
        __table__ = Table(
            "made",
            Own.metadata,
            Column("id", Integer, Identity(), primary_key=True),
            Column("twice", Integer, Computed("id * 2")),
            Column("number", Integer, Sequence("numbers")),
            Column("secret", String, default="x"),
            Column("plain", String),
        )
        __mapper_args__ = {"exclude_properties": ["secret", "plain"]}  # noqa: RUF012

    fields = {str(field.column.name): field for field in writes(Made).fields}
    assert fields["id"].missing is Missing.SERVER
    assert fields["twice"].missing is Missing.SERVER
    assert fields["number"].missing is Missing.EXPRESSION
    assert fields["secret"].missing is Missing.DEFAULT and fields["secret"].key == ""
    assert "plain" not in fields
    assert [field.key for field in writes(Made).server_onupdate] == ["twice"]


def test_class_mapped_to_a_select_cannot_be_written() -> None:
    class Own(DeclarativeBase):
        metadata = MetaData()

    source = Table("source", Own.metadata, Column("id", Integer, primary_key=True))

    class Seen(Own):
        __table__ = select(source).subquery("seen")
        __mapper_args__ = {"primary_key": [__table__.c.id]}  # noqa: RUF012

    with pytest.raises(exc.FlushError, match="Seen is mapped to a Subquery"):
        writes(Seen)


# --- operations ----------------------------------------------------------------------------------


def test_some_rows_of_an_operation() -> None:
    known = writes(Item)
    parents: list[object] = [object(), object(), object()]
    objs: list[object] = [1, 2, 3]
    cell = Cell(known.by_key["name"], ["a", "b", "c"], parents, {object: "id"})
    whole = Operation(Kind.UPDATE, known, objs, (cell,), (Cell(known.by_key["id"], [1, 2, 3]),))
    some = whole.take([2, 0])
    assert some.objs == [3, 1]
    assert some.cells[0].values == ["c", "a"]
    assert some.cells[0].parents == [parents[2], parents[0]]
    assert some.match[0].values == [3, 1]
    assert whole.cell(known.by_key["name"].column) is cell
    assert whole.cell(known.by_key["size"].column) is None


def test_identities_of_clean_changed_and_expired_objects() -> None:
    session = FlowSession()
    objs = [Item(id=number, name="a") for number in (1, 2, 3)]
    session.stored(*objs)
    assert identities_of(objs) == [1, 2, 3]
    objs[0].name = "b"
    session.expire(objs[1])
    assert identities_of(objs) == [1, 2, 3]
    objs[2].id = 9
    assert identities_of(objs) == [1, 2, 3]
    pair = Pair(left=1, right=2)
    session.stored(pair)
    pair.right = 5
    assert identities_of([pair]) == [(1, 2)]
    assert held_value(pair, "right") == 2
    assert held_value(pair, "note") is NOT_LOADED


def test_names_in_messages_show_no_values() -> None:
    item = Item(name="secret")
    assert name_of(item).startswith("<Item at 0x")
    assert name_of((item, item)).count("<Item at") == 2
