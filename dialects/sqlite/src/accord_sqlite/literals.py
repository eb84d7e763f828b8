"""Numbers as literals that SQLite reads back exactly.

SQLite computes a decimal number with floats of 64 bits, or whatever else its compiler had, and is
off by a bit for some. Where every way of computing it gives the very number, it is written as
Python shows it; all others as a whole number times or divided by powers of two, which loses
nothing. In: a number as it is bound. Out: SQL.
"""

from __future__ import annotations

from math import frexp, ldexp

_DIGITS = 10**15  # below, a float holds any whole number
_POWERS = 22  # up to here, a float holds the power of ten
_LARGEST_POWER = 62
_WIDE = 64


def number_literal(number: int | float) -> str:
    """An integer or a float."""
    if isinstance(number, int):
        return str(number)
    shown = repr(number)
    return shown if _is_read_exactly(shown, number) else _by_powers_of_two(number)


def _is_read_exactly(shown: str, number: float) -> bool:
    """Whether digits times a power of ten give the number, computed at once or first in 64 bits."""
    mantissa, _, exponent = shown.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits, power = int(whole + fraction), int(exponent or 0) - len(fraction)
    if digits >= _DIGITS or abs(power) > _POWERS:
        return False
    from fractions import Fraction  # for programs that write floats as literals

    shift = _WIDE - frexp(number)[1]
    wide = round(Fraction(digits) * Fraction(10) ** power * Fraction(2) ** shift)
    return ldexp(float(wide), -shift) == abs(number)


def _by_powers_of_two(number: float) -> str:
    fraction, exponent = frexp(number)
    text, exponent = f"{int(fraction * 2**53)}.0", exponent - 53
    operator, left = ("*", exponent) if exponent > 0 else ("/", -exponent)
    while left > 0:
        power = min(left, _LARGEST_POWER)
        text += f" {operator} {2**power}.0"
        left -= power
    return f"({text})"
