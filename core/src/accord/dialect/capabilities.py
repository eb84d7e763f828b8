"""What a database can do, as frozen data: questions a dialect author answers, grouped by what they
are about.

Yes/no questions take `YES`, `Since("3.35")`, `Never("reason")` or `Unimplemented("issue")`;
questions of manner take a menu, best choice first. `Capabilities.at(version)` settles them for one
server, once per engine; nothing is overwritten later. A variant of a dialect says
``BASE.replace(dml={"returning_update": Never("…")})``. In: a dialect's declaration. Out: what
strategies, statements, engine and the conformance kit decide by.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar, cast

from accord.dialect.support import (
    YES,
    Menu,
    Never,
    Support,
    Version,
    parse_version,
)
from accord.records import dataclass, field, fields, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

G = TypeVar("G")


class InsertForm(StrEnum):
    """How many rows go in."""

    EXECUTEMANY = "executemany"
    """The driver's executemany of a one-row INSERT (fast only where the driver makes it so)."""
    MULTI_VALUES = "multi_values"
    """``INSERT … VALUES (…), (…), …``"""
    UNNEST = "unnest"
    """``INSERT … SELECT … FROM unnest(array, array)``"""
    NATIVE = "native"
    """The driver's own bulk protocol, through a `Native` request."""


class UpdateForm(StrEnum):
    """How many rows are changed, each to its own values."""

    FROM_VALUES = "from_values"
    """``UPDATE t SET c = v.c FROM (VALUES …) AS v WHERE t.id = v.id``"""
    JOIN_VALUES = "join_values"
    """``UPDATE t JOIN (…VALUES…) v ON … SET …``"""
    UNNEST = "unnest"
    MERGE = "merge"
    EXECUTEMANY = "executemany"


class DeleteForm(StrEnum):
    """How many rows are deleted by key."""

    IN_LIST = "in_list"
    """``DELETE FROM t WHERE id IN (…)``"""
    ANY_ARRAY = "any_array"
    """``DELETE FROM t WHERE id = ANY(array)``"""
    EXECUTEMANY = "executemany"


class RowValues(StrEnum):
    """How a composite key is compared with a list of keys."""

    IN_ROWS = "in_rows"
    """``(a, b) IN ((…, …), (…, …))``"""
    IN_VALUES = "in_values"
    """``(a, b) IN (VALUES (…, …), (…, …))``"""
    OR_OF_ANDS = "or_of_ands"
    """``(a = … AND b = …) OR (…)``"""


class DefaultRow(StrEnum):
    """How a row of defaults only is inserted."""

    DEFAULT_VALUES = "default_values"
    """``INSERT INTO t DEFAULT VALUES``"""
    EMPTY_VALUES = "empty_values"
    """``INSERT INTO t () VALUES ()``"""
    DEFAULT_KEYWORD = "default_keyword"
    """``INSERT INTO t (first_column) VALUES (DEFAULT)``"""


class Upsert(StrEnum):
    """How an INSERT says what to do on a conflict."""

    ON_CONFLICT = "on_conflict"
    ON_DUPLICATE_KEY = "on_duplicate_key"
    MERGE = "merge"


class LastInserted(StrEnum):
    """What `cursor.lastrowid` is after a multi-row INSERT."""

    LAST = "last"
    FIRST = "first"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True, kw_only=True)
