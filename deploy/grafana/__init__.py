"""The dashboard, and the alert rules beside it."""
