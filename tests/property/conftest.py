"""Puts the shim of the integration tests on the path: programs run on accord or on its peer."""

import sys
from pathlib import Path

import pytest

for _folder in (Path(__file__).parent, Path(__file__).parents[1] / "integration"):
    if str(_folder) not in sys.path:
        sys.path.insert(0, str(_folder))


@pytest.fixture(scope="module", autouse=True)
def _small_heap(small_heap: None) -> None:
    """The programs collect garbage all the time."""
