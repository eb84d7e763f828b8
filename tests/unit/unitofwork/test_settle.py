"""Values into objects, and back out again."""

from typing import Any

from flow_doubles import Bind, FlowSession
from flow_models import Item

from accord.sqltypes.entry import SQL_NULL
from accord.state import STATE_KEY
from accord.unitofwork.collect import Work
from accord.unitofwork.emit import Outcome
from accord.unitofwork.links import Relations
from accord.unitofwork.operations import Cell, Kind, Operation, writes_of
from accord.unitofwork.settle import FlushReport, Settlement

MAPPER = Item.__mapper__
WRITES = writes_of(Bind(), MAPPER, MAPPER.tables[0])
NAME, SIZE, ID = WRITES.by_key["name"], WRITES.by_key["size"], WRITES.by_key["id"]


def inserted(objs: list[Any], **given: Any) -> Operation:
    cells = (Cell(NAME, [None] * len(objs), settles=True),)
    return Operation(Kind.INSERT, WRITES, objs, cells, **given)


def test_keys_and_values_are_written_and_taken_back() -> None:
    one, two = Item(size=5), Item(name="mine")
    settlement = Settlement()
    operation = inserted([one, two], key=ID)
    settlement.write(Outcome(operation, [["a", "b"]], keys=[7, 8]))
    assert [(obj.id, obj.name) for obj in (one, two)] == [(7, "a"), (8, "b")]
    settlement.undo()
    assert vars(one) == {"size": 5}
    assert vars(two) == {"name": "mine"}


def test_sql_null_is_none_on_the_object() -> None:
    obj = Item()
    Settlement().write(Outcome(inserted([obj]), [[SQL_NULL]]))
    assert vars(obj) == {"name": None}


def test_fetched_values_are_written_and_unfetched_ones_forgotten() -> None:
    obj = Item(id=1, name="a", size="an expression")
    settlement = Settlement()
    operation = Operation(Kind.INSERT, WRITES, [obj], generated=(NAME, SIZE))
    settlement.write(Outcome(operation, [], fetch=(NAME,), fetched=[("made",)]))
    assert vars(obj) == {"id": 1, "name": "made"}
    settlement.undo()
    assert vars(obj) == {"id": 1, "name": "a", "size": "an expression"}


def test_finish_reports_what_was_filled_in_for_all() -> None:
    session = FlowSession()
    one, two = Item(size=5), Item(name="mine")
    session.add(one, two)
    settlement = Settlement()
    settlement.write(Outcome(inserted([one, two], key=ID), [["a", "mine"]], keys=range(7, 9)))
    settlement.finish(session, Work({MAPPER: [one, two]}, {}, {}), Relations())
    assert settlement.report(Relations()) == FlushReport(inserted=2)
    assert session.reported == [("inserted", Item, [7, 8], ("id",))]
    assert not session.new_objects
    assert vars(one)[STATE_KEY] is session.lease
