import { canonicalBytes, type JsonValue, ParmanaError } from "@parmanasystems/canonical";
import { type ExecutionAttestation, fromEnvelope, parseAttestation } from "@parmanasystems/execution";
import type { InForce } from "@parmanasystems/execution-runtime";
import type { BundleContent, SignedDocument } from "@parmanasystems/governance";
import { archivedPathsOf, readBundleContent } from "@parmanasystems/governance/node";
import { verifyAttestation } from "@parmanasystems/verifier";
import type { FastifyInstance } from "fastify";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { guardedBody, json, sendJson } from "../http/answers.js";
import type { verifyRequest } from "../schemas/verification.js";
import type { TypeOf } from "../schemas/type-of.js";
import type { ServerContext } from "../server-context.js";

type VerifyBody = TypeOf<typeof verifyRequest>;

export function verifyRoute(server: FastifyInstance, { runtime, clock }: ServerContext): void {
  server.post<{ Body: VerifyBody }>(
    "/verify",
    {
      config: { access: "authenticated" },
      schema: {
        operationId: "verify",
        summary: "Verify an attestation against what is in force here",
        description:
          "Convenient, and no replacement for verifying it yourself: the verifier needs nothing but the attestation and the trust root.",
        tags: ["verification"],
        body: { $ref: "VerifyRequest#" },
        response: {
          200: json("VerificationReport", "What was checked, and the verdict, which may be refused."),
          ...guardedBody(422),
        },
      },
    },
    async (request, reply) => {
      const { evidence, level } = request.body;
      const attestation = readEitherSpelling(request.body.attestation as JsonValue);
      const inForce = await runtime.inForce();
      const { trustRoot, policyIndex, release } = inForce.documents;
      const madeByThis = attestation.provenance.releaseManifestHash === inForce.release.releaseManifestHash;
      const report = verifyAttestation(attestation, {
        trustRoot,
        bundle: await bundleOf(inForce, attestation),
        policyIndex,
        formerPolicyIndexes: await formerIndexes(inForce, attestation),
        // Another release is not shown here; that it made the attestation is then not checked.
        release: madeByThis ? release : undefined,
        evidence: evidence === undefined ? undefined : canonicalBytes(evidence),
        now: clock.now(),
        requiredLevel: level ?? (evidence === undefined ? "L1" : "L4"),
      });
      return sendJson(reply, report);
    },
  );
}

function readEitherSpelling(value: JsonValue): ExecutionAttestation {
  const isEnvelope = typeof value === "object" && value !== null && Object.hasOwn(value, "payloadType");
  return isEnvelope ? fromEnvelope(value) : parseAttestation(value);
}

/** Undefined for a policy that is not here: an attestation names what it likes. */
async function bundleOf(
  { policiesRootPath }: InForce,
  { policyId, policyVersion }: ExecutionAttestation,
): Promise<BundleContent | undefined> {
  try {
    return await readBundleContent(policiesRootPath, policyId, policyVersion);
  } catch (error) {
    if (ParmanaError.isInstance(error) && error.code.startsWith("POL-")) return undefined;
    throw error;
  }
}

/** The index that the attestation names, where a later one has taken its place. */
async function formerIndexes(
  { policiesRootPath, policyIndex }: InForce,
  { provenance }: ExecutionAttestation,
): Promise<readonly SignedDocument[]> {
  const { policyIndexVersion: version } = provenance;
  if (version >= policyIndex.version) return [];
  const { documentPath, signaturePath } = archivedPathsOf(join(policiesRootPath, "index.json"), version);
  try {
    return [{ document: await readFile(documentPath), signature: await readFile(signaturePath) }];
  } catch {
    // Not kept, and so not looked at: the verifier says that it was not checked.
    return [];
  }
}
