"""Ten seeded faults: each breaks one promise of the unit of work in one place, while switched on.

They are what a careless change might do. `test_faults.py` shows that the random programs find each.
A fault names the functions it patches, so that it fails loudly when they are renamed.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any
from unittest.mock import patch

Patches = Callable[[ExitStack], None]
FAULTS: dict[str, Patches] = {}


def fault(function: Patches) -> Patches:
    FAULTS[function.__name__] = function
    return function


@contextmanager
def switched_on(name: str) -> Iterator[None]:
    with ExitStack() as stack:
        FAULTS[name](stack)
        yield


def module(name: str) -> Any:
    """A module of accord; a package may hide it behind a function of its name."""
    import_module(f"accord.{name}")
    return sys.modules[f"accord.{name}"]


def replaced(stack: ExitStack, owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    stack.enter_context(patch.object(owner, name, make(getattr(owner, name))))


@fault
def a_changed_column_is_not_written(stack: ExitStack) -> None:
    """Of the changed columns of an object the last is forgotten."""

    def make(original: Any) -> Any:
        def net_changes(mapper: Any, objs: Any) -> Any:
            found: dict[Any, Any] = {}
            for names, group in original(mapper, objs).items():
                found.setdefault(names[:-1], []).extend(group)
            return found

        return net_changes

    replaced(stack, module("unitofwork.decompose"), "net_changes", make)


@fault
def keys_are_given_to_the_wrong_objects(stack: ExitStack) -> None:
    """The generated keys of a batch come back in another order than its rows."""

    def make(original: Any) -> Any:
        def insert_steps(batch: Any) -> Any:
            result = yield from original(batch)
            if result.keys is None:
                return result
            keys = list(result.keys)[::-1]
            return type(result)(keys, result.fetched)

        return insert_steps

    replaced(stack, module("unitofwork.emit"), "insert_steps", make)


@fault
def foreign_keys_do_not_order_writes(stack: ExitStack) -> None:
    """No operation waits for another one."""

    def make(original: Any) -> Any:
        def edges(operations: Any, previous: Any) -> Any:
            return [set() for _ in operations]

        return edges

    replaced(stack, module("unitofwork.order"), "_edges", make)


@fault
def unique_values_do_not_order_writes(stack: ExitStack) -> None:
    """Nobody waits for a unique value to be given up."""

    def make(original: Any) -> Any:
        def unique_conflicts(operations: Any, previous: Any) -> Any:
            return []

        return unique_conflicts

    replaced(stack, module("unitofwork.order"), "unique_conflicts", make)


@fault
def orphans_are_kept(stack: ExitStack) -> None:
    """What its owner let go of is not deleted."""

    def make(original: Any) -> Any:
        def settle_lost(self: Any) -> Any:
            original(self)
            return []

        return settle_lost

    replaced(stack, module("unitofwork.relate")._Survey, "settle_lost", make)


@fault
def removed_links_are_kept(stack: ExitStack) -> None:
    """A many-to-many row stays when its member is removed from the collection."""

    def make(original: Any) -> Any:
        def remove(self: Any, rel: Any, owner: Any, item: Any) -> None:
            pass

        return remove

    replaced(stack, module("unitofwork.secondary").Pairs, "remove", make)


@fault
def flushed_objects_stay_dirty(stack: ExitStack) -> None:
    """A flushed change is not taken off the object."""

    def make(original: Any) -> Any:
        def clean(session: Any, mapper: Any, obj: Any) -> None:
            pass

        return clean

    replaced(stack, module("unitofwork.settle"), "_clean", make)


@fault
def deleted_objects_are_not_restored(stack: ExitStack) -> None:
    """A rollback forgets the objects whose rows were deleted."""

    def make(original: Any) -> Any:
        def undo(self: Any, *args: Any, **kwargs: Any) -> None:
            pass

        return undo

    replaced(stack, module("orm.journal").Deleted, "undo", make)


@fault
def inserted_objects_survive_a_rollback(stack: ExitStack) -> None:
    """A rollback leaves new objects in the identity map."""

    def make(original: Any) -> Any:
        def undo(self: Any, *args: Any, **kwargs: Any) -> None:
            pass

        return undo

    replaced(stack, module("orm.journal").Inserted, "undo", make)


@fault
def children_take_the_key_of_another_parent(stack: ExitStack) -> None:
    """Foreign keys of a batch that come from parents are shifted by one row."""

    def make(original: Any) -> Any:
        def parent_values(cell: Any, operation: Any, previous: Any) -> Any:
            parents = cell.parents
            shifted = replace(cell, parents=[*parents[1:], parents[0]])
            return original(shifted, operation, previous)

        return parent_values

    replaced(stack, module("unitofwork.emit"), "parent_values", make)
