"""The request budget of an OAuth client: so many requests in any 60 seconds."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable

WINDOW = 60.0
"""Seconds (published contract: requests a minute)."""


class RateLimit:
    """A sliding window for each client. A request that is turned away does not count. `clock`: seconds, monotonic."""

    def __init__(self, limit: int = 300, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._passed: defaultdict[str, deque[float]] = defaultdict(deque)

    def admit(self, client: str) -> int:
        """0 when the request may pass, else the whole seconds to wait (`Retry-After`)."""
        now, passed = self._clock(), self._passed[client]
        while passed and passed[0] <= now - WINDOW:
            passed.popleft()
        if len(passed) < self.limit:
            passed.append(now)
            return 0
        return max(1, math.ceil(passed[0] + WINDOW - now))
