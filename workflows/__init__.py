"""Deterministic code: the call workflow and the pure call model under it. No I/O, no clock."""
