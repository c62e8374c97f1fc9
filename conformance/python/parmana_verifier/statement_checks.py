"""What attestations and resolutions have in common, but for the log (sections 13.1 and 13.2)."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from . import ed25519_profile
from .attestation import Statement
from .keys import key_id
from .material import Material
from .policy_bundle import open_bundle
from .policy_index import PolicyIndex, open_index
from .refusal import Refusal, demand
from .release import open_release
from .report import ATTESTATION_CHECKS, Findings
from .trust_root import TrustRoot

TOLERANCE = 300_000


class StatementChecks:
    prefix = "attestation"
    catalogue = ATTESTATION_CHECKS

    def __init__(self, statement: Statement, material: Material) -> None:
        self.s = statement
        self.material = material
        self.findings = Findings(self.catalogue)
        self.check = self.findings.check
        # Results that other checks need, None where they are not there. A check is not made where one is None.
        self.root: Any = None
        self.key: Any = None
        self.bundle: Any = None
        self.index: Any = None

    def level_1(self) -> None:
        s, material, check = self.s, self.material, self.check
        time: Any = material.time
        provenance = s.provenance
        check(f"{self.prefix}.form", (), lambda: None)
        binding = check(f"{self.prefix}.binding", (), s.check_binding)
        check(
            f"{self.prefix}.date",
            (time,),
            lambda: demand(s.issued_at <= time + TOLERANCE, "INV-067", f"issued at {s['issuedAt']}"),
        )
        can_open = material.chain if material.root_key is not None else None
        chain = check("trust-root.authentic", (can_open,), material.open_chain)
        root = self.root = chain[-1] if chain else None
        named: Any = None
        if chain:
            named = next((one for one in chain if one.version == provenance["trustRootVersion"]), None)
        check("trust-root.unexpired", (root, time), lambda: root.in_force(time))
        check(
            "trust-root.version",
            (root,),
            lambda: demand(provenance["trustRootVersion"] <= root.version, "INV-066", f"newest is {root.version}"),
        )
        check(
            "trust-root.hash",
            (named,),
            lambda: demand(provenance["trustRootHash"] == named.hash, "INV-066", f"it is {named.hash}"),
        )
        check("trust-root.in-force", (named,), lambda: named.in_force(s.issued_at))
        key = check("signing-key.role", (root,), lambda: self._signing_key(root))
        self.key = key
        check(
            f"{self.prefix}.signature",
            (binding, key),
            lambda: demand(ed25519_profile.holds(key, s.message, s.signature), "INV-065", "it does not hold"),
        )

    def _signing_key(self, root: TrustRoot) -> bytes:
        """The key that may have signed."""
        name = self.s["keyId"]
        role = root.roles.get("runtime")
        if role is not None:
            demand(name in role.key_ids, "INV-064", f"{name} is no runtime key")
            return root.keys[name].value
        given = {key_id(key): key for key in map(ed25519_profile.admit, self.material.runtime_keys)}
        demand(name in given, "INV-064", f"{name} is none of the runtime keys given")
        return given[name]

    def _equals(self, name: str, needs: Tuple[Any, ...], stated: Any, found: Any, code: str) -> Any:
        """A check that what the statement says is what was found; `found` is only asked if nothing is missing."""

        def make() -> None:
            value = found()
            demand(stated == value, code, f"{stated} is stated, {value} is found")

        return self.check(name, needs, make)

    def level_2(self) -> None:
        s, material, check, root, time = self.s, self.material, self.check, self.root, self.material.time
        provenance = s.provenance
        bundle = check("bundle.authentic", (material.bundle, root), lambda: open_bundle(material.bundle, root))
        self.bundle = bundle
        self._equals(
            "bundle.identity",
            (bundle,),
            (s["policyId"], s["policyVersion"]),
            lambda: (bundle.policy.id, bundle.policy.version),
            "INV-070",
        )
        self._equals(
            "bundle.schema-version",
            (bundle,),
            provenance["schemaVersion"],
            lambda: bundle.policy.schema_version,
            "INV-070",
        )
        self._equals("bundle.hash", (bundle,), provenance["bundleHash"], lambda: bundle.hash, "INV-070")
        self._equals("bundle.policy-hash", (bundle,), provenance["policyHash"], lambda: bundle.policy_hash, "INV-070")
        index = check("policy-index.authentic", (material.index, root), lambda: open_index(material.index, root))
        self.index = index
        check("policy-index.unexpired", (index, time), lambda: index.in_force(time))
        known = self._known_indexes()
        check("policy-index.version", (index,), lambda: self._index_version(index, known))
        version = provenance["policyIndexVersion"]
        named: Any = next((one for one in known if one.version == version), None)
        check("policy-index.in-force", (index, named), lambda: self._index_in_force(named))
        check("policy-index.listed", (index,), lambda: self._listed(index))
        self._release()

    def _looks_at_lists(self) -> bool:
        return True

    def _known_indexes(self) -> List[PolicyIndex]:
        """INDEX, and the former ones that open."""
        if self.index is None or self.root is None:
            return []
        known = [self.index]
        for signed in self.material.former_indexes:
            try:
                known.append(open_index(signed, self.root))
            except Refusal:
                continue
        return known

    def _index_version(self, index: PolicyIndex, known: List[PolicyIndex]) -> None:
        hashes: Dict[int, str] = {}
        for one in known:
            same = hashes.setdefault(one.version, one.hash) == one.hash
            demand(same, "POL-048", f"two indexes of version {one.version}")
        demand(self.s.provenance["policyIndexVersion"] <= index.version, "INV-071", f"it is {index.version}")

    def _index_in_force(self, named: PolicyIndex) -> None:
        named.in_force(self.s.issued_at)
        if named is not self.index:
            self._listed(named)

    def _listed(self, index: PolicyIndex) -> None:
        if self._looks_at_lists():
            index.lists(self.s["policyId"], self.s["policyVersion"], self.s.provenance["bundleHash"])

    def _release(self) -> Any:
        material, root, provenance = self.material, self.root, self.s.provenance
        release = self.check(
            "release.authentic", (material.release, root), lambda: open_release(material.release, root)
        )
        for name, member, stated in (
            ("manifest-hash", "hash", "releaseManifestHash"),
            ("runtime-hash", "runtime_hash", "runtimeHash"),
            ("runtime-version", "runtime_version", "runtimeVersion"),
        ):
            self._equals(
                f"release.{name}",
                (release,),
                provenance[stated],
                lambda member=member: getattr(release, member),
                "INV-072",
            )
        return release
