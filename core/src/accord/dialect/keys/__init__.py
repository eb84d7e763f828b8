"""Key strategies, one file each: how rows get in and how each of them is known by its key
afterwards.
"""

from accord.dialect.keys.base import KeyFacts, KeyNeed, KeyStrategy, PlanOutdated, Refusal, Suits
from accord.dialect.keys.block import KeyBlock
from accord.dialect.keys.client import ClientKey
from accord.dialect.keys.lastrowid import LastRowId
from accord.dialect.keys.natural_key import NaturalKey
from accord.dialect.keys.preexecute import PreExecute
from accord.dialect.keys.returning import Returning
from accord.dialect.keys.sequence import KeyPool, SequenceKeys

__all__ = [
    "ClientKey", "KeyBlock", "KeyFacts", "KeyNeed", "KeyPool", "KeyStrategy", "LastRowId",
    "NaturalKey", "PlanOutdated", "PreExecute", "Refusal", "Returning", "SequenceKeys", "Suits",
]  # fmt: skip
