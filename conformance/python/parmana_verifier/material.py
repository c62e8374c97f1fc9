"""What is supplied beside the statement (section 13)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from .policy_bundle import BundleFiles
from .signed_note import NoteKey
from .trust_root import SignedFile, TrustRoot, open_chain


@dataclass(frozen=True)
class Witnesses:
    """A demand for witnesses: keys of type 04 with their operators."""

    threshold: int
    witnesses: Tuple[Tuple[NoteKey, str], ...]


@dataclass(frozen=True)
class Material:
    """What is supplied beside the statement. None is what is not there."""

    chain: Optional[Tuple[SignedFile, ...]] = None
    root_key: Optional[bytes] = None  # the pinned one
    runtime_keys: Tuple[bytes, ...] = ()
    time: Optional[int] = None
    bundle: Optional[BundleFiles] = None
    index: Optional[SignedFile] = None
    former_indexes: Tuple[SignedFile, ...] = ()
    release: Optional[SignedFile] = None
    log_proof: Optional[bytes] = None
    remembered: Optional[bytes] = None
    remembered_at: Optional[int] = None
    consistency: Optional[Tuple[bytes, ...]] = None
    origin: Optional[str] = None
    witnesses: Optional[Witnesses] = None
    evidence: Optional[bytes] = None
    original: Optional[bytes] = None
    votes: Optional[bytes] = None

    def asked(self) -> Tuple[str, ...]:
        """The checks that must be answered, or who asked for witnesses would be told "verified" without any."""
        demands = (
            ("log.checkpoint", self.origin),
            ("log.consistency", self.remembered),
            ("log.witnesses", self.witnesses),
        )
        return tuple(name for name, demanded in demands if demanded is not None)

    def open_chain(self) -> Optional[Tuple[TrustRoot, ...]]:
        """All versions of the trust root, None if there is no material for it."""
        return None if self.chain is None or self.root_key is None else open_chain(self.chain, self.root_key)


def there(data: Optional[bytes]) -> bytes:
    """What a check needs, which is there when the check is made."""
    assert data is not None
    return data
