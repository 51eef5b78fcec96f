"""`excp calls`: look at open calls, end them, move them to another build. All it needs is Temporal."""
