"""The root of the product's own exceptions, as the processes know it."""

from workflows.errors import ExcpError as ExcpError
