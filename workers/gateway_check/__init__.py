"""Talks to any gateway and says what is missing: `excp gateway check`."""
