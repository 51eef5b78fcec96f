"""The root of the product's own exceptions."""


class ExcpError(Exception):
    """Anything the product itself reports. The message says what is wrong and what to do."""
