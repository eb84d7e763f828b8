"""Hostile texts: what attackers write where a name, a value, a key or a pattern is expected.

In: nothing. Out: lists for tests that try each, and Hypothesis strategies that mix them.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings, strategies as st

#: Texts every surface is tried with. A surface keeps them exactly, or refuses them.
TEXTS = [
    "x' OR '1'='1", 'x" OR "1"="1', "x` OR `1`=`1", "x] OR [1]=[1", "x'); DROP TABLE victim; --",
    "'", "''", '"', '""', "`", "``", "]", "]]", "\\", "\\'", '\\"', "\\\\'", "'\\", "a\\'b",
    "--", "-- ", "/*", "*/", "/* */", "/*! x */", "#", ";", "; SELECT 1", "x;y",
    ":name", ":1", "::text", "?", "??", "$1", "$$", "$tag$", "@p1", "@@version", "{}", "{0}", "{x}",
    "%", "%%", "%s", "%%s", "%(x)s", "%(name)s", "%b", "_", "a.b", "a.b.c", "*", "(", ")", "1=1",
    "‘", "’", "“", "ʼ", "＇", "＂", "´",
    "\u202eabc", "\u2066x\u2069", "\u200b", "\ufeff", "a\u0301", "日本", "😀",
    "¿'", "縗'", "ソ", "表", "\u5f5c", "NULL", "null", "true", "DEFAULT",
]  # fmt: skip
#: Names that no database keeps: NUL, control characters, lone surrogates, more than any length.
UNNAMEABLE = [
    "", "a\0b", "\0", "a\nb", "a\rb", "a\tb", "a\x1b[2Jb", "a\x7fb", "a\x85b", "a\x9bb", "\ud800",
    "a\udfffb", "x" * 10_001, "😀" * 10_001,
]  # fmt: skip

_PIECES = st.sampled_from(TEXTS)
#: Hostile text of any kind, at most about thirty characters.
texts = st.lists(_PIECES | st.text(max_size=4), min_size=1, max_size=3).map("".join)
#: The same for values: what can be encoded and has no NUL, which not all databases keep.
values = texts.filter(
    lambda text: "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
)

few = settings(
    max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
