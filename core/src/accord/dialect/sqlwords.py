"""SQL text cut into words, numbers, strings and signs, as a dialect's catalog writes them.

In: text, and what the catalog does to it (`Habits`). Out: tokens, strings by their content. What
they mean together is for normalform.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from accord.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

Token = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What one dialect's catalog does to expressions: function names and words it replaces, whether
    it adds casts (then none counts), whether a backslash escapes inside strings.
    """

    synonyms: Mapping[str, str] = field(default_factory=dict)
    adds_casts: bool = False
    backslashes: bool = False


_TOKEN: Final = re.compile(
    r"""(?P<escaped>[eE]'(?:[^'\\]|''|\\.)*')
      |(?P<hex>(?:_\w+\s*)?[xX]'[0-9a-fA-F]*')
      |(?P<string>(?:_\w+\s*|[nN])?'(?:[^']|'')*')
      |(?P<slashed>(?:_\w+\s*|[nN])?'(?:[^'\\]|''|\\.)*')
      |(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|(?<![\]\w])\[[A-Za-z_][^\]]*\])
      |(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)
      |(?P<word>[^\W\d]\w*)
      |(?P<space>\s+)
      |(?P<sign><=>|!~~\*|~~\*|->>|\#>>|-\|-|!~~|!~\*|<=|>=|<>|!=|==|\|\||::|->|\#>|@>|<@|&&|<<|>>
        |~~|~\*|!~|@@|[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
_SLASHED: Final = re.compile(_TOKEN.pattern.replace("(?P<string>", "(?P<never>(?!)", 1),
                             re.VERBOSE | re.DOTALL)  # fmt: skip
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "b": "\b", "Z": "\x1a"}
_SAME_SIGN: Final = {"!=": "<>", "==": "=", "~~": "like", "!~~": "not like", "~~*": "ilike",
                     "!~~*": "not ilike"}  # fmt: skip


def tokens_of(text: str, habits: Habits) -> list[Token]:
    """The words of a text: kind (word, name, string, number, sign) and what it says."""
    found: list[Token] = []
    pattern = _SLASHED if habits.backslashes else _TOKEN
    for match in pattern.finditer(text):
        kind, value = str(match.lastgroup), match.group()
        if kind in ("string", "slashed", "escaped", "hex"):
            found.append(("string", _content(kind, value)))
        elif kind == "name":
            quote = value[-1]
            inner = value[1:-1]
            found.append(("name", inner if quote == "]" else inner.replace(quote * 2, quote)))
        elif kind == "word":
            word = value.lower()
            word = habits.synonyms.get(word, word)
            found.append(("number" if word.isdigit() else "word", word))
        elif kind != "space":
            found.append((kind, _SAME_SIGN.get(value, value)))
    return found


def _content(kind: str, value: str) -> str:
    start = value.index("'")
    inner = value[start + 1 : -1]
    if kind == "hex":
        return bytes.fromhex(inner).decode("utf-8", "backslashreplace")
    inner = inner.replace("''", "'")
    if kind == "string":
        return inner
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), inner, flags=re.DOTALL)
