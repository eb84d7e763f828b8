"""The default forms of multi-row INSERT, UPDATE, DELETE and of the SELECT that fetches values afterwards.

In: batches. Out: Steps.
"""
from __future__ import annotations
from accord.dialect.batch import DeleteBatch, UpdateBatch, UpdateResult
from accord.dialect.steps import Steps


def update_steps(batch: UpdateBatch) -> Steps[UpdateResult]:
    raise NotImplementedError
    yield


def delete_steps(batch: DeleteBatch) -> Steps[int]:
    raise NotImplementedError
    yield
