"""Every exception accord raises, in one tree.

Lowest layer of the package: it imports nothing of accord. Messages name the thing that is wrong
and say what to write instead; they never carry parameter values (see
`StatementError.hide_parameters`), passwords or other secrets. Names and bases are those SQLAlchemy
2.x users already catch; the classes at the end are accord's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class AccordError(Exception):
    """Base of everything accord raises on purpose."""


SQLAlchemyError = AccordError


class ArgumentError(AccordError):
    """An argument is wrong in itself, whatever the database holds."""


class MappedAnnotationError(ArgumentError):
    """The annotation of a mapped attribute cannot be read, or has no SQL type."""


class DuplicateColumnError(ArgumentError):
    """Two columns of one table claim the same name."""


class NoSuchModuleError(ArgumentError):
    """No installed plugin provides the dialect or driver asked for."""


class PluginError(AccordError):
    """An installed plugin cannot be used: it failed to import, or two distributions claim its
    name.
    """


class PluginWarning(UserWarning):
    """A hook plugin was left out, or failed where it only observes; everything else goes on."""


class AccordWarning(RuntimeWarning):
    """A mapping or a statement does what it says, but probably not what was meant."""


SAWarning = AccordWarning


class AccordDeprecationWarning(DeprecationWarning):
    """Something works and has a newer form, which the message names."""


SADeprecationWarning = AccordDeprecationWarning


class AccordPendingDeprecationWarning(PendingDeprecationWarning):
    """As `AccordDeprecationWarning`, for what will be around for long."""


SAPendingDeprecationWarning = AccordPendingDeprecationWarning


class Base20DeprecationWarning(AccordDeprecationWarning):
    """What SQLAlchemy 2.0 did away with or moved."""


class LegacyAPIWarning(Base20DeprecationWarning):
    """A call of the 1.x API that stays, and has a form of the 2.0 API."""


class MovedIn20Warning(Base20DeprecationWarning):
    """A name that SQLAlchemy 2.0 moved to another module."""


class DontWrapMixin:
    """For exceptions of a program's own types: raised as they are, not inside a StatementError."""


class NoForeignKeysError(ArgumentError):
    """Two tables are to be joined and no foreign key connects them."""


class AmbiguousForeignKeysError(ArgumentError):
    """Two tables are to be joined and more than one foreign key connects them."""


class ConstraintColumnNotFoundError(ArgumentError):
    """A constraint names a column its table does not have."""


class CircularDependencyError(AccordError):
    """A set of things cannot be ordered because they depend on each other in a circle."""


class CompileError(AccordError):
    """A statement cannot be rendered as SQL."""


class UnsupportedCompilationError(CompileError):
    """The dialect has no rendering for a construct."""


class IdentifierError(AccordError):
    """A name cannot be used as an SQL identifier (NUL, control character, over-length)."""


class InvalidRequestError(AccordError):
    """The request makes no sense in the present state."""


class DuplicateTableError(ArgumentError, InvalidRequestError):
    """Two tables of one MetaData claim the same name."""


class NoInspectionAvailable(InvalidRequestError):
    """`inspect()` was given something accord knows nothing about."""


class NoDBAPILoaded(NoSuchModuleError, InvalidRequestError):
    """The driver of a dialect is not installed, or too old."""


