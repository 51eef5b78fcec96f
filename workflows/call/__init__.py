"""The call model: TLib events in, EX events out. Pure; replay, tests and the workflow run the same classes."""
