"""Making sessions: `sessionmaker`, `scoped_session`.

In: the arguments sessions are to have. Out: sessions with them; `scoped_session` keeps one per
scope (a thread, or whatever `scopefunc` names) and passes every call on to it.
"""

from __future__ import annotations

import contextlib
import threading
import warnings
from typing import TYPE_CHECKING, Any, Generic

from accord import exc

from .session import Session, close_all_sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typing_extensions import TypeVar

    from accord.event import Dispatch

    S = TypeVar("S", bound=Session, default=Session)
    # To type checkers a scoped session has what its sessions have; it passes every call on.
    PassedOn = Session
else:
    from typing import TypeVar

    S = TypeVar("S", bound=Session)

    class PassedOn:
        """Nothing at run time."""




class sessionmaker(Generic[S]):
    """A factory of sessions with given arguments; `configure` changes them later.

    `class_` is the Session class to make. ``with factory.begin() as session:`` commits at the end.

    >>> NewSession = sessionmaker(engine, expire_on_commit=False)
    >>> with NewSession.begin() as session:
    ...     author = Author(name="Kay")
    ...     session.add(author)
    >>> author.name, author.id is not None
    ('Kay', True)
    """

    def __init__(
        self,
        bind: Any = None,
        *,
        class_: type[S] = Session,  # type: ignore[assignment]  # the default of S
        autoflush: bool = True,
        expire_on_commit: bool = True,
        info: dict[Any, Any] | None = None,
        **kw: Any,
    ) -> None:
        kw["bind"] = bind
        kw["autoflush"] = autoflush
        kw["expire_on_commit"] = expire_on_commit
        if info is not None:
            kw["info"] = info
        self.kw = kw
        # A class of its own, so that listeners on this factory hear only its sessions.
        self.class_: type[S] = type(class_.__name__, (class_,), {})

    def __call__(self, **local: Any) -> S:
        """Return a new session; keyword arguments override those of the factory."""
        for name, value in self.kw.items():
            if name == "info" and "info" in local:
                local["info"] = {**value, **local["info"]}
            else:
                local.setdefault(name, value)
        return self.class_(**local)

    def configure(self, **new: Any) -> None:
        """Change the arguments of sessions made from now on."""
        self.kw.update(new)

    @contextlib.contextmanager
    def _begin(self) -> Iterator[S]:
        with self() as session, session.begin():
            yield session

    def begin(self) -> contextlib.AbstractContextManager[S]:
        """Return a context manager: a session in a transaction that is committed at the end."""
        return self._begin()

    @classmethod
    def close_all(cls) -> None:
        """Close all sessions of the process."""
        close_all_sessions()

    @classmethod
    def identity_key(cls, *args: Any, **options: Any) -> Any:
        """See `accord.orm.identity_key`."""
        return Session.identity_key(*args, **options)

    @classmethod
    def object_session(cls, instance: object) -> Session | None:
        """Return the session an object belongs to."""
        return Session.object_session(instance)

    def __accord_dispatch__(self) -> Dispatch:
        found: Dispatch = self.class_.__accord_dispatch__()
        return found

    def __repr__(self) -> str:
        names = ", ".join(f"{name}={value!r}" for name, value in self.kw.items())
        return f"{type(self).__name__}(class_={self.class_.__name__!r}, {names})"


class scoped_session(PassedOn, Generic[S]):
    """One session per scope. Calls and attributes go to the session of the present scope."""

    def __init__(
        self, session_factory: Callable[..., S], scopefunc: Callable[[], Any] | None = None
    ) -> None:
        self.session_factory = session_factory
        self._scopefunc = scopefunc
        self._local = threading.local()
        self._by_scope: dict[Any, S] = {}

    @property
    def registry(self) -> Callable[..., S]:
        """Returns the session of the present scope, made if there is none."""
        return self

    def has(self) -> bool:
        """Whether the present scope has a session."""
        return self._find() is not None

    def _find(self) -> S | None:
        if self._scopefunc is None:
            return getattr(self._local, "session", None)
        return self._by_scope.get(self._scopefunc())

    def __call__(self, **kw: Any) -> S:
        found = self._find()
        if found is not None:
            if kw:
                raise exc.InvalidRequestError(
                    "Scoped session is already present; no new arguments may be specified."
                )
            return found
        made = self.session_factory(**kw)
        if self._scopefunc is None:
            self._local.session = made
        else:
            self._by_scope[self._scopefunc()] = made
        return made

    def __accord_dispatch__(self) -> Dispatch:
        found: Dispatch = self.session_factory.__accord_dispatch__()  # type: ignore[attr-defined]  # a sessionmaker
        return found

    def remove(self) -> None:
        """Close the session of the present scope, if there is one, and forget it."""
        found = self._find()
        if found is None:
            return
        found.close()
        if self._scopefunc is None:
            del self._local.session
        else:
            del self._by_scope[self._scopefunc()]

    def configure(self, **kw: Any) -> None:
        """Change the arguments of the factory."""
        if self.has():
            warnings.warn(
                "At least one scoped session is already present. configure() can not affect "
                "sessions that "
                "have already been created.",
                exc.AccordWarning,
                stacklevel=2,
            )
        self.session_factory.configure(**kw)  # type: ignore[attr-defined]  # a sessionmaker

    def query_property(self, query_cls: type | None = None) -> Any:
        """Return a class attribute that gives a Query of the class it is read from."""
        return _QueryProperty(self, query_cls)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_") or name in ("session_factory",):
            object.__setattr__(self, name, value)
        else:
            setattr(self(), name, value)

    def __contains__(self, instance: object) -> bool:
        return instance in self()

    def __iter__(self) -> Iterator[object]:
        return iter(self())

    def __enter__(self) -> S:  # type: ignore[override]  # the session, not the scope
        return self()

    def __exit__(self, *_: object) -> None:
        self.remove()


class _QueryProperty:
    def __init__(self, scope: scoped_session[Any], query_cls: type | None) -> None:
        self.scope = scope
        self.query_cls = query_cls

    def __get__(self, instance: object, owner: type) -> Any:
        if getattr(owner, "__mapper__", None) is None:
            return None
        if self.query_cls is not None:
            return self.query_cls((owner,), session=self.scope())
        return self.scope().query(owner)
