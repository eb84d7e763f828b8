"""`accord.types`: the SQL types under the name ported code imports them by. Nothing of its own."""

import accord.sqltypes as sqltypes  # noqa: PLR0402 - pyright follows only this form of __all__ +=
from accord.sqltypes import *
from accord.sqltypes import LargeBinary as Binary

__all__ = ["Binary"]
__all__ += sqltypes.__all__
