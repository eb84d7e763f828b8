"""Group transactions, second part: what errors are taken for, and what works after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accord import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    select,
    update,
)
from accord.exc import DBAPIError, IntegrityError
from accord_conformance import check
from accord_conformance.models import rows_of, things
from accord_conformance.registry import group

if TYPE_CHECKING:
    from accord_conformance.kit import Kit

test = group("transactions")


def _constraints(kit: Kit) -> tuple[Table, Table]:
    name, child = kit.name("constrained"), kit.name("child")

    def build(metadata: MetaData) -> tuple[Table, ...]:
        parent = Table(
            name,
            metadata,
            Column("id", Integer, primary_key=True, autoincrement=False),
            Column("name", String(30), nullable=False, unique=True),
            Column("n", Integer),
            CheckConstraint("n > 0", name=f"{name}_positive"),
        )
        other = Table(
            child,
            metadata,
            Column("id", Integer, primary_key=True, autoincrement=False),
            Column("parent_id", Integer, ForeignKey(parent.c.id, name=f"{child}_parent")),
        )
        return parent, other

    parent, other = kit.shared("constraints", build)
    return parent, other


def _refused(kit: Kit, statement: Any, *before: Any) -> DBAPIError:
    connection = kit.connect()
    for earlier in before:
        connection.execute(earlier)
    connection.commit()  # about rows of the same transaction some databases say less
    with check.raises(DBAPIError) as caught:
        connection.execute(statement)
    error: DBAPIError = caught.error
    check.true(not error.connection_invalidated, "it is taken for a disconnect")
    connection.rollback()
    check.same(connection.execute(kit.select_one()).scalar(), 1)
    return error


@test("error-unique")
def error_unique(kit: Kit) -> None:
    """A unique violation is an IntegrityError of kind unique, not retryable, and names what."""
    parent, _ = _constraints(kit)
    error = _refused(
        kit,
        insert(parent).values(id=2, name="a", n=1),
        insert(parent).values(id=1, name="a", n=1),
    )
    check.true(isinstance(error, IntegrityError), type(error).__name__)
    check.same(str(error.kind), "unique")
    check.same(error.retryable, False)
    check.true(error.constraint_name, "constraint_name is empty")


@test("error-primary-key")
def error_primary_key(kit: Kit) -> None:
    """A key that is there already is an IntegrityError of kind primary_key or unique."""
    parent, _ = _constraints(kit)
    error = _refused(
        kit,
        insert(parent).values(id=1, name="b", n=1),
        insert(parent).values(id=1, name="a", n=1),
    )
    check.true(isinstance(error, IntegrityError), type(error).__name__)
    check.true(str(error.kind) in ("primary_key", "unique"), str(error.kind))
    check.same(error.retryable, False)


@test("error-not-null")
def error_not_null(kit: Kit) -> None:
    """NULL in a NOT NULL column is of kind not_null."""
    from accord import null

    parent, _ = _constraints(kit)
    error = _refused(kit, insert(parent).values(id=1, name=null(), n=1))
    check.true(isinstance(error, IntegrityError), type(error).__name__)
    check.same(str(error.kind), "not_null")


@test("error-check", "schema.check_constraints")
def error_check(kit: Kit) -> None:
    """A CHECK violation is of kind check."""
    parent, _ = _constraints(kit)
    error = _refused(kit, insert(parent).values(id=1, name="a", n=-1))
    check.true(isinstance(error, IntegrityError), type(error).__name__)
    check.same(str(error.kind), "check")


@test("error-foreign-key", "schema.foreign_keys_enforced")
def error_foreign_key(kit: Kit) -> None:
    """A reference to nothing is of kind foreign_key."""
    _, child = _constraints(kit)
    error = _refused(kit, insert(child).values(id=1, parent_id=99))
    check.true(isinstance(error, IntegrityError), type(error).__name__)
    check.same(str(error.kind), "foreign_key")


@test("error-foreign-key-delete", "schema.foreign_keys_enforced")
def error_foreign_key_delete(kit: Kit) -> None:
    """A row that is referred to cannot be deleted: kind foreign_key."""
    parent, child = _constraints(kit)
    error = _refused(
        kit,
        parent.delete(),
        insert(parent).values(id=1, name="a", n=1),
        insert(child).values(id=1, parent_id=1),
    )
    check.same(str(error.kind), "foreign_key")


@test("error-missing-column")
def error_missing_column(kit: Kit) -> None:
    """A column that is not there is of kind missing_object (or syntax), never retryable."""
    from accord import column

    table = things(kit)
    error = _refused(kit, select(column("no_such_column")).select_from(table))
    check.true(str(error.kind) in ("missing_object", "syntax"), str(error.kind))
    check.same(error.retryable, False)


@test("error-original")
def error_original(kit: Kit) -> None:
    """The driver's own exception is the cause, of one of the classes the driver names."""
    table = things(kit)
    connection = kit.connect()
    connection.execute(insert(table), {"name": "x"})
    with check.raises(DBAPIError) as caught:
        connection.execute(insert(table), {"name": "x"})
    check.true(isinstance(caught.error.orig, kit.dialect.driver.errors), repr(caught.error.orig))
    seen = caught.error
    while seen is not None and seen is not caught.error.orig:
        seen = seen.__cause__ or seen.__context__
    check.true(seen is not None, "it is not in the chain of causes")


@test("error-lock")
def error_lock(kit: Kit) -> None:
    """Two transactions update two rows crosswise: one fails, retryable; tried again, it works."""
    table = rows_of(kit, 2)
    first, second = kit.connect(), kit.second()
    first.execute(update(table).where(table.c.id == 1).values(n=1))

    def crosswise() -> None:
        second.execute(update(table).where(table.c.id == 2).values(n=2))
        second.execute(update(table).where(table.c.id == 1).values(n=2))
        second.commit()

    failure: DBAPIError | None = None
    with kit.beside(crosswise) as running:
        running.waits()
        try:
            first.execute(update(table).where(table.c.id == 2).values(n=1))
            first.commit()
        except DBAPIError as error:
            failure = error
            first.rollback()
        try:
            running.finish()
        except DBAPIError as error:
            failure = failure or error
            second.rollback()
    if failure is not None:
        kinds = ("deadlock", "lock_timeout", "serialization")
        check.true(str(failure.kind) in kinds, f"kind is {failure.kind}: {failure}")
        check.same(failure.retryable, True)
        check.true(not failure.connection_invalidated, "it is taken for a disconnect")
    with kit.engine.begin() as connection:
        connection.execute(update(table).values(n=5))


@test("session-lost-connection-state")
def session_state(kit: Kit) -> None:
    """After an error the session has to be rolled back, says so, and works afterwards."""
    from accord.exc import PendingRollbackError
    from accord_conformance.shop import shop

    s = shop(kit)
    with kit.session() as session:
        session.add_all([s.Customer(name="a"), s.Customer(name="a")])
        with check.raises(IntegrityError):
            session.flush()
        try:
            session.execute(select(s.Customer))
        except PendingRollbackError:
            pass
        session.rollback()
        check.equal(session.scalars(select(s.Customer)).all(), [])
