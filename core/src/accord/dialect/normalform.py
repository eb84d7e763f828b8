"""The normal form of an SQL expression: parsed, so that a catalog's parentheses and words and a
program's are the same tree if they mean the same.

In: text, and what a dialect's catalog rewrites (`Habits`). Out: a text that two spellings of one
expression share; `Unreadable` for what is not understood here, and then words are compared instead
(equivalence.py). NOT is pushed down to the conditions, BETWEEN spelled out, IN is one word however
it is written; casts do not count where the catalog adds its own.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from accord.dialect.sqlwords import tokens_of
from accord.exc import AccordError

if TYPE_CHECKING:
    from accord.dialect.sqlwords import Habits, Token

Tree = tuple[object, ...]


class Unreadable(AccordError):
    """An expression this parser has no rule for."""


_NUMBER: Final = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\Z")
_MIDNIGHT: Final = re.compile(r"(\d{4}-\d\d-\d\d) 00:00:00\Z")
_TYPED: Final = frozenset({"date", "time", "timestamp", "interval"})
_COMPARED: Final = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MATCHING: Final = frozenset({"like", "ilike", "regexp", "rlike", "glob", "match", "~", "~*"})
_SUMS, _PRODUCTS = frozenset({"+", "-"}), frozenset({"*", "/", "%", "div", "mod"})
_BITS: Final = frozenset({"|", "&", "<<", ">>", "#", "||", "->", "->>", "#>", "#>>", "@>", "<@",
                          "&&", "@@", "?", "-|-"})  # fmt: skip
_BETWEEN: Final = frozenset({",", "*", "from", "for", "distinct", "both", "leading", "trailing",
                             "using", "separator", "placing"})  # fmt: skip
_ENDS: Final = frozenset({"then", "else", "when", "end", "from", "for", "as", "and", "or", "escape",
                          "using", "in", "is", "not", "between", "like", "select"})  # fmt: skip


def normal_form(text: str, habits: Habits) -> str:
    """The normal form of an expression.

    Raises:
        Unreadable: it is none that this parser knows.
    """
    return repr(_settled(_tree(text, habits, numbers=True), negated=False))


def constant(text: str, habits: Habits) -> str | None:
    """The value of a string or number, as it is written; None for every other expression.

    Raises:
        Unreadable: it is none that this parser knows.
    """
    tree = _tree(text, habits, numbers=False)
    return str(tree[1]) if tree[0] in ("value", "text") else None


def _tree(text: str, habits: Habits, *, numbers: bool) -> Tree:
    parser = _Parser(tokens_of(text, habits), habits, numbers=numbers)
    try:
        tree = parser.condition()
    except (ArithmeticError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    if parser.kind != "end":
        raise Unreadable(f"the expression ends before {parser.text!r}")
    return tree


class _Parser:
    """By precedence, lowest first; each method reads what binds tighter."""

    def __init__(self, tokens: list[Token], habits: Habits, *, numbers: bool) -> None:
        self._tokens = [*tokens, ("end", "")]
        self._place = 0
        self._habits = habits
        self._numbers = numbers

    @property
    def kind(self) -> str:
        return self._tokens[self._place][0]

    @property
    def text(self) -> str:
        return self._tokens[self._place][1]

    def _is(self, *words: str) -> bool:
        return self.kind in ("word", "sign") and self.text in words

    def _take(self) -> str:
        text = self.text
        self._place += 1
        return text

    def _taken(self, *words: str) -> bool:
        found = self._is(*words)
        if found:
            self._place += 1
        return found

    def _need(self, word: str) -> None:
        if not self._taken(word):
            raise Unreadable(f"there is {self.text!r} where {word!r} is expected")

    # --- conditions -------------------------------------------------------------------------------

    def condition(self) -> Tree:
        tree = self._conjunction()
        while self._taken("or"):
            tree = ("or", tree, self._conjunction())
        return tree

    def _conjunction(self) -> Tree:
        tree = self._negation()
        while self._taken("and"):
            tree = ("and", tree, self._negation())
        return tree

    def _negation(self) -> Tree:
        if self._taken("not"):
            return ("not", self._negation())
        return self._comparison()

    def _comparison(self) -> Tree:
        tree = self._others()
        while True:
            negated = self._is("not") and self._taken("not")
            found = self._compared(tree)
            if found is None:
                if negated:
                    raise Unreadable("NOT stands alone")
                return tree
            tree = ("not", found) if negated else found

    def _compared(self, left: Tree) -> Tree | None:
        if self.kind == "sign" and self.text in ("not like", "not ilike"):
            return ("not", ("match", self._take().removeprefix("not "), left, self._others()))
        if self._is(*_COMPARED, "<=>"):
            return self._sign(left, self._take())
        if self._is(*_MATCHING):
            word = self._take()
            right = self._others()
            if self._taken("escape"):
                right = ("call", "like_escape", right, self._others())
            return ("match", word, left, right)
        if self._taken("similar"):
            self._need("to")
            return ("match", "~", left, ("call", "similar_to_escape", self._others()))
        if self._taken("between"):
            low = self._others()
            self._need("and")
            high = self._others()
            return ("and", ("compare", ">=", left, low), ("compare", "<=", left, high))
        if self._taken("in"):
            listed = self._listed()
            return ("compare", "=", left, *listed) if len(listed) == 1 else ("in", left, *listed)
        if self._taken("is"):
            return self._is_what(left)
        if self._taken("isnull", "notnull"):
            raise Unreadable("ISNULL")
        return None

    def _sign(self, left: Tree, sign: str) -> Tree:
        if self._is("any", "all", "some") and sign in ("=", "<>"):
            word = self._take()
            listed = self._others()
            if listed[0] == "array" and (word != "all") == (sign == "="):
                found = ("in", left, *listed[1:])
                if len(listed) == 2:
                    return ("compare", sign, left, listed[1])
                return found if sign == "=" else ("not", found)
            return ("quantified", sign, word, left, listed)
        return ("compare", sign, left, self._others())

    def _listed(self) -> tuple[Tree, ...]:
        self._need("(")
        items = [self.condition()]
        while self._taken(","):
            items.append(self.condition())
        self._need(")")
        return tuple(items)

    def _is_what(self, left: Tree) -> Tree:
        negated = self._taken("not")
        if self._taken("distinct"):
            self._need("from")
            tree: Tree = ("not", ("same", left, self._others()))
        else:
            tree = ("is", left, self._others())
        return ("not", tree) if negated else tree

    # --- values -----------------------------------------------------------------------------------

    def _others(self) -> Tree:
        tree = self._sum()
        while self._is(*_BITS):
            tree = ("sign", self._take(), tree, self._sum())
        return tree

    def _sum(self) -> Tree:
        tree = self._product()
        while self._is(*_SUMS):
            tree = ("sign", self._take(), tree, self._product())
        return tree

    def _product(self) -> Tree:
        tree = self._power()
        while self._is(*_PRODUCTS):
            tree = ("sign", self._take(), tree, self._power())
        return tree

    def _power(self) -> Tree:
        tree = self._unary()
        while self._is("^"):
            tree = ("sign", self._take(), tree, self._unary())
        return tree

    def _unary(self) -> Tree:
        if self._taken("-"):
            inner = self._unary()
            if inner[0] == "value" and _NUMBER.match(str(inner[1])):
                return ("value", self._number(f"-{inner[1]}".replace("--", "")))
            return ("minus", inner)
        if self._taken("+"):
            return self._unary()
        if self._taken("~"):
            return ("flipped", self._unary())
        return self._postfix()

    def _postfix(self) -> Tree:
        tree = self._primary()
        while True:
            if self._taken("::"):
                tree = self._cast(tree, self._type())
            elif self._taken("["):
                tree = ("item", tree, self.condition())
                self._need("]")
            elif self._taken("collate"):
                tree = ("collate", tree, self._take().lower())
            elif self._is("at") and self._tokens[self._place + 1][1] == "time":
                self._place += 2
                self._need("zone")
                tree = ("zone", tree, self._primary())
            else:
                return tree

    def _cast(self, tree: Tree, type_: str) -> Tree:
        return tree if self._habits.adds_casts else ("cast", tree, type_)

    def _type(self) -> str:
        """A type's name behind a cast: words that belong together, numbers, brackets."""
        words = [self._take()]
        while self._taken("."):
            words = [self._take()]
        follows = {"character": ("varying",), "double": ("precision",), "bit": ("varying",)}
        if self._is(*follows.get(words[0], ("\0",))):
            words.append(self._take())
        if self._taken("("):
            while not self._taken(")"):
                if self.kind == "end":
                    raise Unreadable("a type ends early")
                words.append(self._take())
        if words[0] in ("timestamp", "time") and self._is("with", "without"):
            words += [self._take(), self._take(), self._take()]
        while self._is("["):
            self._place += 1
            if self.kind == "number":
                self._take()
            self._need("]")
            words.append("[]")
        return " ".join(words)

    def _primary(self) -> Tree:
        kind, text = self.kind, self.text
        if kind == "end":
            raise Unreadable("the expression ends early")
        if kind == "sign" and text != "(":
            raise Unreadable(f"{text!r} begins nothing")
        self._place += 1
        if kind == "number":
            return ("value", self._number(text))
        if kind == "string":
            number = self._numbers and _NUMBER.match(text)
            text = _MIDNIGHT.sub(r"\1", text) if self._numbers else text
            return ("value", self._number(text)) if number else ("text", text)
        if kind == "sign":
            return self._group()
        if kind == "word":
            special = getattr(self, f"_word_{text}", None)
            if special is not None:
                found: Tree = special()
                return found
            if text in _TYPED and self.kind == "string":
                return ("text", self._take())
            if text in _ENDS:
                raise Unreadable(f"{text!r} is no value")
        return self._named(text)

    def _number(self, text: str) -> str:
        return f"{Decimal(text).normalize():f}" if self._numbers else text

    def _group(self) -> Tree:
        items = [self.condition()]
        while self._taken(","):
            items.append(self.condition())
        self._need(")")
        return items[0] if len(items) == 1 else ("row", *items)

    def _named(self, name: str) -> Tree:
        """A column, or a call; what stands before a dot does not count."""
        while self._is(".") and self._tokens[self._place + 1][0] in ("word", "name"):
            self._place += 1
            name = self._habits.synonyms.get(self.text.lower(), self.text)
            self._place += 1
        name = name.lower()
        if not self._taken("("):
            return ("name", name)
        return ("call", name, *self._arguments())

    def _arguments(self) -> tuple[object, ...]:
        """Up to the closing parenthesis; words between arguments (FROM, FOR) are kept."""
        found: list[object] = []
        value = False
        while not self._taken(")"):
            if self._is(*_BETWEEN):
                found.append(self._take())
                value = False
            elif value:
                raise Unreadable(f"{self.text!r} follows an argument")
            else:
                found.append(self.condition())
                value = True
        return tuple([one for one in found if one != ","])

    def _word_case(self) -> Tree:
        subject = None if self._is("when") else self.condition()
        parts: list[object] = [subject]
        while self._taken("when"):
            parts.append(self.condition())
            self._need("then")
            parts.append(self.condition())
        other = self.condition() if self._taken("else") else ("name", "null")
        self._need("end")
        return ("case", *parts, other)

    def _word_cast(self) -> Tree:
        self._need("(")
        tree = self.condition()
        self._need("as")
        depth, words = 1, []
        while depth:
            if self.kind == "end":
                raise Unreadable("a cast ends early")
            depth += {"(": 1, ")": -1}.get(self.text, 0)
            words.append(self._take())
        return self._cast(tree, " ".join(words[:-1]))

    def _word_trim(self) -> Tree:
        self._need("(")
        given = [one for one in self._arguments() if one not in ("both", "from")]
        return ("call", "trim", *given)

    def _word_position(self) -> Tree:
        self._need("(")
        part = self._others()
        self._need("in")
        whole = self._others()
        self._need(")")
        return ("call", "position", part, whole)

    def _word_row(self) -> Tree:
        self._need("(")
        return ("row", *self._arguments())

    def _word_array(self) -> Tree:
        self._need("[")
        items: list[Tree] = []
        while not self._taken("]"):
            items.append(self.condition())
            self._taken(",")
        return ("array", *items)


# --- conditions settled: NOT pushed down, chains flat --------------------------------------------


def _settled(tree: Tree, *, negated: bool) -> Tree:
    kind = tree[0]
    if kind == "not":
        inner = tree[1]
        assert isinstance(inner, tuple)
        return _settled(inner, negated=not negated)
    if kind in ("and", "or"):
        word = {"and": "or", "or": "and"}[str(kind)] if negated else str(kind)
        items: list[object] = []
        for part in tree[1:]:
            assert isinstance(part, tuple)
            one = _settled(part, negated=negated)
            items += one[1:] if one[0] == word else [one]
        return (word, *items)
    if kind == "compare" and negated and tree[1] in _COMPARED:
        return ("compare", _COMPARED[str(tree[1])], *map(_inside, tree[2:]))
    plain = (kind, *map(_inside, tree[1:]))
    return ("not", plain) if negated else plain


def _inside(part: object) -> object:
    return _settled(part, negated=False) if isinstance(part, tuple) else part
