"""Release manifests (section 8)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Tuple

from . import dsse, strict_json
from .canonical import code_units
from .grammar import (
    hash_of,
    is_closed,
    is_hash,
    is_printable,
    is_timestamp,
    is_version,
    is_whole,
    milliseconds,
    sha256,
)
from .refusal import Refusal, demand, remembered
from .trust_root import MAX_DOCUMENT, SignedFile, TrustRoot

_SEMANTICS = re.compile("parmana-policy/[1-9][0-9]{0,3}")


@dataclass(frozen=True, eq=False)
class Release:
    hash: str
    runtime_hash: str
    runtime_version: str
    evaluator_semantics: str
    schema_versions: Tuple[str, ...]
    created_at: int


@remembered(32)
def open_release(signed: SignedFile, root: TrustRoot) -> Release:
    demand(len(signed.document) <= MAX_DOCUMENT, "INV-061", "the release manifest is too large")
    demand(len(signed.signature) <= dsse.MAX_SIGNATURE_FILE, "INV-061", "the signature file is too large")
    release = read_release(signed.document)
    root.threshold("release", dsse.RELEASE_MANIFEST, signed, release.created_at)
    return release


@remembered(32)
def read_release(data: bytes) -> Release:
    try:
        return _read(strict_json.parse(data, MAX_DOCUMENT), data)
    except Refusal as refusal:
        raise Refusal("INV-040", refusal.detail) from None


def _read(value: Any, data: bytes) -> Release:
    members = ("type", "runtimeVersion", "evaluatorSemantics", "schemaVersions", "createdAt", "files")
    demand(is_closed(value, members), "INV-040", "not a release manifest")
    demand(value["type"] == "parmana/release-manifest/v1", "INV-040", "type")
    demand(is_version(value["runtimeVersion"]), "INV-040", "runtimeVersion")
    semantics = value["evaluatorSemantics"]
    demand(isinstance(semantics, str) and _SEMANTICS.fullmatch(semantics) is not None, "INV-040", "evaluatorSemantics")
    versions = value["schemaVersions"]
    demand(isinstance(versions, list) and 1 <= len(versions) <= 64, "INV-040", "schemaVersions")
    demand(
        all(is_version(one) for one in versions) and len(set(versions)) == len(versions), "INV-040", "schemaVersions"
    )
    demand(is_timestamp(value["createdAt"]), "INV-040", "createdAt")
    files = value["files"]
    demand(isinstance(files, list) and 1 <= len(files) <= 20000, "INV-040", "files")
    before = None
    for entry in files:
        demand(is_closed(entry, ("path", "size", "sha256")), "INV-040", "a file")
        path = entry["path"]
        demand(is_printable(path, 512) and "\\" not in path, "INV-040", "path")
        demand(all(step not in ("", ".", "..") for step in path.split("/")), "INV-040", path)
        demand(before is None or code_units(before) < code_units(path), "INV-040", f"order of {path}")
        before = path
        demand(is_whole(entry["size"], 0, 268435456) and is_hash(entry["sha256"]), "INV-040", path)
    return Release(
        sha256(data),
        hash_of(files),
        value["runtimeVersion"],
        semantics,
        tuple(versions),
        milliseconds(value["createdAt"]),
    )
