"""A certificate authority of the tests' own, and certificates that it signs."""

from dataclasses import dataclass
from pathlib import Path

import tools


@dataclass(frozen=True)
class Certificate:
    """A server's certificate and its key, as files in PEM."""

    chain: Path
    key: Path


class Authority:
    """Signs certificates that nobody else trusts."""

    def __init__(self, folder: Path, name: str = "authority"):
        self._folder = folder / name
        self._folder.mkdir()
        self._key = self._folder / "authority.key"
        self.file = self._folder / "authority.pem"
        _openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", self._key, "-out", self.file, "-subj", f"/CN={name}", "-days", 2)

    def sign(self, host: str, days: int = 2) -> Certificate:
        """A certificate for a host, whose time is over if `days` are negative."""
        made = Certificate(self._folder / f"{host}.pem", self._folder / f"{host}.key")
        request, extensions = self._folder / f"{host}.csr", self._folder / f"{host}.ext"
        extensions.write_text(f"subjectAltName=DNS:{host}\n")
        _openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", made.key, "-out", request, "-subj", f"/CN={host}")
        _openssl(
            "x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self._key,
            "-CAcreateserial", "-extfile", extensions, "-out", made.chain, "-days", days)
        return made


def _openssl(*words: object) -> None:
    result = tools.run(tools.tool("openssl"), *words)
    assert result.status == 0, str(result)
