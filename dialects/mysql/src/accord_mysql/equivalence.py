"""What the catalogs of MySQL and MariaDB rewrite: types by their short names, character sets that
nobody asked for, introducers before strings.

In: text of a program or of the catalog. Out: the form they share, for comparing schemas.
"""

from __future__ import annotations

import re

from accord.dialect import equivalence

_CHARSET = re.compile(r" (?:CHARACTER SET|CHARSET|COLLATE) `?\w+`?")
_INTRODUCER = re.compile(r"\b_[a-z0-9]+(?=\\?')", re.IGNORECASE)
_QUOTE = re.compile(r"\\'")  # a quote inside a string, as these catalogs write it
_WHOLE = re.compile(r"(SMALLINT|MEDIUMINT|BIGINT|INT|INTEGER|YEAR)\(\d+\)")
_NAMES = (
    ("INTEGER", "INT"), ("BOOLEAN", "TINYINT(1)"), ("BOOL", "TINYINT(1)"), ("NUMERIC", "DECIMAL"),
    ("DOUBLE PRECISION", "DOUBLE"), ("REAL", "DOUBLE"), ("NATIONAL VARCHAR", "VARCHAR"),
    ("NATIONAL CHAR", "CHAR"), ("NVARCHAR", "VARCHAR"), ("NCHAR", "CHAR"),
)  # fmt: skip
_DIGITS = {"DECIMAL": "DECIMAL(10,0)", "CHAR": "CHAR(1)", "BINARY": "BINARY(1)", "BIT": "BIT(1)",
           "TINYINT": "TINYINT", "TINYINT(4)": "TINYINT"}  # fmt: skip

_SYNONYMS = {"octet_length": "length", "character_length": "char_length",
             "curdate": "current_date", "now": "current_timestamp"}  # fmt: skip


class Equivalence:
    """The part of MySQLReflection that says what means the same."""

    __slots__ = ()

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

    def canonical_sql(self, text: str) -> str:
        words = equivalence.tokens(_QUOTE.sub("''", _INTRODUCER.sub("", text)))
        return " ".join([_SYNONYMS.get(word, word) for word in words])

    def bare_default(self, text: str | None) -> str | None:
        return None if text is None else _INTRODUCER.sub("", text)


def _double(text: str) -> bool:
    digits = text.removeprefix("FLOAT(").partition(")")[0]
    return digits.isdigit() and int(digits) > 24
