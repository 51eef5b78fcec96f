"""Hands the events of the stream to Temporal: the process `excp dispatch`."""
