"""What is deleted along, read set by set."""

from typing import Any

import pytest
from flow_doubles import FlowLoader, FlowSession, run
from flow_models import Owner, Parent, Pet, Toy

from accord.dialect import Reply
from accord.mapping import DeclarativeBase, Mapped, mapped_column, relationship
from accord.schema import ForeignKey, MetaData
from accord.unitofwork import delete_cascade_steps


@pytest.fixture
def session() -> FlowSession:
    return FlowSession()


def cascaded(loader: FlowLoader, *objs: Any, known: dict[int, object] | None = None) -> list[Any]:
    steps = delete_cascade_steps(loader, objs, known or {})
    return list(run(steps, lambda request: Reply([])).values())


def test_waves_ask_once_for_all_owners(session: FlowSession) -> None:
    toys = [Toy(id=number) for number in range(4)]
    pets = [Pet(id=number) for number in range(2)]
    owners = [Owner(id=number) for number in range(2)]
    session.stored(*toys, *pets, *owners)
    loader = FlowLoader(
        members={
            (owners[0], "pets"): [pets[0]],
            (owners[1], "pets"): [pets[1]],
            (pets[0], "toys"): toys[:2],
            (pets[1], "toys"): toys[2:],
        }
    )
    assert cascaded(loader, *owners) == [*owners, *pets, *toys]
    assert [asked[1] for asked in loader.asked] == ["pets", "toys"]


def test_what_is_loaded_is_not_asked_for(session: FlowSession) -> None:
    owner = Owner(id=1, pets=[Pet(id=1, toys=[])])
    session.stored(*owner.pets, owner)
    loader = FlowLoader()
    assert cascaded(loader, owner) == [owner, *owner.pets]
    assert loader.asked == []


def test_known_objects_are_left_out(session: FlowSession) -> None:
    pet = Pet(id=1, toys=[])
    owner = Owner(id=1, pets=[pet])
    session.stored(pet, owner)
    assert cascaded(FlowLoader(), owner, known={id(pet): pet}) == [owner]


def test_without_the_cascade_nothing_is_reached(session: FlowSession) -> None:
    parent = Parent(id=1)
    session.stored(parent)
    loader = FlowLoader()
    assert cascaded(loader, parent) == [parent]
    assert loader.asked == []


def test_passive_deletes_leave_the_rest_to_the_database() -> None:
    class Own(DeclarativeBase):
        metadata = MetaData()

    class Box(Own):
        __tablename__ = "box"
        id: Mapped[int] = mapped_column(primary_key=True)
        things: Mapped[list["Thing"]] = relationship(cascade="all", passive_deletes=True)

    class Thing(Own):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        box_id: Mapped[int] = mapped_column(ForeignKey("box.id", ondelete="CASCADE"))

    session = FlowSession()
    loaded, unloaded = Box(id=1, things=[Thing(id=1)]), Box(id=2)
    session.stored(*loaded.things, loaded, unloaded)
    loader = FlowLoader()
    assert cascaded(loader, loaded, unloaded) == [loaded, unloaded, *loaded.things]
    assert loader.asked == []
