"""Runs the call workflows and the injection: the process `excp worker`."""
