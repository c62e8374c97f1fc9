import { ParmanaError } from "@parmanasystems/canonical";
import { attestationHash, type ExecutionAttestation } from "@parmanasystems/execution";
import { checkCatalogue } from "./check-catalogue.js";
import { checkStatement } from "./check-statement.js";
import { Checklist } from "./checklist.js";
import { VerifierError } from "./errors.js";
import { both, known, type Known, unknown } from "./known.js";
import type { OpenedMaterial } from "./opened-material.js";
import { checkKeyInForce } from "./signing-key-checks.js";
import { readStatement, type AttestationInput } from "./statement-checks.js";
import {
  attestationKind,
  type PresentedAttestation,
  type PresentedResolution,
  type RuntimeStatement,
} from "./statement-kind.js";

/** Returns the attestation that the resolution ends, when it is the one supplied. */
export function checkOriginal(
  checks: Checklist,
  resolution: Known<PresentedResolution>,
  supplied: Known<AttestationInput>,
  opened: OpenedMaterial,
): Known<PresentedAttestation> {
  const original = checks.establish("original.form", supplied, (input) =>
    readStatement(attestationKind, input),
  );
  const linked = checks.establish("original.link", both(resolution, original), ([{ attestation }, value]) => {
    const hash = attestationHash(value.attestation);
    if (hash !== attestation.attestationHash) {
      throw new VerifierError(
        "INV-068",
        `it ends the attestation ${attestation.attestationHash}, and the one supplied is ${hash}.`,
      );
    }
    return { value, detail: "The resolution names the attestation that was supplied by its hash." };
  });
  checks.confirm("original.authentic", both(linked, opened.chain), ([value]) =>
    requireAuthentic(value, opened),
  );
  checkCarried(checks, resolution, linked);
  return linked;
}

const ownChecks: ReadonlySet<string> = new Set(
  checkCatalogue
    .filter(({ id, level, required }) => level === "L1" && required && id !== "trust-root.authentic")
    .map(({ id }) => id),
);

/** The log proof of a resolution says nothing of the attestation that it ends. */
const unlogged = unknown("the log proof is that of the resolution");

/** Every check of L1, as for an attestation alone; of the trust root itself, the report says it once already. */
function requireAuthentic(original: PresentedAttestation, opened: OpenedMaterial): string {
  const checks = new Checklist();
  const input = known(original.envelope ?? original.attestation);
  const { presented, key } = checkStatement(checks, attestationKind, input, opened);
  checkKeyInForce(checks, presented, key, opened, { included: unlogged, continued: unlogged });
  const refused = checks
    .list()
    .find(({ id, status }) => status === "fail" || (status !== "pass" && ownChecks.has(id)));
  if (refused !== undefined) throw new ParmanaError(refused.code ?? "INV-062", refused.detail);
  return `A trusted runtime key signed the attestation, ${original.attestation.keyId}, under a trust root in force at ${original.attestation.issuedAt}.`;
}

/** What the resolution must say exactly as the attestation did. */
function checkCarried(
  checks: Checklist,
  resolution: Known<PresentedResolution>,
  original: Known<PresentedAttestation>,
): void {
  const given = both(resolution, original);

  checks.confirm("original.pending", original, ({ attestation: { decision } }) => {
    if (decision !== "pending_override")
      throw new VerifierError("INV-069", `it says ${decision}, which nobody is left to end.`);
    return "The attestation says pending_override.";
  });

  checks.confirm("original.execution", given, ([{ attestation: ended }, { attestation: begun }]) => {
    requireCarried("execution", ended.execution_id, begun.execution_id);
    requireCarried("fingerprint", ended.execution_fingerprint, begun.execution_fingerprint);
    return "The resolution is about the same execution and the same facts.";
  });

  checks.confirm("original.policy", given, ([{ attestation: ended }, { attestation: begun }]) => {
    requireCarried("policy", ended.policyId, begun.policyId);
    requireCarried("policy version", ended.policyVersion, begun.policyVersion);
    for (const [name, noun] of decidedOn)
      requireCarried(noun, ended.provenance[name], begun.provenance[name]);
    return "The resolution names the policy, the bundle and the signals of the attestation.";
  });

  checks.confirm("original.audience", given, ([{ attestation: ended }, { attestation: begun }]) => {
    requireCarried("audience", own(ended, "audience"), own(begun, "audience"));
    requireCarried("hash of the action", own(ended, "actionHash"), own(begun, "actionHash"));
    return "The resolution is for the same audience and the same action, or both name none.";
  });

  checks.confirm("original.date", given, ([ended, begun]) => {
    if (ended.issuedAt < begun.issuedAt) {
      throw new VerifierError(
        "INV-069",
        `it is dated ${ended.attestation.issuedAt}, and the attestation ${begun.attestation.issuedAt}.`,
      );
    }
    return `The attestation was issued at ${begun.attestation.issuedAt}, the resolution no earlier.`;
  });
}

/** A resolution names the runtime that made it; the rest of the provenance is about the decision. */
const decidedOn = [
  ["policyHash", "policy file"],
  ["bundleHash", "bundle"],
  ["schemaVersion", "schema version"],
  ["evaluatorSemantics", "set of evaluation rules"],
  ["signalsHash", "hash of the signals"],
  ["signalProvenanceHash", "hash of the signals' origin"],
] as const satisfies readonly (readonly [keyof ExecutionAttestation["provenance"], string])[];

function requireCarried(what: string, ended: string | undefined, begun: string | undefined): void {
  if (ended === begun) return;
  throw new VerifierError(
    "INV-069",
    `the ${what} of the resolution is ${ended ?? "not named"}, that of the attestation ${begun ?? "not named"}.`,
  );
}

/** What is optional must not be found on a polluted Object.prototype. */
function own(statement: RuntimeStatement, name: "audience" | "actionHash"): string | undefined {
  return Object.hasOwn(statement, name) ? statement[name] : undefined;
}
