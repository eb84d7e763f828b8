"""Real database servers for the tests, and databases on them.

`Provider` finds or starts the server of a backend: a URL in the environment, a container, a local
server; `databases` gives a test an empty database on it. `table` holds the versions and images.
"""

from servers.provide import Provider, Server, Unavailable, Undelivered
from servers.table import Entry, Wanted, entry, wanted

__all__ = ["Entry", "Provider", "Server", "Unavailable", "Undelivered", "Wanted", "entry", "wanted"]
