"""Whether two pieces of SQL text mean the same: what a program wrote, what a catalog made of it.

In: text. Out: a canonical form that two spellings of one thing share. Parentheses, blanks, the case
and the quotes of names do not count; a dialect adds the words its catalog rewrites.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from accord.dialect.normalform import Unreadable, constant, normal_form
from accord.dialect.sqlwords import Habits, tokens_of

PLAIN = Habits()
_NULL = repr(("name", "null"))

_TOKEN = re.compile(
    r"""(?P<string>[nN]?'(?:[^']|'')*')
      |(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[A-Za-z_][^\]]*\])
      |(?P<number>\d+(?:\.\d*)?)
      |(?P<word>\w+)
      |(?P<sign><=|>=|<>|!=|\|\||::|[^\s\w])""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d*)?\Z")
_TRUE, _FALSE = frozenset({"true", "t", "1"}), frozenset({"false", "f", "0"})


def tokens(text: str) -> list[str]:
    """The words of `text`, without parentheses, names unquoted, everything but strings in lower
    case.
    """
    found: list[str] = []
    for match in _TOKEN.finditer(text):
        kind, value = match.lastgroup, match.group()
        if kind == "string":
            value = value[1:] if value[0] in "nN" else value
            number = _NUMBER.match(value[1:-1])  # '-1'::integer
            found += value[1:-1].replace("-", "- ").split() if number else [value]
        elif kind == "name":
            found.append(value[1:-1].lower())
        elif value == "!=":
            found.append("<>")
        elif value not in "()":
            found.append(value.lower())
    return _between_spelled_out(found)


def _between_spelled_out(words: list[str]) -> list[str]:
    """``a BETWEEN b AND c`` as ``a >= b AND a <= c``, for operands of one word."""
    while "between" in words:
        at = words.index("between")
        negated = at > 0 and words[at - 1] == "not"
        if at + 3 >= len(words) or words[at + 2] != "and" or at == 0 or negated:
            return words
        subject = words[at - 1]
        spelled = [subject, ">=", words[at + 1], "and", subject, "<=", words[at + 3]]
        words = [*words[: at - 1], *spelled, *words[at + 4 :]]
    return words


def canonical(text: str) -> str:
    """`text` in its canonical form."""
    return " ".join(tokens(text))


def words(text: str, habits: Habits) -> list[tuple[str, str]]:
    """A statement cut into words: what differs in blanks, the case of names and their quotes only
    has the same.
    """
    return [
        ("word", word.lower()) if kind in ("word", "name") else (kind, word)
        for kind, word in tokens_of(text.strip().rstrip(";"), habits)
    ]


def condition(text: str, habits: Habits) -> str:
    """The canonical form of a condition or expression: as a tree, where it can be read as one."""
    try:
        return normal_form(text, habits)
    except Unreadable:
        return canonical(text)


def is_constant(text: str, habits: Habits) -> bool:
    """Whether an expression is a string or number, perhaps with a cast."""
    try:
        return constant(text, habits) is not None
    except Unreadable:
        return False


def value_of(text: str | None, habits: Habits = PLAIN, *, numbers: bool = True) -> str | None:
    """A DEFAULT in its canonical form: constants by their value, quoted or not; `numbers`: those
    that are numbers by what they count, so that 1.50 is 1.5.
    """
    if text is None:
        return None
    try:
        value = constant(text, habits)
    except Unreadable:
        value = None
    if value is None:
        words = condition(text, habits)
        return None if words in ("null", _NULL) else words
    if numbers and _NUMBER.match(value.replace(" ", "")):
        try:
            return f"number {Decimal(value.replace(' ', '')).normalize():f}"
        except InvalidOperation:
            pass
    return f"value {value}"


def truth_of(text: str | None, habits: Habits = PLAIN) -> str | None:
    """A DEFAULT of a boolean column in its canonical form."""
    bare = (text or "").strip("()' ").lower()
    if bare in _TRUE or bare in _FALSE:
        return "true" if bare in _TRUE else "false"
    return value_of(text, habits)
