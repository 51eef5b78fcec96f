"""Reads the SIP Servers: gateway clients, intakes, the submitter, and the process `excp ingest`."""