class NoSuchColumnError(InvalidRequestError, KeyError):
    """A row or a table was asked for a column it does not have."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class AmbiguousColumnError(InvalidRequestError):
    """A row was asked for a name that several of its columns have."""


class NoReferenceError(InvalidRequestError):
    """A foreign key points at something that does not exist."""


class NoReferencedTableError(NoReferenceError):
    """A foreign key names a table that is not in the MetaData."""


class NoReferencedColumnError(NoReferenceError):
    """A foreign key names a column that its table does not have."""


class NoSuchTableError(InvalidRequestError):
    """The database has no such table."""


class UnreflectableTableError(InvalidRequestError):
    """The database has the table, and cannot tell what it is made of."""


class UnboundExecutionError(InvalidRequestError):
    """No engine could be found for a statement."""


class ResourceClosedError(InvalidRequestError):
    """A connection, result or session was used after its end."""


class PendingRollbackError(InvalidRequestError):
    """The transaction failed earlier; it has to be rolled back before anything else."""


class NoResultFound(InvalidRequestError):
    """A row was required and none was found."""


class MultipleResultsFound(InvalidRequestError):
    """One row was required and several were found."""


class ObjectNotExecutableError(ArgumentError):
    """Something that is not a statement was executed."""

    def __init__(self, target: object) -> None:
        part = _named_part(target)
        if part is None:
            super().__init__(f"Not an executable object: {target!r}; strings go through text(...)")
        else:
            super().__init__(f"Not an executable object: {part}; write select({part})")


def _named_part(target: object) -> str | None:
    """Return what a program calls a class, a table or a column that is no statement by itself."""
    owner = getattr(target, "owner", None)
    if owner is not None:
        names = [getattr(owner, "class_", type(owner)).__name__, getattr(target, "key", None)]
    else:
        table = getattr(target, "table", None)
        names = [getattr(table, "name", None), getattr(target, "name", None)]
    return ".".join(str(name) for name in names if name) or None


class TimeoutError(AccordError):  # the name SQLAlchemy users catch
    """No connection became free in the pool in time."""


class DisconnectionError(AccordError):
    """A disconnect was noticed on a raw connection. A "checkout" listener raises it to get another
    connection instead.
    """

    invalidate_pool: bool = False
    """Whether all other connections of the pool are given up as well."""


class InvalidatePoolError(DisconnectionError):
    """As `DisconnectionError`, for a reason that concerns the whole pool."""

    invalidate_pool = True


class ConcurrentUseError(InvalidRequestError):
    """A session or connection was used by two threads, or re-entered where it must not be."""


IllegalStateChangeError = ConcurrentUseError


class StatementError(AccordError):
    """A statement could not be executed; `statement` is its text, `orig` the cause.

    Parameters stay on the exception (`params`) for a debugger and are printed only when the engine
    was created with ``hide_parameters=False``.
    """

    def __init__(
        self, message: str, statement: str | None = None, params: Any = None,
        orig: BaseException | None = None, hide_parameters: bool = True, code: str | None = None,
        ismulti: bool | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.statement, self.params, self.orig = statement, params, orig
        self.hide_parameters, self.code, self.ismulti = hide_parameters, code, ismulti
        self.detail: list[str] = []

    def add_detail(self, msg: str) -> None:
        """Say more about it, in front of the message."""
        self.detail.append(msg)

    def __str__(self) -> str:
        lines = [*[f"({detail})" for detail in self.detail], str(self.args[0])]
        if self.statement and self.statement != self.args[0]:
            lines.append(f"[SQL: {self.statement}]")
            if self.params:
                hint = "hidden; create_engine(..., hide_parameters=False) shows them"
                lines.append(f"[parameters: {hint if self.hide_parameters else repr(self.params)}]")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickles and copies travel (task queues, process pools): they carry no parameters.
        kept = ("retryable", "kind", "constraint_name", "connection_invalidated", "code", "detail")
        extra = {name: value for name, value in vars(self).items() if name in kept}
        return (_rebuild, (type(self), str(self.args[0]), self.statement, extra))


def _rebuild(cls: type[StatementError], message: str, statement: str | None, extra: Any) -> Any:
    error = cls.__new__(cls)
    StatementError.__init__(error, message, statement)
    vars(error).update(extra)
    return error


class DBAPIError(StatementError):
    """The driver raised. The subclass says which kind; `retryable` whether a new try of the whole
    transaction may succeed; `constraint_name` which constraint refused, where the database
    tells."""

    retryable: bool = False
    kind: str = "other"
    constraint_name: str | None = None
    connection_invalidated: bool = False

    def __init__(
        self, statement: str | None = None, params: Any = None, orig: BaseException | None = None,
        hide_parameters: bool = True, connection_invalidated: bool = False,
        code: str | None = None, ismulti: bool | None = None, *, message: str | None = None,
    ) -> None:  # fmt: skip
        if message is None:
            kind, where = type(orig).__qualname__, type(orig).__module__
            message = str(statement) if orig is None else f"({where}.{kind}) {orig}"
        super().__init__(message, statement, params, orig, hide_parameters, code, ismulti)
        self.connection_invalidated = connection_invalidated


class InterfaceError(DBAPIError):
    """The driver's interface was misused (DB-API InterfaceError)."""


