"""`accord.types`: the SQL types under the name ported code imports them by. Nothing of its own."""

from accord import sqltypes
from accord.sqltypes import *
from accord.sqltypes import LargeBinary as Binary

__all__ = ["Binary"]
__all__ += sqltypes.__all__
