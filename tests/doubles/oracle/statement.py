"""A statement as the driver reads it: its kind, and its bind placeholders in order.

In: text. Out: `Statement`: query, DML, DDL or PL/SQL; names of binds, upper-cased unless quoted;
which of them are out binds of RETURNING … INTO. Text in quotes and comments is skipped, and a
colon right after a string is JSON syntax, as the driver has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from oracledb import errors

from .failures import dpy

DDL = frozenset("CREATE ALTER DROP GRANT REVOKE ANALYZE AUDIT COMMENT TRUNCATE".split())
DML = frozenset("INSERT UPDATE DELETE MERGE".split())
PLSQL = frozenset("DECLARE BEGIN CALL".split())
QUERY = frozenset("SELECT WITH".split())

_TOKEN = re.compile(
    r"""--[^\n]* | /\*.*?\*/
      | [qQ]'(?:\[.*?\] | \{.*?\} | \(.*?\) | <.*?> | (?P<mark>[^\s]).*?(?P=mark))'
      | (?P<string>'(?:[^']|'')*')
      | (?P<quoted>"[^"]*")
      | (?P<bind>:\s*(?:"(?P<exact>[^"]+)"|(?P<digits>\d+)|(?P<plain>[^\W\d]\w*[\w$\#]*)))
      | (?P<word>[^\W\d][\w$\#]*)
      | \S""",
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True)
class Bind:
    """One occurrence of a placeholder."""

    name: str
    start: int
    end: int
    out: bool


@dataclass(frozen=True)
class Statement:
    """What the driver knows of a text."""

    text: str
    verb: str
    binds: tuple[Bind, ...] = ()
    returning: bool = False
    names: tuple[str, ...] = field(default=())
    """Distinct names in order."""

    @property
    def is_query(self) -> bool:
        return self.verb in QUERY

    @property
    def is_dml(self) -> bool:
        return self.verb in DML

    @property
    def is_ddl(self) -> bool:
        return self.verb in DDL

    @property
    def is_plsql(self) -> bool:
        return self.verb in PLSQL

    @property
    def positions(self) -> tuple[Bind, ...]:
        """What a sequence of values binds: in SQL every occurrence, in PL/SQL every name."""
        if not self.is_plsql:
            return self.binds
        seen: dict[str, Bind] = {}
        for bind in self.binds:
            seen.setdefault(bind.name, bind)
        return tuple(seen.values())


def read(text: str) -> Statement:
    """The statement in `text`."""
    verb = ""
    binds: list[Bind] = []
    returning = into = False
    previous = ""
    for token in _TOKEN.finditer(text):
        if token["word"]:
            word = token["word"].upper()
            verb = verb or word
            if word == "RETURNING" and verb in DML:
                returning = True
            elif word == "INTO" and returning:
                into = True
        elif token["bind"] and verb not in DDL and previous != "string":
            exact, plain = token["exact"], token["plain"]
            name = exact or (plain.upper() if plain else token["digits"])
            binds.append(Bind(name, token.start(), token.end(), into))
        if not token.group().startswith(("--", "/*")):
            previous = token.lastgroup or ""
    outs = {bind.name for bind in binds if bind.out}
    both = outs & {bind.name for bind in binds if not bind.out}
    if both:
        dpy(errors.ERR_DML_RETURNING_DUP_BINDS, name=sorted(both)[0])
    names = tuple(dict.fromkeys(bind.name for bind in binds))
    return Statement(text, verb, tuple(binds), into, names)
