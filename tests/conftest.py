"""Hypothesis for all tests: what a busy machine does to the clock is no finding. `make test` tries the same examples
each time; with PROPERTY_EXAMPLES=5000 they are others each time, and so many.

The first text a fresh clone draws builds tables of Unicode for some seconds, which the health check takes for a slow
strategy (seen with --hypothesis-seed=85012312931418744655998414802854753577).
"""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "excp",
    deadline=None,
    derandomize="PROPERTY_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("excp")
