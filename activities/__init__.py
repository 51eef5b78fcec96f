"""Side effects the call workflow asks for: EXCS mapping and EX injection."""
