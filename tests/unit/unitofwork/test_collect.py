"""Stage 1: what is to be written, and which columns really differ."""

import datetime
import decimal
from typing import Any

import pytest
from flow_doubles import FlowLoader, FlowSession, run
from flow_models import Child, Filled, Item, Parent, Versioned

from accord.sql import func
from accord.state import NOT_LOADED
from accord.unitofwork.collect import Previous, by_mapper, by_names, collect, net_changes


@pytest.fixture
def session() -> FlowSession:
    return FlowSession()


def changed(obj: Any) -> dict[tuple[str, ...], list[object]]:
    mapper = type(obj).__mapper__
    return net_changes(mapper, by_names([obj])[mapper])


def test_objects_are_grouped_by_mapper_in_their_order(session: FlowSession) -> None:
    first, second, third = Parent(), Child(), Parent()
    session.add(first, second, third)
    work = collect(session)
    assert work.new == {Parent.__mapper__: [first, third], Child.__mapper__: [second]}
    assert work.changed == {} and work.deleted == {}


def test_unmapped_subclass_goes_with_its_mapped_base(session: FlowSession) -> None:
    class Special(Item):
        __abstract__ = True

    plain, special = Item(name="a"), Special(name="b")
    assert by_mapper([plain, special]) == {Item.__mapper__: [plain, special]}


def test_changed_objects_are_grouped_by_what_was_written(session: FlowSession) -> None:
    objs = [Item(id=number, name="a", size=1) for number in (1, 2, 3)]
    session.stored(*objs)
    for obj in objs:
        obj.name = "b"
    objs[1].size = 2
    work = collect(session)
    assert work.changed == {
        Item.__mapper__: {("name",): [objs[0], objs[2]], ("name", "size"): [objs[1]]}
    }


def test_deleted_object_is_not_changed(session: FlowSession) -> None:
    obj = Item(id=1, name="a")
    session.stored(obj)
    obj.name = "b"
    session.delete(obj)
    work = collect(session)
    assert work.changed == {}
    assert work.deleted == {Item.__mapper__: [obj]}


def test_names_come_in_the_order_of_the_mapping(session: FlowSession) -> None:
    one, two = Item(id=1, name="a", size=1), Item(id=2, name="a", size=1)
    session.stored(one, two)
    one.size, one.name = 2, "b"
    two.name, two.size = "b", 2
    mapper = Item.__mapper__
    assert net_changes(mapper, by_names([one, two])[mapper]) == {("name", "size"): [one, two]}


def test_equal_value_is_no_change(session: FlowSession) -> None:
    obj = Item(id=1, name="a", size=1)
    session.stored(obj)
    obj.size = True
    obj.name = "a"
    assert changed(obj) == {}


def test_value_that_was_never_loaded_counts_as_changed(session: FlowSession) -> None:
    obj = Item(id=1, name="a", size=1)
    session.stored(obj)
    session.expire(obj)
    obj.name = "a"
    assert changed(obj) == {("name",): [obj]}


def test_deleted_attribute_is_a_change_to_none(session: FlowSession) -> None:
    obj = Item(id=1, name="a", size=1)
    session.stored(obj)
    del obj.size
    assert changed(obj) == {("size",): [obj]}


def test_expression_is_a_change_and_is_never_compared(session: FlowSession) -> None:
    obj = Item(id=1, name="a", size=1)
    session.stored(obj)
    obj.size = Item.size + 1
    obj.name = func.lower("A")
    assert changed(obj) == {("name", "size"): [obj]}


class Odd:
    """Compares like an array: an answer that is no answer."""

    def __eq__(self, other: object) -> Any:
        raise ValueError("ambiguous")

    __hash__ = None  # type: ignore[assignment]


def test_values_that_cannot_be_compared_count_as_changed(session: FlowSession) -> None:
    obj = Filled(id=1, document=Odd())
    session.stored(obj)
    obj.document = Odd()
    assert changed(obj) == {("document",): [obj]}


def test_types_may_compare_their_own_way(session: FlowSession) -> None:
    obj = Filled(id=1, blob={"k": [1]})
    session.stored(obj)
    obj.blob = {"k": [1]}
    assert changed(obj) == {}
    obj.blob = {"k": [2]}
    assert changed(obj) == {("blob",): [obj]}


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        (decimal.Decimal("1.0"), decimal.Decimal("1.00"), True),
        (float("nan"), float("nan"), False),
        (datetime.datetime(2026, 1, 1), datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), False),
        (b"a", b"a", True),
        (None, 0, False),
    ],
)
def test_comparison(session: FlowSession, old: Any, new: Any, same: bool) -> None:
    obj = Filled(id=1, document=old)
    session.stored(obj)
    obj.document = new
    assert (changed(obj) == {}) is same


# --- what rows hold ------------------------------------------------------------------------------


def test_previous_value_is_the_first_recorded_or_the_loaded_one(session: FlowSession) -> None:
    obj = Item(id=1, name="a", size=1)
    session.stored(obj)
    obj.name = "b"
    obj.name = "c"
    previous = Previous()
    assert previous.column([obj], "name") == ["a"]
    assert previous.column([obj], "size") == [1]


def test_previous_values_are_read_where_nobody_knows_them(session: FlowSession) -> None:
    known, unknown = (
        Versioned(id=1, name="a", version=1),
        Versioned(id=2, name="b", version=5),
    )
    session.stored(known, unknown)
    session.expire(unknown)
    unknown.name = "c"
    previous = Previous()
    wanted = previous.unread(Versioned.__mapper__, [known, unknown], ("name", "version"))
    assert wanted is not None and wanted.objs == [unknown]
    loader = FlowLoader(values={unknown: {"name": "b", "version": 5}})
    run(previous.read_steps(loader, [wanted, None]), lambda request: None)  # type: ignore[arg-type,return-value]
    assert previous.column([known, unknown], "name") == ["a", "b"]
    assert previous.of(unknown, "version") == 5
    assert previous.unread(Versioned.__mapper__, [known, unknown], ("name",)) is None


def test_row_that_is_gone_stays_unknown(session: FlowSession) -> None:
    obj = Item(id=1, name="a")
    session.stored(obj)
    session.expire(obj)
    previous = Previous()
    wanted = previous.unread(Item.__mapper__, [obj], ("name",))
    run(previous.read_steps(FlowLoader(values={obj: None}), [wanted]), lambda request: None)  # type: ignore[arg-type,return-value]
    assert previous.of(obj, "name") is NOT_LOADED