class DML:
    """INSERT, UPDATE, DELETE."""

    returning_insert: Support = Never("the dialect does not say")
    """Does INSERT … RETURNING (or OUTPUT) give back columns of the inserted rows?"""
    returning_update: Support = Never("the dialect does not say")
    """Does UPDATE … RETURNING give back new values?"""
    returning_delete: Support = Never("the dialect does not say")
    """Does DELETE … RETURNING give back the deleted rows?"""
    returning_final: Support = YES
    """Are those the values that stay, also when triggers change them?"""
    insert_forms: Menu[InsertForm] = ((InsertForm.EXECUTEMANY, YES),)
    """How are many rows inserted when nothing has to come back?"""
    multi_values: Support = YES
    """May one INSERT carry several rows of VALUES?"""
    update_forms: Menu[UpdateForm] = ((UpdateForm.EXECUTEMANY, YES),)
    """How are many rows updated, each to its own values?"""
    delete_forms: Menu[DeleteForm] = ((DeleteForm.IN_LIST, YES),)
    """How are many rows deleted by key?"""
    row_values: Menu[RowValues] = ((RowValues.OR_OF_ANDS, YES),)
    """How is a composite key compared with a list of keys?"""
    default_row: DefaultRow = DefaultRow.DEFAULT_VALUES
    """How is a row inserted for which no column is given?"""
    upsert: Menu[Upsert] = ()
    """How does an INSERT say what to do on a conflict?"""
    rowcount_matched: Support = YES
    """Does the rowcount of UPDATE and DELETE count matched rows, also those that did not change?
    (Else the rows are counted by RETURNING, or before the statement.)"""
    rowcount_executemany: Support = YES
    """Is rowcount after executemany the sum over all rows?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Values the database makes for keys."""

    lastrowid: Support = Never("the dialect does not say")
    """Is `cursor.lastrowid` the key of the one row just inserted?"""
    lastrowid_many: LastInserted = LastInserted.UNDEFINED
    """What is it after a multi-row INSERT?"""
    key_echo: Support = Never("the dialect does not say")
    """Does RETURNING give a key that was sent back as it was sent, so that rows can be matched by
    it?"""
    sequences: Support = Never("the dialect does not say")
    """Are there sequences?"""
    identity: Support = Never("the dialect does not say")
    """Are there identity columns (GENERATED … AS IDENTITY)?"""
    autoincrement: Support = YES
    """Can a single integer primary key count up by itself?"""
    autoincrement_explicit: Support = YES
    """May a value be given explicitly for such a column, without further ado?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transactions:
    """BEGIN, COMMIT and what lies between."""

    savepoints: Support = YES
    """Are there savepoints?"""
    release_savepoint: Support = YES
    """Can a savepoint be released?"""
    two_phase: Support = Never("the dialect does not say")
    """Can a transaction be prepared, and committed later by another connection?"""
    transactional_ddl: Support = Never("the dialect does not say")
    """Does ROLLBACK undo CREATE TABLE, and does DDL leave the transaction open?"""
    isolation_levels: tuple[str, ...] = ("AUTOCOMMIT", "SERIALIZABLE")
    """Which names does isolation_level= take?"""
    default_isolation_level: str = "SERIALIZABLE"
    """Which of them holds when none is given?"""
    for_update: Support = YES
    """Does SELECT … FOR UPDATE lock rows?"""
    skip_locked: Support = Never("the dialect does not say")
    """Does FOR UPDATE SKIP LOCKED skip rows locked by others?"""
    server_side_cursors: Support = Never("the dialect does not say")
    """Can a large result be read in pieces while it is open?"""
    statements_beside_stream: Support = YES
    """May a connection execute other statements while a result is read in pieces?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What DDL can say, and what names mean."""

    schemas: Support = YES
    """Can a table be named schema.table?"""
    deferrable_foreign_keys: Support = Never("the dialect does not say")
    """Can a foreign key be checked at COMMIT?"""
    deferrable_unique: Support = Never("the dialect does not say")
    """Can a unique constraint be checked at COMMIT?"""
    alter_add_constraint: Support = YES
    """Can a constraint be added to a table that exists?"""
    foreign_keys_enforced: Support = YES
    """Are foreign keys enforced unless somebody asked for the opposite?"""
    foreign_keys_at_statement_end: Support = YES
    """Are foreign keys checked when a statement is complete, so that it may delete rows that refer
    to themselves or to each other?"""
    foreign_keys_exact: Support = YES
    """Does a foreign key refuse nothing but references to nothing? (Else a parent may have to wait
    for the transaction after the one that deletes its children.)"""
    foreign_key_actions: Support = YES
    """Do foreign keys know ON DELETE CASCADE and SET NULL?"""
    circular_references: Support = YES
    """Can two tables refer to each other?"""
    check_constraints: Support = YES
    """Are CHECK constraints enforced?"""
    computed_columns: Support = Never("the dialect does not say")
    """Are there generated columns?"""
    comments: Support = Never("the dialect does not say")
    """Can tables and columns carry comments?"""
    partial_indexes: Support = Never("the dialect does not say")
    """Can an index cover the rows of a condition only?"""
    temporary_tables: Support = YES
    """Are there temporary tables, seen by one connection only?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """Values that travel."""

    decimal_exact: Support = YES
    """Does a Decimal come back digit for digit?"""
    timezone: Support = Never("the dialect does not say")
    """Does the database store a time zone with a timestamp? (Else accord stores UTC and returns it
    aware.)"""
    nan: Support = YES
    """Can a float column hold NaN and infinities?"""
    text_nul: Support = YES
    """Can text hold U+0000?"""
    empty_string: Support = YES
    """Is '' different from NULL?"""
    arrays: Support = Never("the dialect does not say")
    """Are there array types?"""
    json: Support = Never("the dialect does not say")
    """Are there JSON paths in SQL?"""
    uuid: Support = Never("the dialect does not say")
    """Is there a UUID type? (Else 32 hex characters.)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Numbers that batches are split by."""

    parameters: int = 32_766
    """How many parameters may one statement have?"""
    rows: int = 1_000
    """How many rows does one multi-row statement carry at best? (More gains nothing.)"""
    in_list: int = 1_000
    """How many values may an IN list have?"""
    identifier: int = 63
    """How many characters may a name have?"""
    integer_bits: int = 64
    """How many bits has the largest integer, sign included?"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """All answers of one dialect."""

    minimum_version: str = "0"
    """Which server version is the oldest the dialect works with?"""
    dml: DML = field(default_factory=DML)
    keys: Keys = field(default_factory=Keys)
    transactions: Transactions = field(default_factory=Transactions)
    schema: Schema = field(default_factory=Schema)
    values: Values = field(default_factory=Values)
    limits: Limits = field(default_factory=Limits)
    limits_since: tuple[tuple[str, Limits], ...] = ()
    """Other limits from a version on: ``(("3.32", Limits(parameters=32766)),)``, oldest first."""

    def __post_init__(self) -> None:
        for name in GROUPS:
            _check(name, getattr(self, name))

    def at(self, version: Version) -> Capabilities:
        """Settled for a server of this version."""
        limits = self.limits
        for since, changed in self.limits_since:
            if version >= parse_version(since):
                limits = changed
        return Capabilities(
            minimum_version=self.minimum_version,
            dml=_settle(self.dml, version),
            keys=_settle(self.keys, version),
            transactions=_settle(self.transactions, version),
            schema=_settle(self.schema, version),
            values=_settle(self.values, version),
            limits=limits,
        )

    def replace(self, **groups: Mapping[str, object]) -> Capabilities:
        """A variant: for each group named, the fields that differ."""
        changed: dict[str, object] = {}
        for name, values in groups.items():
            group = getattr(self, name, None)
            if name not in GROUPS or group is None:
                raise TypeError(
                    f"Capabilities have no group {name!r}; there are {', '.join(GROUPS)}"
                )
            changed[name] = replace(group, **values)
        return cast("Capabilities", _replace(self, changed))


GROUPS = ("dml", "keys", "transactions", "schema", "values", "limits")


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What `Dialect.probe` found: the server's version as numbers and text, and whatever else the
    dialect wants to remember about it (name, value pairs: `("flavour", "MariaDB")`).
    """

    version: Version
    version_text: str = ""
    details: tuple[tuple[str, str], ...] = ()


