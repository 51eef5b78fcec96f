"""TLS of the connections this product opens: whom it trusts, what it shows, and what a failed handshake means.

Temporal's connection has settings of its own (TEMPORAL_TLS_*).
"""

import ssl
from pathlib import Path
from typing import NamedTuple

import httpx

from workflows.errors import ExcpError


class TlsError(ExcpError):
    """The files cannot be used; the message names the setting."""


class TlsFiles(NamedTuple):
    """PEM files (TLS_CA_FILE, TLS_CERTIFICATE_FILE, TLS_KEY_FILE)."""

    ca: Path | None = None
    """Authorities to trust besides the public and the system's ones."""
    certificate: Path | None = None
    """What to show to servers that ask who we are; may hold the key."""
    key: Path | None = None


def client_context(files: TlsFiles) -> ssl.SSLContext:
    """Checks certificates and host names. Reads the files as they are now. Raises TlsError."""
    try:
        context = httpx.create_ssl_context()  # the public authorities, or those of SSL_CERT_FILE
        context.load_default_certs()
    except OSError as error:
        raise TlsError(f"the authorities of SSL_CERT_FILE or SSL_CERT_DIR cannot be read: {error}") from error
    if files.ca is not None:
        try:
            context.load_verify_locations(files.ca)
        except OSError as error:
            raise TlsError(f"{files.ca} has no CA certificate in PEM form (TLS_CA_FILE): {error}") from error
    if files.certificate is not None:
        try:
            # without the callback a key with a password would be asked for on the terminal
            context.load_cert_chain(files.certificate, files.key, password=lambda: b"")
        except OSError as error:
            raise TlsError(
                f"{files.certificate} and {files.key or 'the key in it'} are no certificate and its key in PEM form "
                f"without a password (TLS_CERTIFICATE_FILE, TLS_KEY_FILE): {error}"
            ) from error
    elif files.key is not None:
        raise TlsError("TLS_KEY_FILE without TLS_CERTIFICATE_FILE")
    return context


def tls_fault(error: BaseException | None) -> str | None:
    """Why a handshake failed and what to set; None when TLS is not the reason. Libraries' errors are looked into."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return _meaning(error)
        error = error.__cause__ or error.__context__
    return None


_EXPIRED, _NOT_YET_VALID, _OTHER_HOST, _OTHER_IP = 10, 9, 62, 64
"""X509_V_ERR_* of OpenSSL (openssl-verification-options, x509_vfy.h)."""
_ADVICE = {
    _EXPIRED: "renew it",
    _NOT_YET_VALID: "compare the clocks",
    _OTHER_HOST: "use a name the certificate has, or a certificate with this name",
    _OTHER_IP: "use a name the certificate has, or a certificate with this address",
}
_NO_TLS = {"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"}
_ABOUT_OURS = ("CERTIFICATE_REQUIRED", "BAD_CERTIFICATE", "UNKNOWN_CA", "CERTIFICATE_EXPIRED", "CERTIFICATE_UNKNOWN")


def _meaning(error: ssl.SSLError) -> str:
    reason = error.reason or str(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        advice = _ADVICE.get(error.verify_code, "if it is the right server, give its CA (TLS_CA_FILE)")
        return f"the server's certificate is not accepted: {error.verify_message.rstrip('.')}; {advice}"
    if reason in _NO_TLS:
        return "the server speaks no TLS on this port"
    if "ALERT" in reason and reason.endswith(_ABOUT_OURS):
        return (
            "the server wants a certificate of ours it can accept (TLS_CERTIFICATE_FILE, TLS_KEY_FILE): "
            f"{reason.partition('ALERT_')[2].lower().replace('_', ' ')}"
        )
    if reason.endswith("ALERT_HANDSHAKE_FAILURE"):
        return (
            "the server refuses the handshake: it may want a certificate of ours (TLS_CERTIFICATE_FILE, TLS_KEY_FILE), "
            "or a version or cipher of TLS that we do not have"
        )
    return f"TLS failed: {reason.lower().replace('_', ' ')}"
