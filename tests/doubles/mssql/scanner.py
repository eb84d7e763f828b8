"""Cuts batches and statements apart where sqlglot cannot: at semicolons, at OUTPUT, at IF … ELSE.

In: text. Out: parts of it. Strings, quoted names and parentheses are skipped as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SKIP = {"'": "'", '"': '"', "[": "]"}
_WORD = re.compile(r"[A-Za-z_@#][\w@#$]*")


def words(text: str, *, inside: bool = False) -> Iterator[tuple[str, int, int]]:
    """(word or character, start, end) outside of strings and names, and unless `inside` outside of
    parentheses."""
    place = depth = 0
    while place < len(text):
        character = text[place]
        if character in _SKIP:
            place = _after_quoted(text, place, _SKIP[character])
            continue
        found = _WORD.match(text, place)
        if found is not None:
            if depth == 0 or inside:
                yield found.group().upper(), place, found.end()
            place = found.end()
            continue
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
        elif depth == 0 and not character.isspace():
            yield character, place, place + 1
        place += 1


def _after_quoted(text: str, place: int, closing: str) -> int:
    place += 1
    while place < len(text):
        if text[place] == closing:
            if text[place + 1 : place + 2] != closing:
                return place + 1
            place += 1
        place += 1
    return place


def unclosed(text: str) -> bool:
    """Whether a string is not closed (a text cut at U+0000 always has one)."""
    place = 0
    while place < len(text):
        if text[place] in _SKIP:
            end = _after_quoted(text, place, _SKIP[text[place]])
            if end >= len(text) and (text[-1] != _SKIP[text[place]] or end - place < 2):
                return True
            place = end
        else:
            place += 1
    return False


def without_empty_bytes(text: str) -> str:
    """``0x`` alone is an empty VARBINARY, which sqlglot reads as a name."""
    parts, start, place = [], 0, 0
    while place < len(text):
        if text[place] in _SKIP:
            place = _after_quoted(text, place, _SKIP[text[place]])
        elif text.startswith("0x", place) and not text[place + 2 : place + 3].isalnum():
            parts += [text[start:place], "CAST(N'' AS VARBINARY(1))"]
            place = start = place + 2
        else:
            place += 1
    return "".join([*parts, text[start:]])


def statements(batch: str) -> list[tuple[str, bool]]:
    """(statement, whether a semicolon ends it)."""
    found, start = [], 0
    for word, begin, end in words(batch):
        if word == ";":
            found.append((batch[start:begin].strip(), True))
            start = end
    found.append((batch[start:].strip(), False))
    return [(text, ended) for text, ended in found if text]


def split_at(text: str, *wanted: str, first: int = 0) -> tuple[str, str] | None:
    """The text before and from the first of the words on, from position `first`."""
    for word, begin, _ in words(text):
        if begin >= first and word in wanted:
            return text[:begin], text[begin:]
    return None


def take_output(text: str) -> tuple[str, str | None, str | None]:
    """The statement without its OUTPUT clause, the clause's list, and what INTO names."""
    verb = _WORD.match(text.lstrip())
    if verb is None or verb.group().upper() not in ("INSERT", "UPDATE", "DELETE", "MERGE", "WITH"):
        return text, None, None
    cut = split_at(text, "OUTPUT")
    if cut is None:
        return text, None, None
    head, tail = cut
    tail = tail[len("OUTPUT") :]
    into = None
    ends = ("VALUES", "SELECT", "DEFAULT", "FROM", "WHERE", "EXEC")
    target = split_at(tail, "INTO")
    rest = split_at(tail, *ends)
    if target is not None and (rest is None or len(target[0]) < len(rest[0])):
        listed, after = target
        found = re.match(r"INTO\s+(@\w+)\s*(\([^)]*\))?", after, re.I)
        assert found is not None, text
        into, remainder = found.group(1), after[found.end() :]
        return f"{head} {remainder}".strip(), listed.strip(), into
    if rest is None:
        return head.strip(), tail.strip(), None
    return f"{head}{rest[1]}".strip(), rest[0].strip(), None
