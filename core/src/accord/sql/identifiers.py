"""Identifiers: the one function that writes a name into SQL, and what it refuses.

No other place puts names into statements. Names with NUL, control characters or lone surrogates and
names the database would cut are refused; everything else is exactly the name meant, quoted where it
has to be.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from accord.exc import IdentifierError

if TYPE_CHECKING:
    from .target import RenderTarget

_REFUSED: Final = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # C0, DEL, C1, lone surrogates


class quoted_name(str):  # the name SQLAlchemy users know
    """A name that says itself whether it is quoted: `quote=True` always, False never, None as
    needed."""

    __slots__ = ("quote",)

    quote: bool | None

    def __new__(cls, value: str, quote: bool | None = None) -> quoted_name:
        if isinstance(value, quoted_name) and (quote is None or value.quote == quote):
            return value
        made = super().__new__(cls, value)
        made.quote = quote
        return made

    def __reduce__(self) -> tuple[type[quoted_name], tuple[str, bool | None]]:
        return quoted_name, (str(self), self.quote)


class generated_name(str):
    """A name that accord made up from others; a renderer shortens it where it is too long."""

    __slots__ = ()


def name_length(name: str, target: RenderTarget) -> int:
    """How long a name is, in the unit of the database's limit."""
    return len(name.encode()) if target.identifier_length_in_bytes else len(name)


def clipped(name: str, room: int, target: RenderTarget) -> str:
    """As much of the beginning of a name as has room."""
    if not target.identifier_length_in_bytes:
        return name[:room]
    return name.encode()[:room].decode(errors="ignore")


def check_identifier(name: str, target: RenderTarget) -> None:
    """Refuse what cannot be a name on this database."""
    if not isinstance(name, str):
        raise IdentifierError(f"an SQL name is a string, not {type(name).__name__}")
    if not name:
        raise IdentifierError("an SQL name cannot be empty")
    found = _REFUSED.search(name)
    if found is not None:
        code = ord(found.group())
        raise IdentifierError(
            f"the name {_shown(name)} cannot be used in SQL: it contains the character U+{code:04X}"
        )
    found = None if target.refused_in_names is None else target.refused_in_names.search(name)
    if found is not None:
        place = "at their end" if found.end() == len(name) else "in them"
        raise IdentifierError(
            f"the name {_shown(name)} cannot be used: {target.dialect_name} has no names with "
            f"{found.group()!a} {place}"
        )
    length = name_length(name, target)
    if length > target.max_identifier_length:
        unit = "bytes" if target.identifier_length_in_bytes else "characters"
        raise IdentifierError(
            f"the name {_shown(name)} has {length} {unit}; {target.dialect_name} allows "
            f"{target.max_identifier_length}"
        )


def _shown(name: str) -> str:
    return ascii(name if len(name) <= 60 else name[:57] + "...")


def requires_quotes(name: str, target: RenderTarget) -> bool:
    """Whether `name` means itself only in quotes."""
    return target.plain_name.match(name) is None or name in target.reserved_words


def quote_identifier(name: str, target: RenderTarget) -> str:
    """`name` as it stands in a statement, quoted only where it must be."""
    check_identifier(name, target)
    quote = getattr(name, "quote", None)
    if quote is None:
        quote = requires_quotes(name, target)
    elif quote is False and target.plain_name.match(name.lower()) is None:
        raise IdentifierError(f"the name {_shown(name)} must be quoted; drop quote=False")
    if not quote:
        return str(name)
    opening, closing = target.quote_open, target.quote_close
    return f"{opening}{name.replace(closing, closing * 2)}{closing}"


PLAIN_NAME: Final = re.compile(r"[a-z_][a-z0-9_$]*\Z")

# Words reserved in SQL:2016 and by at least one of the databases accord speaks to without a plugin
# of its own.
_WORDS: Final = """all analyse analyze and any array as asc asymmetric authorization
between binary both by case cast
    check collate column constraint create cross current_catalog current_date current_role
    current_schema
    current_time current_timestamp current_user default deferrable delete desc distinct do else end
    except
    exists false fetch for foreign freeze from full grant group having ilike in initially inner
    insert
    intersect into is isnull join lateral leading left like limit localtime localtimestamp natural
    not
    notnull null of off offset old on only or order outer overlaps placing primary references
    returning
    right select session_user set similar some symmetric table tablesample then to trailing true
    union
    unique update user using values variadic verbose when where window with"""
STANDARD_RESERVED: Final = frozenset(_WORDS.split())
