"""TLS of the lab's servers."""

import ssl
from pathlib import Path


def server_context(certificate: Path, client_ca: Path | None = None) -> ssl.SSLContext:
    """`certificate`: with its key, PEM; `client_ca`: clients need a certificate of it. Raises OSError."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    if client_ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_ca)
    return context
