# What type checkers see for `accord.event.api`: see paths.py.
from accord.event import *  # noqa: F403 - whatever is public there
