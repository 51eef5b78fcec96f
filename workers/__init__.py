"""The processes: ingest, dispatch, call worker, and the command line."""
