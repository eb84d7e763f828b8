"""The synchronous Session: the public face of the unit of work.

A thin shell over `transactional`. In: what users call with objects and statements. Out: the same,
by moving objects in the core, by running generators of `loading`, and by handing statements to
`execution`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple, overload

from accord import exc
from accord.state import STATE_KEY, Change

from . import bulk, deletion, execution, loader, merging
from .core import mapper_of, object_session, open_sessions
from .identity_view import IdentityMapView, IdentitySet
from .inspection import identity_key
from .query import Query
from .transactional import TransactionalSession

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from types import TracebackType
    from typing import Unpack

    from accord.engine import CursorResult, Result, ScalarResult
    from accord.engine.row import TP
    from accord.mapping import Mapper
    from accord.sql.dml import DML
    from accord.sql.statement import TypedReturnsRows

    from .factories import sessionmaker
    from .inspection import make_transient, make_transient_to_detached
    from .transaction import SessionTransaction
    from .typed import ExecuteOptions, GetOptions, Params, QueryCall

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
S = TypeVar("S", bound="Session")


class Session(TransactionalSession):
    """Objects and their rows, within transactions.

    `bind` is the engine (or connection) for everything, `binds` engines per class, base, mixin,
    table or mapper. `autoflush` sends pending changes before queries; `expire_on_commit` forgets
    loaded values after a commit. `join_transaction_mode` says how to behave inside a transaction
    of a given connection: ``conditional_savepoint``, ``rollback_only``, ``control_fully`` or
    ``create_savepoint``.

    >>> with Session(engine) as session:
    ...     session.add(Author(name="Grace", books=[Book(title="Compilers")]))
    ...     session.commit()
    ...     session.scalars(select(Book.title).join(Book.author).filter_by(name="Grace")).all()
    ['Compilers']
    """

    # -- adding, deleting, looking up --------------------------------------------------------------

    def add(self, instance: object) -> None:
        """Put an object into the session; it is inserted at the next flush."""
        if self.transaction is None and self.autobegin:
            self._begun()
        self.adopt(instance)

    def add_all(self, instances: Iterable[object]) -> None:
        """Put several objects into the session."""
        if self.transaction is None and self.autobegin:
            self._begun()
        self.adopt_all(instances)

    def delete(self, instance: object) -> None:
        """Mark a persistent object for deletion; its row is deleted at the next flush."""
        deletion.delete(self, instance)

    def delete_all(self, instances: Iterable[object]) -> None:
        """Mark several persistent objects for deletion."""
        for instance in list(instances):
            deletion.delete(self, instance)

    @overload
    def get(self, entity: type[T], ident: Any, **options: Unpack[GetOptions]) -> T | None: ...
    @overload
    def get(self, entity: Any, ident: Any, **options: Unpack[GetOptions]) -> Any: ...
    def get(
        self,
        entity: Any,
        ident: Any,
        *,
        options: Sequence[Any] = (),
        populate_existing: bool = False,
        with_for_update: Any = None,
        identity_token: Any = None,
        execution_options: Mapping[str, Any] | None = None,
        bind_arguments: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the object with this primary key, or None; from memory if it is there and not
        expired.

        `ident` is the key value, or a tuple or dict of them for several key columns.
        """
        if execution_options:
            if "schema_translate_map" in execution_options:
                self._autoflush()
            given = {
                "options": options,
                "populate_existing": execution_options.get("populate_existing", populate_existing),
                "with_for_update": with_for_update,
                "bind_arguments": bind_arguments,
            }
            with self.speaking({**self.schema_options, **execution_options}):
                return self.get(entity, ident, **given)
        mapper: Mapper = loader.mapper_for(entity)
        key = loader.identity_from(mapper, ident)
        if not populate_existing and with_for_update is None:
            found = self.identity.get(mapper, key)
            if found is not None:
                if type(vars(found)[STATE_KEY]) is Change and not self._run(
                    loader.still_there_steps(self, mapper, found)
                ):
                    return None
                return found if isinstance(found, mapper.class_) else None
            unflushed = self.new_objects or self.dirty_objects or self.deleted_objects
            if self.only_engine is not None and not (unflushed or options or bind_arguments):
                return loader.get_plain(self, mapper, key, self.only_engine)
        return self._run(
            loader.get_steps(
                self,
                mapper,
                key,
                options=tuple(options),
                populate_existing=populate_existing,
                with_for_update=with_for_update,
                bind_arguments=bind_arguments,
            )
        )

    @overload
    def get_one(self, entity: type[T], ident: Any, **options: Unpack[GetOptions]) -> T: ...
    @overload
    def get_one(self, entity: Any, ident: Any, **options: Unpack[GetOptions]) -> Any: ...
    def get_one(self, entity: Any, ident: Any, **options: Any) -> Any:
        """As `get`, but raise `NoResultFound` if there is no such row."""
        found = self.get(entity, ident, **options)
        if found is None:
            raise exc.NoResultFound(
                f"No row of {loader.mapper_for(entity).class_.__name__} has this primary key"
            )
        return found

    def __contains__(self, instance: object) -> bool:
        mapper_of(instance)
        return self.contains(instance)

    def __iter__(self) -> Iterator[object]:
        return iter([*self.new_objects.values(), *self.identity.objects()])

    @property
    def new(self) -> IdentitySet:
        """Objects that will be inserted."""
        return IdentitySet(self.new_objects.values())

    @property
    def dirty(self) -> IdentitySet:
        """Persistent objects with changes that were not flushed, those marked for deletion
        aside.
        """
        return IdentitySet(
            obj for number, obj in self.dirty_objects.items() if number not in self.deleted_objects
        )

    @property
    def deleted(self) -> IdentitySet:
        """Objects marked for deletion."""
        return IdentitySet(self.deleted_objects.values())

    @property
    def identity_map(self) -> IdentityMapView:
        """The persistent objects by (class, key tuple, token). Reading it is for debugging."""
        return IdentityMapView(self.identity)

    def is_modified(self, instance: object, include_collections: bool = True) -> bool:
        """Tell whether an UPDATE would be needed: some value really differs from what was
        loaded.
        """
        return loader.is_modified(instance, include_collections=include_collections)

    # -- attributes that are not loaded ------------------------------------------------------------

    def load_attribute(self, obj: object, attribute: Any) -> object:
        """Load an attribute on access; generated code and `__get__` come here."""
        if self.transaction is None:
            self._begun()
        return self._run(loader.attribute_steps(self, obj, attribute))

    def expire(self, instance: object, attribute_names: Iterable[str] | None = None) -> None:
        """Forget loaded values (and unflushed changes) of an object."""
        loader.expire(self, instance, attribute_names)

    def expire_all(self) -> None:
        """Forget loaded values of all persistent objects."""
        self.expire_everything()

    def refresh(
        self,
        instance: object,
        attribute_names: Iterable[str] | None = None,
        with_for_update: Any = None,
    ) -> None:
        """Read an object's values again, now."""
        self._require(instance, "refresh")
        self._autoflush()
        self._run(loader.refresh_steps(self, instance, attribute_names, with_for_update))

    def expunge(self, instance: object) -> None:
        """Remove an object from the session; it becomes detached."""
        super().expunge(instance)

    def merge(self, instance: T, *, load: bool = True, options: Sequence[Any] | None = None) -> T:
        """Copy the state of an object onto this session's object with the same key, and return
        that.
        """
        return merging.merge(self, instance, load=load)

    def merge_all(self, instances: Iterable[T], *, load: bool = True) -> Sequence[T]:
        """`merge` for several objects."""
        return merging.merge_all(self, instances, load=load)

    # -- statements --------------------------------------------------------------------------------

    @overload
    def execute(
        self,
        statement: TypedReturnsRows[TP],
        params: Params = None,
        **options: Unpack[ExecuteOptions],
    ) -> Result[TP]: ...
    @overload
    def execute(
        self, statement: DML, params: Params = None, **options: Unpack[ExecuteOptions]
    ) -> CursorResult[Any]: ...
    @overload
    def execute(
        self, statement: Any, params: Params = None, **options: Unpack[ExecuteOptions]
    ) -> Result[Any]: ...
    def execute(
        self,
        statement: Any,
        params: Any = None,
        *,
        execution_options: Mapping[str, Any] | None = None,
        bind_arguments: Mapping[str, Any] | None = None,
        mapper: Any = None,
        clause: Any = None,
        **others: Any,
    ) -> Result[Any]:
        """Execute a statement in the session's transaction; ORM entities come back as objects.

        `bind_arguments` ({"mapper": …, "clause": …, "bind": …}) picks the engine where the
        statement alone does not tell. A plain string is taken as `text()`.
        """
        if others:
            raise TypeError(f"execute() got an unexpected keyword argument {next(iter(others))!r}")
        if mapper is not None or clause is not None:
            bind_arguments = {**(bind_arguments or {}), "mapper": mapper, "clause": clause}
        return execution.execute(self, statement, params, execution_options or {}, bind_arguments)

    def _execute_core(
        self,
        statement: Any,
        params: Any,
        options: Mapping[str, Any],
        bind_arguments: Mapping[str, Any] | None,
    ) -> Result[Any]:
        return execution.execute_core(self, statement, params, options, bind_arguments)

    @overload
    def scalar(
        self,
        statement: TypedReturnsRows[tuple[T, *Ts]],
        params: Params = None,
        **options: Unpack[ExecuteOptions],
    ) -> T | None: ...
    @overload
    def scalar(
        self, statement: Any, params: Params = None, **options: Unpack[ExecuteOptions]
    ) -> Any: ...
    def scalar(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Execute and return the first value of the first row, or None."""
        return self.execute(statement, params, **options).scalar()

    if TYPE_CHECKING:

        @overload
        def scalars(
            self,
            statement: TypedReturnsRows[tuple[T, *Ts]],
            params: Params = None,
            **options: Unpack[ExecuteOptions],
        ) -> ScalarResult[T]: ...
        @overload
        def scalars(
            self, statement: Any, params: Params = None, **options: Unpack[ExecuteOptions]
        ) -> ScalarResult[Any]: ...
        def scalars(self, statement: Any, params: Any = None, **options: Any) -> Any:
            """Execute and return the first value of every row."""
    else:
        scalars = execution.scalars  # not called by a method: most queries come here

    if TYPE_CHECKING:
        query: QueryCall
    else:

        def query(self, *entities: Any, **options: Any) -> Query[Any]:
            """Return a legacy `Query` for the entities."""
            return (self._query_cls or Query)(entities, self, **options)

    def bulk_save_objects(
        self,
        objects: Iterable[object],
        return_defaults: bool = False,
        update_changed_only: bool = True,
        preserve_order: bool = True,
    ) -> None:
        """Write objects without attaching them (legacy)."""
        bulk.save_objects(self, list(objects), return_defaults=return_defaults)

    def bulk_insert_mappings(
        self,
        mapper: Any,
        mappings: Iterable[dict[str, Any]],
        return_defaults: bool = False,
        render_nulls: bool = False,
    ) -> None:
        """Insert rows given as dicts of attribute values (legacy)."""
        bulk.insert_mappings(self, mapper, list(mappings), return_defaults=return_defaults)

    def bulk_update_mappings(self, mapper: Any, mappings: Iterable[dict[str, Any]]) -> None:
        """Update rows given as dicts with their primary key (legacy)."""
        bulk.update_mappings(self, mapper, list(mappings))

    # -- context manager, class-level helpers ------------------------------------------------------

    def __enter__(self: S) -> S:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @staticmethod
    def object_session(instance: object) -> Session | None:
        """Return the session an object belongs to, or None."""
        found: Session | None = object_session(instance)
        return found

    @staticmethod
    def identity_key(*args: Any, **options: Any) -> tuple[type, tuple[Any, ...], Any]:
        """Return the key `identity_map` uses; see `accord.orm.identity_key`."""
        return identity_key(*args, **options)

    @classmethod
    def close_all(cls) -> None:
        """Close all sessions."""
        close_all_sessions()


def close_all_sessions() -> None:
    """Close every session of the process."""
    for session in open_sessions():
        if isinstance(session, Session):
            session.close()


__all__ = [
    "Session",
    "SessionTransaction",
    "close_all_sessions",
    "make_transient",
    "make_transient_to_detached",
    "sessionmaker",
]


def __getattr__(name: str) -> object:
    """What is defined elsewhere, and imported from here by ported code."""
    if name in __all__:
        return getattr(import_module("accord.orm"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
