"""The state an object carries under ``vars(obj)["_sa_instance_state"]``.

In: nothing. Out: `Lease`, shared by all clean objects of a session, and `Change`, one per object
while it is changed, expired or deleted. An object without the key is transient. Sharing is the
point: a loaded object costs no state object of its own (DESIGN §3.1), and a session lets go of all
its objects at once by clearing the lease's owner.
"""

from __future__ import annotations

import enum
import weakref
from collections.abc import Hashable
from typing import Final, Protocol

STATE_KEY: Final = "_sa_instance_state"

#: An identity within its mapping: the key value of a one-column primary key, a tuple of several.
Identity = Hashable


class Status(enum.IntEnum):
    """Where an object stands with respect to a session and the database."""

    TRANSIENT = 0
    PENDING = 1
    PERSISTENT = 2
    DELETED = 3
    DETACHED = 4


class _NotLoaded(enum.Enum):
    NOT_LOADED = "not loaded"

    def __repr__(self) -> str:
        return "<not loaded>"

    def __bool__(self) -> bool:
        return False


#: The old value of an attribute that was set before it was ever loaded.
NOT_LOADED: Final = _NotLoaded.NOT_LOADED


class _Untracked(dict[str, object]):
    """Says "already recorded" for every name: a new object is inserted whole, old values do not
    matter.
    """

    def __contains__(self, name: object) -> bool:
        return True


UNTRACKED: Final = _Untracked()


class Owner(Protocol):
    """What an object's state, and the relationships around it, need of a session."""

    #: Changed persistent objects by `id`, held strongly until they are flushed.
    dirty_objects: dict[int, object]

    def adopt(self, obj: object) -> None:
        """Take `obj` in: an object of the session now refers to it (save-update cascade)."""
        ...

    def abandon(self, obj: object) -> None:
        """`obj` lost the parent it cannot exist without (delete-orphan): drop it if it is
        pending.
        """
        ...

    def find(self, mapper: object, key: Identity) -> object | None:
        """Return the object of `key` from the identity map, without any SQL."""
        ...

    def load_attribute(self, obj: object, attribute: object) -> object:
        """Read an attribute that is not loaded; returns its value, which is then in
        ``vars(obj)``.
        """
        ...


class Lease:
    """Shared by all clean persistent objects of one session; `owner` None means: detached."""

    __slots__ = ("__weakref__", "options", "owner")

    #: None: the next tracked write has to make a `Change`.
    changes: dict[str, object] | None = None
    pending: bool = False
    deleted: bool = False

    def __init__(self, owner: Owner | None, options: object = None) -> None:
        self.owner: weakref.ref[Owner] | None = None if owner is None else weakref.ref(owner)
        #: Loader options that later lazy loads of these objects have to respect, or None.
        self.options = options

    @property
    def lease(self) -> Lease:
        """The lease itself, so that a `Change` and a `Lease` answer the same question."""
        return self

    def release(self) -> None:
        """Detach every object that carries this lease."""
        self.owner = None

    def __repr__(self) -> str:
        return f"<accord.orm.state.InstanceState object at {id(self):#x}>"

    def __reduce__(self) -> tuple[object, ...]:
        # A state never travels with a copied or pickled dict: what arrives belongs to no session.
        return (_detached, ())


class PendingLease(Lease):
    """Shared by the new objects of one session; once released they are transient again."""

    __slots__ = ()

    changes: dict[str, object] | None = UNTRACKED
    pending: bool = True


class Change:
    """The record of one persistent object that is changed, expired or deleted.

    `key` is its identity when the record was made: it stays right while key attributes are expired
    or reassigned. `changes` maps attribute names to their first old value (a list copy for
    collections), and is None as long as nothing was written.
    """

    __slots__ = ("changes", "deleted", "key", "lease")

    pending: bool = False

    def __init__(
        self,
        lease: Lease,
        key: Identity,
        changes: dict[str, object] | None = None,
        deleted: bool = False,
    ) -> None:
        self.lease = lease
        self.key = key
        self.changes = changes
        self.deleted = deleted

    @property
    def owner(self) -> weakref.ref[Owner] | None:
        """Weak link to the session, None when detached."""
        return self.lease.owner

    def __repr__(self) -> str:
        return f"<accord.orm.state.InstanceState object at {id(self):#x}>"

    def __reduce__(self) -> tuple[object, ...]:
        return (_detached_record, (self.key, self.changes))


#: Carried by objects that were expunged one by one.
DETACHED: Final = Lease(None)


def _detached() -> Lease:
    return DETACHED


def _detached_record(key: Identity, changes: dict[str, object] | None) -> Change:
    return Change(DETACHED, key, changes)
