import { formatTimestamp, ParmanaError, parseStrict, sha256 } from "@parmanasystems/canonical";
import type { InForce } from "@parmanasystems/execution-runtime";
import {
  findVersion,
  isPolicyId,
  isPolicyVersion,
  type PolicyBundle,
  type PolicyVersions,
  signalsJsonSchema,
  type VersionStatus,
} from "@parmanasystems/governance";
import { readBundleContent } from "@parmanasystems/governance/node";
import type { FastifyInstance } from "fastify";
import { ServerError } from "../errors.js";
import { guarded, json, problems, sendJson } from "../http/answers.js";
import { policyId, policyVersion } from "../schemas/basics.js";
import type { ServerContext } from "../server-context.js";

interface PolicyParams {
  readonly id: string;
  readonly version: string;
}
const params = {
  type: "object",
  required: ["id", "version"],
  properties: { id: policyId, version: policyVersion },
} as const;
const statuses: readonly VersionStatus[] = ["active", "deprecated", "revoked"];

export function governanceRoutes(server: FastifyInstance, { runtime }: ServerContext): void {
  server.get(
    "/policies",
    {
      config: { access: "authenticated" },
      schema: {
        operationId: "listPolicies",
        summary: "What the policy index in force lists",
        tags: ["policies"],
        response: { 200: json("PolicyList", "Policies and their versions."), ...guarded() },
      },
    },
    async (_, reply) => {
      const { policyIndex } = await runtime.inForce();
      return sendJson(reply, {
        indexVersion: policyIndex.version,
        expiresAt: formatTimestamp(policyIndex.expiresAt),
        policies: Array.from(policyIndex.policies, ([id, versions]) => ({
          policyId: id,
          versions: versionList(versions),
        })),
      });
    },
  );

  server.get<{ Params: PolicyParams }>(
    "/policies/:id/versions/:version",
    {
      config: { access: "authenticated" },
      schema: {
        operationId: "getPolicy",
        summary: "A policy version, as it was signed",
        tags: ["policies"],
        params,
        response: { 200: json("PolicyVersion", "The policy and its hashes."), ...guarded(404, 422) },
      },
    },
    async (request, reply) => {
      const { bundle, inForce } = await requireListedPolicy(request.params);
      const { id, version } = request.params;
      return sendJson(reply, {
        policyId: id,
        policyVersion: version,
        policyHash: bundle.policyHash,
        bundleHash: bundle.bundleHash,
        status: findVersion(inForce.policyIndex, { policyId: id, policyVersion: version })?.status,
        policy: await policyDocument(inForce, bundle),
      });
    },
  );

  server.get<{ Params: PolicyParams }>(
    "/policies/:id/versions/:version/schema",
    {
      config: { access: "authenticated" },
      schema: {
        operationId: "getPolicySchema",
        summary: "The JSON Schema of a policy's signals",
        tags: ["policies"],
        params,
        response: {
          200: json("SignalsSchema", "For forms and for checking before sending."),
          ...guarded(404, 422),
        },
      },
    },
    async (request, reply) => {
      const { bundle } = await requireListedPolicy(request.params);
      return sendJson(reply, signalsJsonSchema(bundle.policy));
    },
  );

  server.get(
    "/runtime/manifest",
    {
      config: { access: "authenticated" },
      schema: {
        operationId: "getRuntimeManifest",
        summary: "The release that this server was measured against",
        tags: ["trust"],
        response: {
          200: json("RuntimeManifest", "What attestations name in their provenance."),
          ...guarded(),
        },
      },
    },
    async (_, reply) => {
      const { release, trustRoot, policyIndex } = await runtime.inForce();
      const { createdAt, ...manifest } = release;
      return sendJson(reply, {
        ...manifest,
        createdAt: formatTimestamp(createdAt),
        trustRootVersion: trustRoot.version,
        trustRootHash: trustRoot.hash,
        policyIndexVersion: policyIndex.version,
      });
    },
  );

  async function requireListedPolicy({ id, version }: PolicyParams) {
    const inForce = await runtime.inForce();
    // Checked before the path is looked at: what is no id is nowhere.
    if (!isPolicyId(id) || !isPolicyVersion(version)) throw absent();
    try {
      return { inForce, bundle: (await inForce.policy(id, version)).bundle };
    } catch (error) {
      if (ParmanaError.isInstance(error) && ["POL-030", "POL-042"].includes(error.code)) throw absent();
      throw error;
    }
  }
}

/** Public: whoever verifies needs no account here. */
export function trustRoutes(server: FastifyInstance, { runtime }: ServerContext): void {
  const trustRoute = (
    path: string,
    part: "document" | "signature",
    [operationId, summary, schema]: readonly [string, string, string],
  ) =>
    server.get(
      path,
      {
        config: { access: "public" },
        schema: {
          operationId,
          summary,
          tags: ["trust"],
          response: { 200: json(schema, "The exact bytes that are in force."), ...problems() },
        },
      },
      async (_, reply) => {
        const { documents } = await runtime.inForce();
        const bytes = documents.trustRoot[part];
        return reply
          .type("application/json; charset=utf-8")
          .header("etag", `"${sha256(bytes)}"`)
          .send(Buffer.from(bytes));
      },
    );
  trustRoute("/.well-known/parmana/trust-root.json", "document", [
    "getTrustRoot",
    "The trust root in force",
    "TrustRootDocument",
  ]);
  trustRoute("/.well-known/parmana/trust-root.sig", "signature", [
    "getTrustRootSignature",
    "The signatures of the trust root in force",
    "TrustRootSignature",
  ]);

  server.get(
    "/.well-known/jwks.json",
    {
      config: { access: "public" },
      schema: {
        operationId: "getJwks",
        summary: "The keys of the trust root that sign attestations",
        tags: ["trust"],
        response: { 200: json("JsonWebKeySet", "Active keys of the role runtime."), ...problems() },
      },
    },
    async (_, reply) => {
      const { trustRoot } = await runtime.inForce();
      const keys = (trustRoot.roles.get("runtime")?.keyids ?? []).flatMap((kid) => {
        const key = trustRoot.keys.get(kid);
        return key?.status === "active" ? [{ ...key.publicKey.toJwk(), kid, alg: "EdDSA", use: "sig" }] : [];
      });
      return sendJson(reply, { keys });
    },
  );
}

function versionList(versions: PolicyVersions): readonly object[] {
  return statuses.flatMap((status) =>
    Array.from(versions[status], ([version, bundleHash]) => ({ policyVersion: version, status, bundleHash })),
  );
}

/** policy.json as it was verified: the file may have been replaced since. @throws ServerError HTTP-005 */
async function policyDocument({ policiesRootPath }: InForce, { policy, policyHash }: PolicyBundle) {
  const content = await readBundleContent(policiesRootPath, policy.policyId, policy.policyVersion);
  const bytes = content.files.get("policy.json");
  if (bytes === undefined || sha256(bytes) !== policyHash) throw absent();
  return parseStrict(bytes, { numbers: "any-double", maxBytes: bytes.length });
}

function absent(): ServerError {
  return new ServerError("HTTP-005", "The policy index lists no such policy version.");
}
