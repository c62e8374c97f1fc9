"""Policy bundles (section 6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, NamedTuple, Tuple

from . import dsse, strict_json
from .canonical import code_units
from .grammar import is_closed, is_hash, is_id, is_printable, is_timestamp, is_version, is_whole, milliseconds, sha256
from .policy import EVALUATOR_SEMANTICS, SCHEMA_VERSION, Policy, read_policy
from .refusal import Refusal, demand, remembered
from .trust_root import MAX_DOCUMENT, SignedFile, TrustRoot

MAX_MANIFEST = 64 * 1024
MAX_FILES = 1024
MAX_FILES_BYTES = 16 << 20
MANIFEST = "bundle.manifest.json"
SIGNATURE = "bundle.sig"

_STEP = "[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?"
_PATH = re.compile(f"{_STEP}(?:/{_STEP}){{0,7}}")


class BundleFiles(NamedTuple):
    """What lies in the directory of a policy version."""

    manifest: SignedFile
    files: Tuple[Tuple[str, bytes], ...]


@dataclass(frozen=True)
class Bundle:
    """BUNDLE of section 13."""

    policy: Policy
    hash: str
    policy_hash: str


@remembered(32)
def open_bundle(bundle: BundleFiles, root: TrustRoot) -> Bundle:
    check_limits(bundle)
    document = bundle.manifest.document
    manifest = _read_manifest(document)
    root.threshold("policy", dsse.POLICY_BUNDLE, bundle.manifest, milliseconds(manifest["createdAt"]))
    files = dict(bundle.files)
    listed = {entry["path"] for entry in manifest["files"]}
    for path in files:
        demand(path in listed, "POL-035", path)
    for entry in manifest["files"]:
        path = entry["path"]
        demand(path in files, "POL-033", path)
        data = files[path]
        demand(len(data) == entry["size"] and sha256(data) == entry["sha256"], "POL-034", path)
    data = files["policy.json"]
    policy = read_policy(data, manifest["policyId"], manifest["policyVersion"])
    return Bundle(policy, sha256(document), sha256(data))


def check_limits(bundle: BundleFiles) -> None:
    demand(len(bundle.manifest.document) <= MAX_DOCUMENT, "INV-061", "the manifest is too large")
    demand(len(bundle.manifest.signature) <= dsse.MAX_SIGNATURE_FILE, "INV-061", "the signature file is too large")
    demand(len(bundle.files) <= MAX_FILES, "INV-061", "too many files")
    demand(sum(len(data) for _, data in bundle.files) <= MAX_FILES_BYTES, "INV-061", "the files are too large")


def _read_manifest(data: bytes) -> Dict[str, Any]:
    try:
        value = strict_json.parse(data, MAX_MANIFEST)
    except Refusal as refusal:
        raise Refusal("POL-031", refusal.detail) from None
    members = ("type", "policyId", "policyVersion", "schemaVersion", "evaluatorSemantics", "createdAt", "files")
    demand(is_closed(value, members), "POL-031", "not a manifest")
    demand(value["type"] == "parmana/policy-bundle/v1", "POL-031", "type")
    demand(is_id(value["policyId"]), "POL-031", "policyId")
    demand(is_version(value["policyVersion"]), "POL-031", "policyVersion")
    for member, known in (("schemaVersion", SCHEMA_VERSION), ("evaluatorSemantics", EVALUATOR_SEMANTICS)):
        demand(is_printable(value[member], 64), "POL-031", member)
        demand(value[member] == known, "POL-037", member)
    demand(is_timestamp(value["createdAt"]), "POL-031", "createdAt")
    files = value["files"]
    demand(isinstance(files, list) and 1 <= len(files) <= 64, "POL-031", "files")
    folded = set()
    before = None
    for entry in files:
        demand(is_closed(entry, ("path", "size", "sha256")), "POL-031", "a file")
        path = entry["path"]
        demand(is_printable(path, 512), "POL-031", "path")
        demand(is_path(path) and path.lower() not in folded, "POL-032", path)
        folded.add(path.lower())
        demand(before is None or code_units(before) < code_units(path), "POL-031", f"order of {path}")
        before = path
        demand(is_whole(entry["size"], 0, 4194304), "POL-031", f"size of {path}")
        demand(is_hash(entry["sha256"]), "POL-031", f"sha256 of {path}")
    demand(any(entry["path"] == "policy.json" for entry in files), "POL-031", "no policy.json")
    demand(sum(entry["size"] for entry in files) <= 8388608, "POL-039", "the files are too large")
    return value


def is_path(path: str) -> bool:
    good = len(path) <= 255 and _PATH.fullmatch(path) is not None
    return good and path.lower() not in (MANIFEST, SIGNATURE)
