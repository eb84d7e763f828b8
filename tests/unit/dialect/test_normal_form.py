"""Two spellings of an expression have one normal form, two expressions have two."""

import pytest

from accord.dialect.equivalence import condition, value_of
from accord.dialect.normalform import Unreadable, normal_form
from accord.dialect.sqlwords import Habits

PLAIN = Habits()
CASTS = Habits(adds_casts=True, synonyms={"btrim": "trim"})
SLASHES = Habits(backslashes=True, synonyms={"lcase": "lower", "true": "1"})


@pytest.mark.parametrize(
    ("written", "kept", "habits"),
    [
        ("a>5 and b<3", '(("a" > 5) AND (b < 3))', PLAIN),
        ("x in (1, -2)", "(x = ANY (ARRAY[1, '-2'::integer]))", CASTS),
        ("s NOT IN ('a', 'b')",
         "((s)::text <> ALL ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
         CASTS),
        ("length(x) between -1 and y + 1",
         "((length(x) >= '-1'::integer) AND (length(x) <= (y + 1)))", CASTS),
        ("x not between 1 and 2", "((x < 1) OR (x > 2))", CASTS),
        ("trim(x) <> 'u'", "(TRIM(BOTH FROM x) <> 'u'::text)", CASTS),
        ("a || b || 'c'", "(((a)::text || (b)::text) || 'c'::text)", CASTS),
        ("x LIKE 'a%' or x ilike 'b'", "((x ~~ 'a%'::text) OR (x ~~* 'b'::text))", CASTS),
        ("x not like 'a'", "(x !~~ 'a'::text)", CASTS),
        ("at > timestamp '2024-01-01'", "(at > '2024-01-01 00:00:00'::timestamp without time zone)"
         .replace(" 00:00:00", ""), CASTS),
        ("cast(x as numeric(8, 2)) > 0", "((x)::numeric(8,2) > (0)::numeric)", CASTS),
        ("e = E'a\\\\b'", "e = 'a\\b'", CASTS),
        ("x in ('a')", "((x)::text = 'a'::text)", CASTS),
        ("x not in (5)", "(x <> 5)", CASTS),
        ("x like 'a!_' escape '!'", "(x ~~ like_escape('a!_'::text, '!'::text))", CASTS),
        ("a * 2 ^ b > 1", "((a * (2 ^ b)) > 1)", CASTS),
        ("position('a' in x) = 0", "(POSITION(('a'::text) IN (x)) = 0)", CASTS),
        ("overlay(x placing 'y' from 1) = 'z'", "(OVERLAY(x PLACING 'y' FROM 1) = 'z')", CASTS),
        ("x similar to 'y'", "(x ~ similar_to_escape('y'::text))", CASTS),
        ("at < '2024-01-01'", "(at < '2024-01-01 00:00:00'::timestamp without time zone)", CASTS),
        ("x is not null and not y is null", "((x IS NOT NULL) AND (y IS NOT NULL))", PLAIN),
        ("not (a < 5 or b = 1)", "a >= 5 and b <> 1", PLAIN),
        ("case when a > 1 then 'x' else 'y' end <> 'z'",
         "(CASE WHEN (a > 1) THEN 'x'::text ELSE 'y'::text END <> 'z'::text)", CASTS),
        ("x not like 'a''b\\\\'", "(not((`x` like _utf8mb4'a\\'b\\\\')))", SLASHES),
        ("x <> X'61'", "(`x` <> _utf8mb4 X'61')", SLASHES),
        ("lower(x) = 'a' and true", "((lcase(`x`) = 'a') and 1)", SLASHES),
        ("a > -5", "(`a` > -(5))", SLASHES),
        ("coalesce(x, 1.50) = 1.5", "(COALESCE(x, 1.5) = 1.5)", CASTS),
    ],
)  # fmt: skip
def test_what_means_the_same_has_one_form(written, kept, habits):
    assert normal_form(written, habits) == normal_form(kept, habits)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(a + 5) * 3 > 1", "a + 5 * 3 > 1"),
        ("a and (b or c)", "a and b or c"),
        ("not (a and b)", "not a and b"),
        ("a - (b - c) > 0", "a - b - c > 0"),
        ("x in (1, 2)", "x not in (1, 2)"),
        ("x = 'A'", "x = 'a'"),
        ("x <> 'a -- b'", "x <> 'a - b'"),
        ("x like 'a'", "x = 'a'"),
        ("a < b", "b < a"),
        ("case when a then b end > 1", "case when b then a end > 1"),
        ("length(a) > 1", "lower(a) > 1"),
    ],
)
def test_what_means_something_else_has_another(one, other):
    for habits in (PLAIN, CASTS, SLASHES):
        assert normal_form(one, habits) != normal_form(other, habits)


@pytest.mark.parametrize(
    "text", ["", "a >", "(a", "a b", "exists (select 1)", "a[1", "case a", "then"]
)
def test_what_cannot_be_read_is_compared_by_its_words(text):
    with pytest.raises(Unreadable):
        normal_form(text, PLAIN)
    assert condition(text.upper(), PLAIN) == condition(f" {text} ", PLAIN)


@pytest.mark.parametrize(
    ("declared", "found", "numbers", "same"),
    [
        ("'5'", "5", True, True),
        ("1.50", "'1.5'::numeric", True, True),
        ("'1.50'", "'1.5'", False, False),
        ("'NULL'", None, False, False),
        ("NULL", None, False, True),
        ("'a\\b'", "E'a\\\\b'::character varying", False, True),
        ("now()", "now()", True, True),
        ("'now()'", "now()", False, False),
        ("-5", "'-5'::integer", True, True),
        ("''", "'NULL'", False, False),
    ],
)
def test_defaults_are_the_same_by_value(declared, found, numbers, same):
    one, other = value_of(declared, CASTS, numbers=numbers), value_of(found, CASTS, numbers=numbers)
    assert (one == other) is same
