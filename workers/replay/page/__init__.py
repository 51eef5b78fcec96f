"""The page of `excp replay --format html`."""