_KINDS = {
    "dml": DML,
    "keys": Keys,
    "transactions": Transactions,
    "schema": Schema,
    "values": Values,
}


def _check(name: str, group: object) -> None:
    """A wrong declaration is refused where it stands, not where it is asked for."""
    if name == "limits":
        for item in fields(Limits):
            value = getattr(group, item.name, None)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise TypeError(f"limits.{item.name} is a number of at least 1, not {value!r}")
        return
    kind = _KINDS[name]
    if not isinstance(group, kind):
        raise TypeError(f"Capabilities({name}=…) takes {kind.__name__}(…), not {group!r}")
    for item in fields(kind):
        value = getattr(group, item.name)
        if str(item.type) == "Support" and not isinstance(value, Support):
            raise TypeError(
                f"{name}.{item.name} takes YES, Since(…), Never(…) or Unimplemented(…), "
                f"not {value!r}"
            )
        if str(item.type).startswith("Menu") and not _is_menu(value):
            raise TypeError(
                f"{name}.{item.name} is a menu, best choice first: ((choice, YES), …), "
                f"not {value!r}"
            )


def _is_menu(value: object) -> bool:
    return isinstance(value, tuple) and all(
        isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[1], Support)
        for pair in value
    )


def _settle(group: G, version: Version) -> G:
    changed: dict[str, object] = {}
    for item in fields(group):
        value = getattr(group, item.name)
        if isinstance(value, Support):
            changed[item.name] = value.at(version)
        elif isinstance(value, tuple) and value and isinstance(value[0], tuple):
            changed[item.name] = tuple((choice, support.at(version)) for choice, support in value)
    return cast("G", _replace(group, changed))


def _replace(instance: object, changed: Mapping[str, object]) -> object:
    return replace(instance, **changed)
