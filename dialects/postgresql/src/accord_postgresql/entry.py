"""PGEntry: what set-based statements and casts must know about a type besides `TypeEntry`.

In: an entry of the standard table. Out: the same, with the name a cast writes and the way a whole
column of values becomes an array.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from accord.dialect import TypeEntry
from accord.sql.identifiers import quote_identifier
from accord.sqltypes import STANDARD

from .target import render_target
from .texts import ANYTHING, TextForm

_TARGET = render_target("postgresql", "format", STANDARD)


@dataclass(frozen=True, slots=True)
class PGEntry(TypeEntry):
    """How a type travels on PostgreSQL.

    `cast` is its name without lengths and precisions (an explicit cast to VARCHAR(5) would cut);
    empty: the type is not known. `form` is how its values are written as text. `driver_lists`:
    psycopg writes lists of its values as binary arrays. `strict`: a parameter has to be cast even
    beside a column (REAL: a float8 beside it would not be equal). `has_arrays`: arrays of this type
    hold single values of it (arrays of arrays are something else).
    """

    cast: str = ""
    form: TextForm = ANYTHING
    driver_lists: bool = False
    strict: bool = False
    has_arrays: bool = True


def pg_entry(
    entry: TypeEntry,
    cast: str,
    form: TextForm,
    *,
    driver_lists: bool = False,
    strict: bool = False,
    has_arrays: bool = True,
    **changes: Any,
) -> PGEntry:
    """`entry` with what PostgreSQL adds to it."""
    values = {item.name: getattr(entry, item.name) for item in fields(TypeEntry)}
    values.update(changes)
    return PGEntry(
        **values,
        cast=cast,
        form=form,
        driver_lists=driver_lists,
        strict=strict,
        has_arrays=has_arrays,
    )


def quoted_name(name: str, schema: str | None = None) -> str:
    """A type's name as it stands in SQL."""
    own = quote_identifier(name, _TARGET)
    return own if schema is None else f"{quote_identifier(schema, _TARGET)}.{own}"
