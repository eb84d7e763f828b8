"""The options of tables, columns and indexes: ``mysql_engine="InnoDB"`` and the like.

MariaDB reads its own (``mariadb_engine``) first and MySQL's where there is none. Unknown ones are
refused by name. In: schema items. Out: values, and the text behind CREATE TABLE.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from accord.exc import ArgumentError
from accord.schema.alter import OptionChange

from .literals import comment_text, ddl_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from accord.schema import Table

_WORDS = (
    "engine", "auto_increment", "avg_row_length", "checksum", "default_charset", "charset",
    "character_set", "default_character_set", "collate", "default_collate", "comment", "connection",
    "data_directory", "delay_key_write", "encryption", "encrypted", "encryption_key_id",
    "index_directory", "insert_method", "key_block_size", "max_rows", "min_rows", "pack_keys",
    "page_checksum", "page_compressed", "page_compression_level", "partition_by", "partitions",
    "row_format", "secondary_engine", "stats_auto_recalc", "stats_persistent",
    "stats_sample_pages", "tablespace", "transactional", "with_system_versioning",
)  # fmt: skip
TABLE = frozenset(_WORDS)
COLUMN: frozenset[str] = frozenset({"on_update"})
CONSTRAINT = frozenset({"using"})
INDEX = frozenset({"length", "prefix", "using", "with_parser"})
_QUOTED = frozenset(
    {"comment", "connection", "data_directory", "index_directory", "encryption", "encrypted",
     "secondary_engine"}
)  # fmt: skip
_PLAIN = re.compile(r"[A-Za-z0-9_]+\Z")
_PARTITION = ("partition_by", "partitions")


def option(item: Any, dialect: str, name: str, default: Any = None) -> Any:
    """An option by its name without the dialect's."""
    value = item.dialect_option(dialect, name)
    if value is None and dialect != "mysql":
        value = item.dialect_option("mysql", name)
    return default if value is None else value


def check_options(item: Any, known: frozenset[str], what: str) -> None:
    """Refuse options nobody knows."""
    for dialect in ("mysql", "mariadb"):
        for name in item.dialect_options.get(dialect, ()):
            if name.lower() not in known:
                shown = ", ".join(f"{dialect}_{word}" for word in sorted(known)) or "none"
                raise ArgumentError(f"{what} has no option {dialect}_{name}; there is {shown}")


def table_options(table: Table, dialect: str) -> str:
    """What follows the closing parenthesis of CREATE TABLE."""
    given: dict[str, Any] = {}
    for source in dict.fromkeys(("mysql", dialect)):
        for name, value in table.dialect_options.get(source, {}).items():
            given[name.lower()] = value
    if table.comment is not None:
        given["comment"] = table.comment
    parts = [
        _part(name, given[name]) for name in _WORDS if name in given and name not in _PARTITION
    ]
    parts += [_partition(name, given[name]) for name in _PARTITION if name in given]
    return f" {' '.join(parts)}" if parts else ""


_CHARSETS = ("default_charset", "charset", "character_set", "default_character_set")
_COLLATIONS = ("collate", "default_collate")


def option_changes(
    table: Table, found: Mapping[str, object], dialect: str, shown: str
) -> Iterator[OptionChange]:
    """The declared options that information_schema tells about and has otherwise; `shown` is the
    table's name in SQL.
    """

    def has(name: str) -> str:
        return str(found.get(f"{dialect}_{name}") or "").lower()

    def given(*names: str) -> str | None:
        return next((str(v) for n in names if (v := option(table, dialect, n)) is not None), None)

    for name in ("engine", "row_format", "key_block_size"):
        value = given(name)
        if value is not None and value.lower() != has(name):
            yield OptionChange(
                name=f"{dialect}_{name}", found=has(name) or None, declared=value,
                sql=f"ALTER TABLE {shown} {_part(name, value)}",
                notes=("the whole table is written anew",),
            )  # fmt: skip
    charset, collation = given(*_CHARSETS), given(*_COLLATIONS)
    if charset is None and collation is not None:
        charset = collation.partition("_")[0]
    there = (_charset(has("default_charset")), has("collate"))
    wanted = (_charset(str(charset).lower()), there[1] if collation is None else collation.lower())
    if charset is not None and wanted != there:
        more = "" if collation is None else f" COLLATE {_word(collation)}"
        words = f"CHARACTER SET {_word(charset)}{more}"
        yield OptionChange(
            name=f"{dialect}_charset", found=" ".join(there), declared=" ".join(wanted),
            sql=f"ALTER TABLE {shown} CONVERT TO {words}",
            notes=(
                "every text column of the table is converted; for new columns only: "
                f"ALTER TABLE {shown} DEFAULT {words}",
            ),
        )  # fmt: skip


def _charset(name: str) -> str:
    return "utf8mb3" if name == "utf8" else name


def _word(value: str) -> str:
    if _PLAIN.match(value) is None:
        raise ArgumentError("mysql_charset= and mysql_collate= take one word")
    return value


def _part(name: str, value: Any) -> str:
    if name == "with_system_versioning":
        return "WITH SYSTEM VERSIONING" if value else ""
    word = name.upper().replace("_DIRECTORY", " DIRECTORY")
    word = word.replace("CHARACTER_SET", "CHARACTER SET").replace("DEFAULT_", "DEFAULT ")
    if name in _QUOTED:
        text = str(value)
        return f"{word}={comment_text(text) if name == 'comment' else ddl_text(text)}"
    text = str(int(value)) if isinstance(value, bool) else str(value)
    if _PLAIN.match(text) is None:
        raise ArgumentError(f"mysql_{name}= takes one word or number")
    return f"{word}={text}"


def _partition(name: str, value: Any) -> str:
    return f"{name.upper().replace('_', ' ')} {value}"
