"""What the catalogs of MySQL and MariaDB rewrite: types by their short names, character sets that
nobody asked for, introducers before strings.

In: text of a program or of the catalog. Out: the form they share, for comparing schemas.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from accord.dialect.reflection import Reflection
from accord.dialect.sqlwords import Habits

from .viewtexts import same_query_steps

if TYPE_CHECKING:
    from accord.dialect import Bind, ServerInfo, Steps

_CHARSET = re.compile(r" (?:CHARACTER SET|CHARSET|COLLATE) `?\w+`?")
_NO_FRACTION = re.compile(r"\A('(?:\d+-\d+-\d+ )?\d+:\d+:\d+)\.0+(?=')")
_FOUR_BYTES = re.compile("[\U00010000-\U0010ffff]")
_UNASKED = re.compile(
    r"current_timestamp(?:\(\d*\))? on update current_timestamp(?:\(\d*\))?\Z", re.IGNORECASE
)
"""What MariaDB before 10.10 gives to a TIMESTAMP NOT NULL that has no default."""
_WHOLE = re.compile(r"(SMALLINT|MEDIUMINT|BIGINT|INT|INTEGER|YEAR)\(\d+\)")
_NAMES = (
    ("INTEGER", "INT"), ("BOOLEAN", "TINYINT(1)"), ("BOOL", "TINYINT(1)"), ("NUMERIC", "DECIMAL"),
    ("DOUBLE PRECISION", "DOUBLE"), ("REAL", "DOUBLE"), ("NATIONAL VARCHAR", "VARCHAR"),
    ("NATIONAL CHAR", "CHAR"), ("NVARCHAR", "VARCHAR"), ("NCHAR", "CHAR"),
)  # fmt: skip
_DIGITS = {"DECIMAL": "DECIMAL(10,0)", "CHAR": "CHAR(1)", "BINARY": "BINARY(1)", "BIT": "BIT(1)",
           "TINYINT": "TINYINT", "TINYINT(4)": "TINYINT"}  # fmt: skip

_SYNONYMS = {"octet_length": "length", "character_length": "char_length",
             "curdate": "current_date", "now": "current_timestamp", "lcase": "lower",
             "ucase": "upper", "substr": "substring", "ceiling": "ceil", "pow": "power",
             "true": "1", "false": "0"}  # fmt: skip


class Equivalence(Reflection):
    """The part of MySQLReflection that says what means the same."""

    __slots__ = ()

    habits = Habits(synonyms=_SYNONYMS, backslashes=True)

    explain: ClassVar[str] = "EXPLAIN FORMAT=TRADITIONAL"
    """EXPLAIN with a note of what was understood."""

    def same_query_steps(
        self, bind: Bind, declared: str, found: str, create: str
    ) -> Steps[bool | None]:
        return same_query_steps(bind, declared, found, self.explain, self.habits)

    def canonical_type(self, text: str) -> str:
        if text.upper().startswith(("ENUM", "SET")):
            return _CHARSET.sub("", text).replace("', '", "','")
        upper = " ".join(text.upper().replace(", ", ",").split())
        for name, own in _NAMES:
            if upper == name or upper.startswith((f"{name}(", f"{name} ")):
                upper = own + upper[len(name) :]
                break
        upper = _WHOLE.sub(r"\1", upper)
        if upper.startswith("FLOAT("):
            upper = "DOUBLE" if _double(upper) else "FLOAT"
        upper = _DIGITS.get(upper, upper)
        return re.sub(r"^DECIMAL\((\d+)\)", r"DECIMAL(\1,0)", upper)

    def same_type(self, declared: str, found: str) -> bool:
        """A character set counts if the program names one."""
        if "COLLATE" not in declared.upper() and "CHARACTER SET" not in declared.upper():
            found = _CHARSET.sub("", found)
        elif "CHARACTER SET" not in declared.upper():
            found = re.sub(r" CHARACTER SET `?\w+`?", "", found)
        return self.canonical_type(declared) == self.canonical_type(found)

    def is_boolean(self, type_text: str) -> bool:
        return super().is_boolean(type_text) or type_text.startswith("TINYINT(1)")

    def same_sql(self, declared: str, found: str) -> bool:
        """MariaDB 10.5 has a question mark for a character of four bytes."""
        return super().same_sql(declared, found) or (
            _FOUR_BYTES.search(declared) is not None
            and super().same_sql(_FOUR_BYTES.sub("?", declared), found)
        )

    def same_default(self, declared: str | None, found: str | None, type_text: str) -> bool:
        """Characters of four bytes may be question marks in the catalog, and then nobody knows."""
        if super().same_default(declared, found, type_text):
            return True
        if declared is None and type_text.upper().startswith("TIMESTAMP"):
            return found is not None and _UNASKED.match(found) is not None
        if declared is None or _FOUR_BYTES.search(declared) is None:
            return False
        return super().same_default(_FOUR_BYTES.sub("?", declared), found, type_text)

    def bare_default(self, text: str | None) -> str | None:
        """Without the fraction of a second that is none: these catalogs fill it up."""
        return None if text is None else _NO_FRACTION.sub(r"\1", text)


def keeps_directions(server: ServerInfo | None) -> bool:
    """MariaDB sorts indexes downwards since 10.8."""
    return server is None or server.version >= (10, 8)


def _double(text: str) -> bool:
    digits = text.removeprefix("FLOAT(").partition(")")[0]
    return digits.isdigit() and int(digits) > 24
