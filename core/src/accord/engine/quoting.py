"""Percent signs in URLs: `urllib.parse`, loaded only where a URL needs it.

Most URLs hold nothing that is quoted, and the module brings 3 ms of others. In: the text of one
part of a URL. Out: the text as it is meant, or as a URL writes it.
"""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[A-Za-z0-9_.~/+ -]*")


def unquoted(text: str) -> str:
    """A part as it is meant."""
    if "%" not in text:
        return text
    from urllib.parse import unquote

    return unquote(text)


def pairs(query: str, keep_blank_values: bool = False) -> list[tuple[str, str]]:
    """The options of a query part; those without a value only if they are to be kept."""
    if not query:
        return []
    from urllib.parse import parse_qsl

    return parse_qsl(query, keep_blank_values=keep_blank_values)


def quoted(text: str, safe: str) -> str:
    """A part as a URL writes it; characters in `safe` stay."""
    if "/" in safe and _PLAIN.fullmatch(text):
        return text
    from urllib.parse import quote

    return quote(text, safe=safe)


def quoted_plus(text: str, safe: str = "") -> str:
    """An option's name or value as a query part writes it."""
    from urllib.parse import quote_plus

    return quote_plus(text, safe=safe)
