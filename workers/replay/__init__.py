"""Reads text logs and says what would be told: `excp replay` and `excp explain`."""
