"""The home: where trust root, policies and releases lie (section 15.1)."""

from __future__ import annotations

import os
import stat
from typing import Dict, List, Optional, Tuple

from . import dsse
from .attestation import Statement
from .keys import MAX_PEM
from .policy_bundle import MANIFEST, MAX_FILES, MAX_FILES_BYTES, SIGNATURE, BundleFiles
from .refusal import Refusal
from .trust_root import MAX_CHAIN, MAX_DOCUMENT, SignedFile, read_trust_root


class HomeUnreadable(Refusal):
    """A file of the home is there and cannot be read."""


class NoTrustRoot(Refusal):
    """There is no trust root (exit code 3)."""


class Home:
    def __init__(self, path: str) -> None:
        self.path = path
        self._signed: Dict[str, Optional[SignedFile]] = {}
        self._chain: Optional[Tuple[SignedFile, ...]] = None
        self._bundles: Dict[str, Optional[BundleFiles]] = {}

    def root_key(self) -> Optional[bytes]:
        """The PEM of the pinned root key."""
        return self._read("trust/root.pub", 4 * MAX_PEM)

    def chain(self) -> Optional[Tuple[SignedFile, ...]]:
        """All versions of the trust root; the newest alone where it is not well-formed."""
        if self._chain is not None:
            return self._chain
        newest = self._pair("trust/trust-root")
        if newest is None:
            return None
        try:
            version = read_trust_root(newest.document).version
        except Refusal:
            version = 1
        predecessors: List[SignedFile] = []
        for number in range(1, min(version, MAX_CHAIN + 1)):
            before = self._pair(f"trust/trust-root.{number}")
            if before is None:
                break
            predecessors.append(before)
        self._chain = tuple(predecessors) + (newest,)
        return self._chain

    def has_statement_trust(self) -> bool:
        """Whether both files are there that a statement needs."""
        return all(self._is_there(f"trust/{name}") for name in ("trust-root.json", "root.pub"))

    def index(self) -> Optional[SignedFile]:
        return self._pair("policies/index")

    def former_indexes(self, version: int) -> Tuple[SignedFile, ...]:
        """Of the former indexes, the one of this version."""
        former = self._pair(f"policies/index.{version}")
        return () if former is None else (former,)

    def release(self, statement: Statement) -> Optional[SignedFile]:
        name = statement.provenance["releaseManifestHash"].replace(":", "-")
        return self._pair(f"releases/{name}") or self._pair("release-manifest")

    def bundle(self, statement: Statement) -> Optional[BundleFiles]:
        """The bundle of the policy version that the statement names."""
        folder = f"policies/{statement['policyId']}/{statement['policyVersion']}"
        if folder not in self._bundles:
            self._bundles[folder] = self._bundle(folder)
        return self._bundles[folder]

    def _bundle(self, folder: str) -> Optional[BundleFiles]:
        if not os.path.lexists(os.path.join(self.path, folder)):
            return None
        manifest = self._read(f"{folder}/{MANIFEST}", MAX_DOCUMENT)
        signature = self._read(f"{folder}/{SIGNATURE}", dsse.MAX_SIGNATURE_FILE)
        if manifest is None or signature is None:
            raise HomeUnreadable("POL-030", f"{folder}: the manifest or its signature is missing")
        return BundleFiles(SignedFile(manifest, signature), tuple(self._files(folder)))

    def _files(self, folder: str) -> List[Tuple[str, bytes]]:
        found: List[Tuple[str, bytes]] = []
        size = 0
        pending = [""]
        while pending:
            below = pending.pop()
            try:
                entries = sorted(os.scandir(os.path.join(self.path, folder, below)), key=lambda entry: entry.name)
            except OSError as error:
                raise HomeUnreadable("TRUST-002", f"{folder}/{below}: {error.strerror}") from None
            for entry in entries:
                path = f"{below}{entry.name}"
                if path in (MANIFEST, SIGNATURE):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    pending.append(f"{path}/")
                    continue
                data = self._read(f"{folder}/{path}", MAX_FILES_BYTES)
                if data is None:
                    raise HomeUnreadable("TRUST-006", f"{folder}/{path} went away")
                found.append((path, data))
                size += len(data)
                if len(found) > MAX_FILES or size > MAX_FILES_BYTES:
                    return found  # more than the limit, which bundle.authentic refuses
        return found

    def _pair(self, name: str) -> Optional[SignedFile]:
        """A document and its signature."""
        if name in self._signed:
            return self._signed[name]
        document = self._read(f"{name}.json", MAX_DOCUMENT)
        result = None
        if document is not None:
            signature = self._read(f"{name}.sig", dsse.MAX_SIGNATURE_FILE)
            if signature is None:
                raise HomeUnreadable("TRUST-001", f"{name}.json has no signature")
            result = SignedFile(document, signature)
        self._signed[name] = result
        return result

    def _is_there(self, name: str) -> bool:
        """Whether it can be read is for whoever reads it to say."""
        try:
            os.lstat(os.path.join(self.path, name))
            return True
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True

    def _read(self, name: str, most: int) -> Optional[bytes]:
        """A file of the home, None where there is none; one byte more than the limit of one that is too large."""
        path = os.path.join(self.path, name)
        try:
            if not stat.S_ISREG(os.lstat(path).st_mode):
                raise HomeUnreadable("TRUST-003", f"{name} is no regular file")
            with open(path, "rb") as file:
                return file.read(most + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise HomeUnreadable("TRUST-002", f"{name}: {error.strerror}") from None
