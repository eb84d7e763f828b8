"""accord.event: registration, options, order, inheritance and errors."""

from __future__ import annotations

import pytest

from accord import exc
from accord.event import (
    Dispatch,
    DispatchSlot,
    contains,
    dispatch_of,
    listen,
    listens_for,
    remove,
)

NAMES = {"saved": ("target", "row"), "loaded": ("target",)}


class Target:
    __accord_dispatch__ = DispatchSlot(NAMES)

    def __init__(self) -> None:
        self.dispatch = Dispatch((type(self).__accord_dispatch__(),))

    def fire(self, name: str, *values: object) -> None:
        for call in self.dispatch.listeners(name):
            call(*values)


class Special(Target):
    pass


@pytest.fixture
def target_class():
    class Fresh(Target):
        pass

    return Fresh


def test_a_listener_is_called_with_the_arguments_of_the_event(target_class):
    target, heard = target_class(), []
    listen(target, "saved", lambda *values: heard.append(values))
    target.fire("saved", "obj", 3)
    assert heard == [("obj", 3)]
    assert not target.dispatch.has("loaded")


def test_class_listeners_come_first_and_reach_instances_made_before(target_class):
    target, heard = target_class(), []
    listen(target, "loaded", lambda t: heard.append("instance"))
    listen(target_class, "loaded", lambda t: heard.append("class"))
    target.fire("loaded", target)
    assert heard == ["class", "instance"]


def test_listeners_of_a_superclass_reach_its_subclasses_and_not_the_other_way_round(target_class):
    class Sub(target_class):
        pass

    heard = []
    listen(target_class, "loaded", lambda t: heard.append("base"))
    listen(Sub, "loaded", lambda t: heard.append("sub"))
    target_class().fire("loaded", None)
    assert heard == ["base"]
    Sub().fire("loaded", None)
    assert heard == ["base", "base", "sub"]


def test_insert_goes_before_what_is_there(target_class):
    target, heard = target_class(), []
    listen(target, "loaded", lambda t: heard.append("first"))
    listen(target, "loaded", lambda t: heard.append("inserted"), insert=True)
    target.fire("loaded", None)
    assert heard == ["inserted", "first"]


def test_once_is_called_once_and_forgotten(target_class):
    target, heard = target_class(), []

    @listens_for(target, "loaded", once=True)
    def only_once(t):
        heard.append(t)

    target.fire("loaded", 1)
    target.fire("loaded", 2)
    assert heard == [1]
    assert not contains(target, "loaded", only_once)
    assert not target.dispatch.has("loaded")


def test_named_passes_arguments_by_name(target_class):
    target, heard = target_class(), []
    listen(target, "saved", lambda **kw: heard.append(kw), named=True)
    target.fire("saved", "obj", 3)
    assert heard == [{"target": "obj", "row": 3}]


def test_named_needs_an_event_that_names_its_arguments():
    class Plain:
        dispatch = Dispatch(names=frozenset({"gone"}))

        def __accord_dispatch__(self) -> Dispatch:
            return self.dispatch

    with pytest.raises(exc.InvalidRequestError, match="without named=True"):
        listen(Plain(), "gone", print, named=True)


def test_only_propagated_listeners_are_inherited():
    base = Dispatch(names=NAMES)
    sub = Dispatch(names=NAMES, inherits=(base,))

    class Mapped:
        class __mapper__:
            dispatch = base

    heard = []
    listen(Mapped, "loaded", lambda t: heard.append("own"))
    listen(Mapped, "loaded", lambda t: heard.append("propagated"), propagate=True)
    for call in sub.listeners("loaded"):
        call(None)
    assert heard == ["propagated"]


def test_options_stay_with_the_listener(target_class):
    listen(target_class, "saved", print, retval=True, raw=True)
    (listener,) = target_class().dispatch.registrations("saved")
    assert listener.function is print
    assert (listener.retval, listener.raw, listener.once) == (True, True, False)


def test_the_same_function_is_registered_once_and_remove_undoes_it(target_class):
    target, heard = target_class(), []

    class Recorder:
        def hear(self, value):
            heard.append(value)

    recorder, other = Recorder(), Recorder()
    listen(target, "loaded", recorder.hear)
    listen(target, "loaded", recorder.hear)
    listen(target, "loaded", other.hear)
    target.fire("loaded", 1)
    assert heard == [1, 1]
    remove(target, "loaded", recorder.hear)
    assert not contains(target, "loaded", recorder.hear)
    assert contains(target, "loaded", other.hear)
    with pytest.raises(exc.InvalidRequestError, match="does not listen to event 'loaded'"):
        remove(target, "loaded", recorder.hear)


def test_a_listener_may_remove_itself_while_the_event_is_fired(target_class):
    target, heard = target_class(), []

    def leaving(t):
        heard.append("leaving")
        remove(target, "loaded", leaving)

    listen(target, "loaded", leaving)
    listen(target, "loaded", lambda t: heard.append("staying"))
    target.fire("loaded", None)
    target.fire("loaded", None)
    assert heard == ["leaving", "staying", "staying"]


def test_a_listener_inherited_over_two_ways_is_heard_once():
    top = Dispatch(names=NAMES)
    left, right = Dispatch((top,)), Dispatch((top,))
    both = Dispatch((left, right))
    top_owner = type("Owner", (), {"__accord_dispatch__": lambda self: top})()
    listen(top_owner, "loaded", print)
    assert both.listeners("loaded") == (print,)


def test_an_unknown_event_lists_the_events_there_are(target_class):
    with pytest.raises(exc.InvalidRequestError, match=r"No such event: 'svaed'.*loaded, saved"):
        listen(target_class, "svaed", print)
    with pytest.raises(exc.InvalidRequestError, match="No such event"):
        target_class().dispatch.listeners("svaed")


def test_something_without_events_is_refused_by_name():
    with pytest.raises(
        exc.InvalidRequestError, match="Nothing can listen to an object of type int"
    ):
        listen(3, "saved", print)
    with pytest.raises(exc.InvalidRequestError, match="class int"):
        dispatch_of(int)


def test_a_listener_that_cannot_be_called_is_refused(target_class):
    with pytest.raises(exc.ArgumentError, match="must be callable, got an object of type str"):
        listen(target_class, "saved", "print")  # type: ignore[arg-type]  # the mistake under test


def test_whether_anybody_listens_to_anything_is_known_after_every_change(target_class):
    target = target_class()
    assert not target.dispatch.hears_any()
    listen(target_class, "saved", print)
    assert target.dispatch.hears_any()
    remove(target_class, "saved", print)
    assert not target.dispatch.hears_any()
