import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "@parmanasystems/audit-db";
import { homeAt, main, runtimeKey } from "@parmanasystems/cli";
import { createExecutionRuntime } from "@parmanasystems/execution-runtime";
import { createApiKey } from "@parmanasystems/governance";
import { createServer, signerProbe } from "@parmanasystems/server";
import { LocalSigner, LocalVerifier } from "@parmanasystems/signing";

// Once, by whoever owns keys and policies.
const directory = mkdtempSync(join(tmpdir(), "parmana-example-"));
const source = join(directory, "source", "claims-approval", "1.0.0");
mkdirSync(source, { recursive: true });
writeFileSync(
  join(source, "policy.json"),
  JSON.stringify({
    policyId: "claims-approval",
    policyVersion: "1.0.0",
    schemaVersion: "1.0.0",
    signalsSchema: { claim_amount: { type: "integer", minimum: 0, maximum: 100_000_000 } },
    rules: [
      {
        id: "small-claim",
        condition: { signal: "claim_amount", less_than_or_equal: 100_000 },
        outcome: { decision: "approved", action: "approve", reason: "small claim" },
      },
      {
        id: "catch-all",
        condition: { all: [] },
        outcome: { decision: "rejected", action: "reject", reason: "too large to approve alone" },
      },
    ],
  }),
);
const home = homeAt(join(directory, "home"), {});
const quiet = { out: () => {}, note: () => {} };
for (const words of [["init"], ["policy", "sign", source], ["release", "build"]])
  await main([...words, "--home", home.directory], quiet);

// The runtime on its ledger, and the server on both.
const privateKey = await runtimeKey(home, Date.now());
const signer = new LocalSigner(privateKey);
const verifier = new LocalVerifier(privateKey.publicKey);
const ledger = openLedger(home.ledger);
const runtime = createExecutionRuntime({
  environment: home.environment,
  signer,
  verifier,
  replayStore: ledger,
});
const { key, record } = createApiKey({
  name: "claims-service",
  roles: ["evaluator"],
  approverRoles: [],
  policies: ["claims-approval"],
  createdAt: Date.now(),
  expiresAt: null,
});
const server = createServer({
  runtime,
  records: ledger,
  authentication: { apiKeys: () => [record] },
  probes: { signer: signerProbe(signer, verifier), ledger: () => ledger.requireWritable() },
});
const url = await server.listen({ host: "127.0.0.1", port: 0 });

const evaluate = (idempotencyKey) =>
  fetch(`${url}/evaluate`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "idempotency-key": idempotencyKey,
    },
    body: JSON.stringify({
      policyId: "claims-approval",
      policyVersion: "1.0.0",
      signals: { claim_amount: 1_200 },
    }),
  });

const first = await evaluate("claim-17");
const attestation = await first.json();
console.log(first.status, attestation.decision, attestation.requester); // 200 approved key:claims-service
const repeated = await evaluate("claim-17");
console.log(repeated.status, repeated.headers.get("idempotent-replayed")); // 200 true
const replayed = await evaluate("claim-18");
console.log(replayed.status, (await replayed.json()).code); // 409 INV-013

await server.close();
await runtime.close();
rmSync(directory, { recursive: true });
