"""Throw-away certificate authorities, as PEM files."""

from datetime import UTC, datetime
from pathlib import Path

import trustme

HERE = ("127.0.0.1", "localhost")


class Authority:
    """A CA; `file` is what its friends trust."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder / name
        self._folder.mkdir()
        self._ca = trustme.CA(organization_name=name)
        self.file = self._folder / "ca.pem"
        self._ca.cert_pem.write_to_path(str(self.file))

    def certificate(self, *names: str, expired: bool = False) -> Path:
        """A certificate and its key, of a server at these names (default: this host) or of a client."""
        begin, end = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)) if expired else (None, None)
        issued = self._ca.issue_cert(*(names or HERE), not_before=begin, not_after=end)
        file = self._folder / f"{'-'.join(names) or 'here'}{'-expired' * expired}.pem"
        issued.private_key_and_cert_chain_pem.write_to_path(str(file))
        return file
