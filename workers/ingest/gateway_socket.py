"""The socket to a TLib gateway: plain TCP, or TLS where the address begins with `tls://`."""

import asyncio

from activities.tls import TlsFiles, client_context
from workers.settings import TLS_SCHEME, Address

WANTS_TLS = f"does it want TLS ({TLS_SCHEME}host:port)?"


async def connect(address: Address, tls: TlsFiles | None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """`tls`: None for plain TCP. The files are read anew each time, so that a certificate can be renewed.

    Raises OSError, which `activities.tls.tls_fault` explains, and TlsError.
    """
    if tls is None:
        return await asyncio.open_connection(*address)
    return await asyncio.open_connection(*address, ssl=client_context(tls), ssl_shutdown_timeout=1)


def closed_early(tls: TlsFiles | None) -> str:
    """Of a connection that was closed before the gateway's hello. A server may say by an alert what it wants of TLS,
    but need not."""
    if tls is None:
        wanted = WANTS_TLS
    else:
        wanted = f"does it want {'another' if tls.certificate else 'a'} certificate of ours (TLS_CERTIFICATE_FILE)?"
    return f"the gateway closed the connection before its hello: {wanted}"


def no_gateway(tls: TlsFiles | None) -> str:
    """A question, of a connection on which something else than the gateway's hello came first, such as an alert."""
    return "is this a TLib gateway's port?" + (f" Or {WANTS_TLS}" if tls is None else "")


def tls_version(writer: asyncio.StreamWriter) -> str | None:
    """As "TLSv1.3"; None for plain TCP."""
    secured = writer.get_extra_info("ssl_object")
    return secured.version() if secured else None