class DatabaseError(DBAPIError):
    """The database refused (DB-API DatabaseError)."""


class DataError(DatabaseError):
    """A value does not fit (DB-API DataError)."""


class OperationalError(DatabaseError):
    """Something outside the program's control failed (DB-API OperationalError)."""


class IntegrityError(DatabaseError):
    """A constraint refused the statement (DB-API IntegrityError)."""


class InternalError(DatabaseError):
    """The database is in an internal error state (DB-API InternalError)."""


class ProgrammingError(DatabaseError):
    """The statement is wrong: no such table, syntax error (DB-API ProgrammingError)."""


class NotSupportedError(DatabaseError):
    """The database cannot do this (DB-API NotSupportedError)."""


# --- the ORM --------------------------------------------------------------------------------------


class StaleDataError(AccordError):
    """A row that was to be updated or deleted is not there any more, or carries another version."""


ConcurrentModificationError = StaleDataError


class FlushError(AccordError):
    """The unit of work cannot be flushed as it stands."""


class UniqueCycleError(FlushError):
    """Rows exchange unique values in a circle that cannot be broken; names the rows."""


class MissingValueError(FlushError):
    """A NOT NULL column has no value and no default; names the column and the object."""


class UnmappedError(InvalidRequestError):
    """A mapping was needed and there is none."""


class UnmappedInstanceError(UnmappedError):
    """The object's class is not mapped."""

    def __init__(self, obj: object, message: str | None = None) -> None:
        if message is None:
            cls = type(obj)
            message = (
                f"Class {cls.__module__}.{cls.__qualname__} is not mapped; derive it from a "
                "declarative base or map it with registry.map_imperatively()"
            )
            if cls.__module__ == "builtins":
                several = isinstance(obj, list | tuple | set)
                message = f"An object of a mapped class belongs here, not a {cls.__name__}" + (
                    "; for several there are add_all(), delete_all()" if several else ""
                )
            if isinstance(obj, type):
                name = obj.__qualname__
                message = f"A class was given where an instance belongs: {name}; write {name}(...)"
        super().__init__(message)


class UnmappedClassError(UnmappedError):
    """The class is not mapped."""

    def __init__(self, cls: object, message: str | None = None) -> None:
        name = getattr(cls, "__qualname__", repr(cls))
        super().__init__(message or f"Class {name!r} is not mapped")


class UnmappedColumnError(InvalidRequestError):
    """A column was needed that the mapping does not have."""


class ObjectDeletedError(InvalidRequestError):
    """An expired object was refreshed and its row is gone."""


class ObjectDereferencedError(AccordError):
    """An operation needs an object that was garbage collected."""


class DetachedInstanceError(AccordError):
    """An attribute has to be loaded and the object belongs to no session."""


class LazyLoadError(InvalidRequestError):
    """An attribute would have to be loaded where no I/O may happen; says the line to write."""


AwaitRequired = MissingGreenlet = LazyLoadError


class LoaderStrategyException(InvalidRequestError):
    """An attribute cannot be loaded the way it was asked for."""


# --- accord's own: several databases --------------------------------------------------------------


class CrossEngineError(InvalidRequestError):
    """One statement touches tables of two engines; names both."""


class PartialCommitError(AccordError):
    """Several engines were committed one after the other and one failed after another had
    succeeded.

    `committed` and `failed` name the engines; a two-phase session never raises this.
    """

    def __init__(
        self, message: str, committed: Sequence[str] = (), failed: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.committed = tuple(committed)
        self.failed = tuple(failed)


class TwoPhaseNotReady(AccordError):
    """A two-phase commit needs a decision table that is not there; says the command to run."""


class NotAtomic(AccordError):
    """The engines of this transaction cannot commit atomically together."""


class CommitOutcomeUnknown(AccordError):
    """The answer to a commit was lost; the outcome is settled by `accord tpc recover` or
    `Connection.recover_twophase`, never guessed. `gtrid` names the transaction.
    """

    def __init__(self, message: str, gtrid: str | None = None) -> None:
        super().__init__(message)
        self.gtrid = gtrid


__all__ = [name for name, value in list(globals().items()) if isinstance(value, type)]
