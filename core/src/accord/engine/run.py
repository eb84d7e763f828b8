"""The synchronous runner: drives sans-IO steps by performing what they ask for.

In: a generator of requests and a function that performs one. Out: what the generator returns. A
failure is thrown in at the `yield` that asked, so that the steps may clean up or go another way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from accord.dialect.steps import Reply, Request, Steps

T = TypeVar("T")


def run(steps: Steps[T], respond: Callable[[Request], Reply]) -> T:
    """Run `steps` to their end; `respond` performs each request."""
    try:
        request = next(steps)
        while True:
            try:
                reply = respond(request)
            except BaseException as error:
                request = steps.throw(error)
            else:
                request = steps.send(reply)
    except StopIteration as stop:
        value: T = stop.value
        return value
