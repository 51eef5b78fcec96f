"""Reads the SIP Servers: gateway client, lanes, and the process `excp ingest`."""
