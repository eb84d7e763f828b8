"""Makes `mapping_bases` importable, and lets no test leave unresolved mappings to the next one."""

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="module", autouse=True)
def _small_heap(small_heap: None) -> None:
    """Every test of these modules collects garbage."""


@pytest.fixture(autouse=True)
def forget_classes() -> Iterator[None]:
    """Classes of a test are cyclic garbage; registries would still hold them weakly."""
    yield
    gc.collect()
