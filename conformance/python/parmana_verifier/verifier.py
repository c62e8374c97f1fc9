"""Supplies material to the checks: from options, from the home, and from what lies beside a path (section 15)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Dict, Optional, Sequence, TypeVar

from .attestation import MAX_FILE, Statement, read_attestation
from .attestation_checks import check_attestation
from .companions import members_of, read_beside
from .directories import is_directory
from .evidence import MAX_EVIDENCE
from .evidence_bundle import MAX_BUNDLE, EvidenceBundle
from .home import Home, NoTrustRoot
from .inputs import optional_input, read_consistency, read_input, read_witnesses
from .keys import MAX_PEM, from_pem, key_id
from .log_proof import MAX_PROOF
from .material import Material
from .options import Options, remembered_at, time_of
from .outcome import MALFORMED, NO_TRUST_ROOT, REFUSED, VERIFIED, Outcome, unjudged
from .policy_index import open_index
from .presented import read_presented
from .refusal import Refusal, demand
from .report import Report, judge
from .resolution import MAX_VOTES, RESOLUTION, read_resolution
from .resolution_checks import check_resolution
from .signed_note import MAX_NOTE
from .trust_root import first_root_key, open_chain
T = TypeVar("T")


class Verifier:
    """One run of the command."""

    def __init__(self, options: Options, now: int) -> None:
        self.options = options
        # Of several paths, what belongs to one of them lies beside it.
        self.several = len(options.paths) != 1 or is_directory(options.paths[0])
        demand(not self.several or not options.of_one_file, "CLI-001", "an option for one file, and several files")
        self.home = Home(options.home)
        self.supplied = Material(
            time=time_of(options, now),
            origin=options.origin,
            runtime_keys=tuple(from_pem(read_input(path, 4 * MAX_PEM)) for path in options.runtime_key),
            root_key=from_pem(read_input(options.root_key, 4 * MAX_PEM)) if options.root_key is not None else None,
            witnesses=read_witnesses(options),
            evidence=optional_input(options.evidence, MAX_EVIDENCE),
            original=optional_input(options.original, MAX_FILE),
            votes=optional_input(options.votes, MAX_VOTES),
            log_proof=optional_input(options.log_proof, MAX_PROOF),
            remembered=optional_input(options.remembered, MAX_NOTE),
            remembered_at=remembered_at(options),
            consistency=read_consistency(options.consistency),
        )

    def root_key(self) -> bytes:
        """The pinned root key; there is no verifying without one."""
        if self.supplied.root_key is not None:
            return self.supplied.root_key
        pem = self.home.root_key()
        if pem is None:
            raise NoTrustRoot("CLI-002", "there is no root key")
        return from_pem(pem)

    def check_trust(self) -> None:
        """Of several paths: without a trust root none of them verifies, and none is read."""
        named = self.options.root_key is not None or self.options.unsafe_trust_on_first_use
        if self.several and not named and not self.home.has_statement_trust():
            raise NoTrustRoot("CLI-002", "there is no trust root")

    def verify(self, path: str) -> Outcome:
        try:
            return self._verify(path)
        except NoTrustRoot as refusal:
            # Only the process itself ends with 3: a line says that its file could not be judged.
            exit_code = MALFORMED if self.several else NO_TRUST_ROOT
            return Outcome(exit_code, code=refusal.code, detail=refusal.detail)
        except Refusal as refusal:
            return unjudged(refusal)

    def _verify(self, path: str) -> Outcome:
        presented = read_presented(read_input(path, MAX_BUNDLE))
        if isinstance(presented, Statement):
            return self._statement(path, presented)
        demand(not self.options.of_one_file, "CLI-001", "an evidence bundle has everything in it")
        return self._evidence_bundle(presented)

    def _statement(self, path: str, statement: Statement) -> Outcome:
        """A statement with the home's material."""
        self._check_options(statement)
        if not self.home.has_statement_trust():
            raise NoTrustRoot("CLI-002", "there is no trust root")
        material = self._with_companions(path, statement)
        of_log = (material.origin, material.remembered, material.witnesses)
        demand(
            material.log_proof is not None or of_log == (None, None, None),
            "CLI-001",
            "options that judge a log proof, and there is none",
        )
        material = replace(
            material,
            chain=self.home.chain(),
            root_key=self.root_key(),
            bundle=self.home.bundle(statement),
            index=self.home.index(),
            former_indexes=self.home.former_indexes(int(statement.provenance["policyIndexVersion"])),
            release=self.home.release(statement),
        )
        report = _report(statement, material, self._level())
        return Outcome(VERIFIED if report.verified else REFUSED, report)

    def _check_options(self, statement: Statement) -> None:
        """Options that do not fit what is verified."""
        options = self.options
        demand(self.several or not options.unsafe_trust_on_first_use, "CLI-001", "no evidence bundle")
        resolution = statement.kind is RESOLUTION
        demand(not resolution or options.evidence is None, "CLI-001", "--evidence with a resolution")
        of_resolution = options.original is not None or options.votes is not None
        demand(resolution or not of_resolution, "CLI-001", "--original or --votes with an attestation")

    def _with_companions(self, path: str, statement: Statement) -> Material:
        """The material with what lies beside a path: its log proof, and of several paths all that belongs to one."""
        if path == "-" or self.supplied.log_proof is not None:
            return self.supplied
        members = members_of(statement) if self.several else ("log_proof",)
        found: Dict[str, Any] = dict(read_beside(path, members))
        return replace(self.supplied, **found)

    def _level(self) -> str:
        """R for a statement that is no evidence bundle."""
        if self.options.level is not None:
            return self.options.level
        if self.supplied.evidence is not None or self.supplied.votes is not None:
            return "L4"
        return "L2" if self.supplied.log_proof is None else "L3"

    def _evidence_bundle(self, bundle: EvidenceBundle) -> Outcome:
        statement = read_attestation(bundle.attestation)
        resolution = read_resolution(bundle.resolution.attestation) if bundle.resolution else None
        material = replace(
            self.supplied,
            chain=bundle.chain,
            bundle=bundle.policy_bundle,
            index=bundle.policy_index,
            former_indexes=bundle.former_policy_indexes,
            release=bundle.release,
            evidence=bundle.evidence,
            log_proof=bundle.log_proof,
            original=None,
            votes=None,
        )
        first_use = None
        if self.supplied.root_key is None:
            if self.options.unsafe_trust_on_first_use:
                root_key = first_root_key(bundle.chain[0].document)
                first_use = key_id(root_key)
                material = replace(material, root_key=root_key)
            else:
                named = [statement] if resolution is None else [statement, resolution]
                material = self._judged_by_home(replace(material, root_key=self.root_key()), named)
        required = self.options.level or "L4"
        report = _report(statement, material, required)
        second = None
        if resolution is not None and bundle.resolution is not None:
            material = replace(
                material,
                release=bundle.resolution.release,
                votes=bundle.resolution.votes,
                original=bundle.attestation,
                evidence=None,
                log_proof=bundle.resolution.log_proof,
            )
            second = _report(resolution, material, required)
        good = report.verified and (second is None or second.verified)
        return Outcome(VERIFIED if good else REFUSED, report, second, first_use)

    def _judged_by_home(self, material: Material, named: Sequence[Statement]) -> Material:
        """The home's trust root where the bundle's does not continue it, and its indexes beside the bundle's."""
        assert material.index is not None and material.root_key is not None
        chain, index = self.home.chain(), self.home.index()
        # What the home has must open: else what the bundle brings, and may be older, would take its place unnoticed.
        own = None if chain is None else open_chain(chain, material.root_key)
        if own is not None and index is not None:
            open_index(index, own[-1])
        versions = dict.fromkeys(int(one.provenance["policyIndexVersion"]) for one in named)
        former = tuple(index for version in versions for index in self.home.former_indexes(version))
        material = replace(material, former_indexes=material.former_indexes + former)
        roots = _unless_refused(material.open_chain)
        if roots is None:
            return material
        if own is not None and own[-1].hash not in [root.hash for root in roots]:
            material, roots = replace(material, chain=chain), own
        if index is None:
            return material
        known = open_index(index, roots[-1] if own is None else own[-1])
        given = _unless_refused(lambda: open_index(material.index, roots[-1]))
        # The same one may have been signed again since, by another key.
        if given is None or given.hash == known.hash:
            return material
        newest, older = (material.index, index) if given.version > known.version else (index, material.index)
        return replace(material, index=newest, former_indexes=material.former_indexes + (older,))


def _unless_refused(read: Callable[[], Optional[T]]) -> Optional[T]:
    try:
        return read()
    except Refusal:
        return None


def _report(statement: Statement, material: Material, required: str) -> Report:
    check = check_resolution if statement.kind is RESOLUTION else check_attestation
    return judge(check(statement, material).ordered(), required, material.asked())
