"""What only the text of a CREATE statement tells: names of constraints, CHECK conditions, generated
columns, deferrability, expressions of indexes.

SQLite keeps definitions as text and its PRAGMAs leave these out. The text is cut into words, quoted
names and parenthesised groups; nothing is interpreted further. In: the text of sqlite_master. Out:
frozen definitions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
      | (?P<string>'(?:[^']|'')*')
      | (?P<word>\w[\w$]*)
      | (?P<mark>.)""",
    re.DOTALL | re.VERBOSE,
)
_TABLE_WORDS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})
_COLUMN_WORDS = _TABLE_WORDS | {"REFERENCES", "AS", "GENERATED", "DEFAULT", "COLLATE"}


@dataclass(frozen=True, slots=True)
class Part:
    """A word, a quoted name, a string, a mark, or a parenthesised group, which is `text` inside."""

    kind: str
    text: str

    @property
    def word(self) -> str:
        """Upper case for words, empty for everything else."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def name(self) -> str:
        """The name this stands for."""
        if self.kind == "name":
            quote = self.text[-1]
            inner = self.text[1:-1]
            return inner if quote == "]" else inner.replace(quote * 2, quote)
        if self.kind == "string":
            return self.text[1:-1].replace("''", "'")
        return self.text


@dataclass(frozen=True, slots=True)
class KeyDefinition:
    """A PRIMARY KEY, UNIQUE, or FOREIGN KEY: its name, and columns in lower case."""

    columns: tuple[str, ...]
    name: str | None = None
    referred: str = ""
    deferrable: bool | None = None
    initially: str | None = None


@dataclass(slots=True)
class TableDefinition:
    """What the text of a CREATE TABLE says besides what PRAGMAs tell."""

    primary_key: KeyDefinition | None = None
    uniques: list[KeyDefinition] = field(default_factory=list)
    foreign_keys: list[KeyDefinition] = field(default_factory=list)
    checks: list[tuple[str | None, str]] = field(default_factory=list)
    generated: dict[str, str] = field(default_factory=dict)
    collations: dict[str, str] = field(default_factory=dict)
    autoincrement: bool = False
    strict: bool = False
    without_rowid: bool = False


def parts_of(text: str) -> list[Part]:
    """The text cut into parts, groups in one piece, spaces and comments left out."""
    found: list[Part] = []
    depth = start = 0
    for match in _TOKEN.finditer(text):
        kind, token = str(match.lastgroup), match[0]
        if kind == "mark" and token == "(":
            depth += 1
            if depth == 1:
                start = match.end()
        elif kind == "mark" and token == ")" and depth:
            depth -= 1
            if depth == 0:
                found.append(Part("group", text[start : match.start()].strip()))
        elif depth == 0 and kind != "space":
            found.append(Part(kind, token))
    return found


def split(text: str) -> list[str]:
    """The pieces between the commas that stand in no group."""
    pieces: list[str] = []
    depth = start = 0
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "mark":
            continue
        token = match[0]
        if token == "(":
            depth += 1
        elif token == ")":
            depth -= 1
        elif token == "," and depth == 0:
            pieces.append(text[start : match.start()])
            start = match.end()
    return [*pieces, text[start:]]


def names_in(text: str) -> tuple[str, ...]:
    """The column names of a list such as ``a, "b" DESC``, in lower case."""
    return tuple([parts_of(piece)[0].name.lower() for piece in split(text) if piece.strip()])


def table_definition(sql: str) -> TableDefinition:
    """A CREATE TABLE, read."""
    definition = TableDefinition()
    parts = parts_of(sql)
    body = next((place for place, part in enumerate(parts) if part.kind == "group"), None)
    if body is None:  # CREATE TABLE … AS SELECT is kept with columns; virtual tables have no body
        return definition
    options = [part.word for part in parts[body + 1 :]]
    definition.strict = "STRICT" in options
    definition.without_rowid = "WITHOUT" in options
    for piece in split(parts[body].text):
        items = parts_of(piece)
        if not items:
            continue
        if items[0].word in _TABLE_WORDS:
            _Reader(definition, items, None).read()
        else:
            _Reader(definition, items[1:], items[0].name.lower()).read()
    return definition


class _Reader:
    """Reads the constraints of one column, or one constraint of the table."""

    def __init__(self, definition: TableDefinition, items: list[Part], column: str | None) -> None:
        self._definition = definition
        self._items = items
        self._column = column
        self._place = 0
        self._name: str | None = None

    def read(self) -> None:
        """Read to the end."""
        readers = {
            "CONSTRAINT": self._constraint,
            "PRIMARY": self._primary_key,
            "UNIQUE": self._unique,
            "CHECK": self._check,
            "FOREIGN": self._foreign_key,
            "REFERENCES": self._references,
            "AS": self._generated,
            "COLLATE": self._collate,
            "AUTOINCREMENT": self._autoincrement,
        }
        while (part := self._next()) is not None:
            reader = readers.get(part.word)
            if reader is not None:
                reader()

    def _next(self) -> Part | None:
        if self._place >= len(self._items):
            return None
        self._place += 1
        return self._items[self._place - 1]

    def _group(self) -> str | None:
        """The group that stands next, if one does."""
        if self._place < len(self._items) and self._items[self._place].kind == "group":
            return self._items[self._next_place()].text
        return None

    def _next_place(self) -> int:
        self._place += 1
        return self._place - 1

    def _words(self) -> Iterator[str]:
        """The words up to the next constraint, which stays to be read."""
        before = ""
        while self._place < len(self._items):
            word = self._items[self._place].word
            if word in _COLUMN_WORDS and (before, word) != ("SET", "DEFAULT"):
                return
            self._place += 1
            yield word
            before = word

    def _taken_name(self) -> str | None:
        name, self._name = self._name, None
        return name

    def _constraint(self) -> None:
        part = self._next()
        self._name = None if part is None else part.name

    def _columns(self) -> tuple[str, ...]:
        if self._column is not None:
            return (self._column,)
        return names_in(self._group() or "")

    def _primary_key(self) -> None:
        self._next()  # KEY
        self._definition.primary_key = KeyDefinition(self._columns(), self._taken_name())

    def _unique(self) -> None:
        self._definition.uniques.append(KeyDefinition(self._columns(), self._taken_name()))

    def _check(self) -> None:
        self._definition.checks.append((self._taken_name(), self._group() or ""))

    def _foreign_key(self) -> None:
        self._next()  # KEY
        columns = names_in(self._group() or "")
        self._next()  # REFERENCES
        self._referred(columns)

    def _references(self) -> None:
        assert self._column is not None
        self._referred((self._column,))

    def _referred(self, columns: tuple[str, ...]) -> None:
        target = self._next()
        self._group()
        words = list(self._words())
        deferrable = initially = None
        if "DEFERRABLE" in words:
            before = words.index("DEFERRABLE") - 1
            deferrable = not (before >= 0 and words[before] == "NOT")
        if "INITIALLY" in words[:-1]:
            initially = words[words.index("INITIALLY") + 1]
        self._definition.foreign_keys.append(
            KeyDefinition(
                columns,
                self._taken_name(),
                "" if target is None else target.name.lower(),
                deferrable,
                initially,
            )
        )

    def _generated(self) -> None:
        text = self._group()
        if self._column is not None and text is not None:
            self._definition.generated[self._column] = text

    def _collate(self) -> None:
        part = self._next()
        if self._column is not None and part is not None:
            self._definition.collations[self._column] = part.name

    def _autoincrement(self) -> None:
        self._definition.autoincrement = True


_TAIL = re.compile(r"\s+(?:ASC|DESC|COLLATE\s+\S+)\s*\Z", re.IGNORECASE)
_WHERE = re.compile(r"\bWHERE\b", re.IGNORECASE)


def index_expressions(sql: str) -> tuple[list[str], str | None]:
    """The keys of a CREATE INDEX as they stand there, without ASC, DESC, COLLATE; its WHERE."""
    parts = parts_of(sql)
    group = next(part for part in parts if part.kind == "group")
    keys = [piece.strip() for piece in split(group.text)]
    for place, key in enumerate(keys):
        while _TAIL.search(key):
            key = _TAIL.sub("", key)
        keys[place] = key
    after = sql.index(group.text) + len(group.text)
    where = _WHERE.search(sql, after)
    return keys, None if where is None else sql[where.end() :].strip()
