"""The root of the product's own exceptions, as the processes know it."""

from workflows.errors import ExcpError as ExcpError


class NotYetError(ExcpError):
    """Something a process needs is away or not ready: waiting may help, changing a setting need not."""
