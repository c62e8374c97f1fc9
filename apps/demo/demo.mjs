import { spawnSync } from "node:child_process";
import { createPublicKey, verify } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dsse } from "@sigstore/core";
import {
  createExecutionRuntime,
  importPrivateKey,
  LocalSigner,
  LocalVerifier,
  openLedger,
  readBundleContent,
  toEnvelope,
  verifyAttestation,
} from "@parmanasystems/core";

const root = fileURLToPath(new URL("../..", import.meta.url));
const home = `${root}.parmana/demo`;
const bin = fileURLToPath(import.meta.resolve("@parmanasystems/cli/package.json")).replace(
  "package.json",
  "dist/bin.js",
);
const claims = { policyId: "claims-approval", policyVersion: "1.0.0" };
const smallClaim = { claim_amount: 12_00, risk_score: 12, vip_customer: false };

let step = 0;
const heading = (text) => console.log(`\n${String((step += 1))}. ${text}`);

/** Runs the command line as a person would, in a process of its own. */
function parmana(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...words, "--home", home], {
    encoding: "utf8",
  });
  return { status, output: `${stdout}${stderr}`.trim() };
}

function mustSucceed({ status, output }) {
  if (status !== 0) throw new Error(`the command ended with ${String(status)}:\n${output}`);
  return output;
}

function must(condition, otherwise) {
  if (!condition) throw new Error(otherwise);
}

heading("Set up: keys, trust root, three signed policies, a signed release manifest");
rmSync(home, { recursive: true, force: true });
mustSucceed(parmana("init"));
const policies = ["claims-approval", "loan-approval", "agent-payment"].map(
  (id) => `${root}policies/${id}/1.0.0`,
);
console.log(indent(mustSucceed(parmana("policy", "sign", ...policies))));
console.log(indent(mustSucceed(parmana("release", "build"))));

heading("Decide three insurance claims, and whether an AI agent may pay a vendor");
const key = importPrivateKey(readFileSync(`${home}/keys/runtime.pem`, "utf8"));
const ledger = openLedger(`${home}/ledger.db`);
const environment = {
  policiesRootPath: `${home}/policies`,
  trustRootPath: `${home}/trust/trust-root.json`,
  trustPublicKeyPath: `${home}/trust/root.pub`,
  releaseManifestPath: `${home}/release-manifest.json`,
};
const runtime = createExecutionRuntime({
  environment,
  signer: new LocalSigner(key),
  verifier: new LocalVerifier(key.publicKey),
  replayStore: ledger,
});
const approved = await runtime.execute({ executionId: "claim-0001", ...claims, signals: smallClaim });
const decided = [
  approved,
  await runtime.execute({
    ...claims,
    signals: { claim_amount: 950_00, risk_score: 93, vip_customer: false },
  }),
  await runtime.execute({
    ...claims,
    signals: { claim_amount: 48_000_00, risk_score: 35, vip_customer: true },
  }),
  await runtime.execute({ policyId: "agent-payment", policyVersion: "1.0.0", signals: agentPayment() }),
];
for (const { policyId, decision, rule_id, reason } of decided) {
  console.log(`   ${decision.padEnd(16)} ${policyId}, rule ${rule_id}: ${reason}`);
}
must(
  ["approved", "rejected", "pending_override"].every((decision) =>
    decided.some((one) => one.decision === decision),
  ),
  "the three outcomes were expected",
);

heading("One attestation, as it goes to whoever asks");
console.log(indent(JSON.stringify(approved, undefined, 2)));

heading("Verify it offline, re-deciding from the evidence");
const material = {
  trustRoot: {
    ...signed(`${home}/trust/trust-root`),
    pinnedKey: readFileSync(`${home}/trust/root.pub`, "utf8"),
  },
  bundle: await readBundleContent(environment.policiesRootPath, claims.policyId, claims.policyVersion),
  policyIndex: signed(`${home}/policies/index`),
  release: signed(`${home}/release-manifest`),
  evidence: await ledger.evidence("claim-0001"),
  now: Date.now(),
};
const report = verifyAttestation(approved, material);
for (const level of ["L1", "L2", "L3", "L4"]) {
  const checks = report.checks.filter((check) => check.level === level);
  const passed = checks.filter(({ status }) => status === "pass");
  const about = [...new Set(checks.map(({ id }) => id.split(".")[0]))].join(", ");
  console.log(`   ${level}: ${String(passed.length)} of ${String(checks.length)} checks hold (${about})`);
}
for (const { id, detail } of report.checks.filter((check) => check.id.startsWith("decision.")))
  console.log(`   ✓ ${id}: ${detail}`);
console.log(
  `   → ${report.verdict} at level ${report.level}; there is no log proof yet, so level L3 was not checked`,
);
must(report.verdict === "verified" && report.level === "L4", "the attestation must verify at L4");

mkdirSync(`${home}/result`);
writeFileSync(`${home}/result/attestation.json`, JSON.stringify(approved, undefined, 2));
writeFileSync(`${home}/result/evidence.json`, material.evidence);

heading("Send the same claim again, under another id");
await refusedWith("INV-013", () =>
  runtime.execute({ executionId: "claim-0001-again", ...claims, signals: smallClaim }),
);

heading("Restart (a new process on the same ledger) and try once more");
await runtime.close();
const signals = Object.entries(smallClaim).flatMap(([name, value]) => [
  "--signal",
  `${name}=${String(value)}`,
]);
const again = parmana("execute", "claims-approval@1.0.0", ...signals);
console.log(indent(again.output));
must(again.status === 1 && again.output.includes("INV-013"), "the replay must be refused after a restart");

heading("Change one byte: an amount in the evidence, then a letter of the rule in the attestation");
const text = new TextDecoder().decode(material.evidence);
const evidence = new TextEncoder().encode(text.replace('"claim_amount":1200', '"claim_amount":1300'));
showFailure(verifyAttestation(approved, { ...material, evidence }));
showFailure(verifyAttestation({ ...approved, rule_id: "small-clain" }, material));

heading("Hand the attestation to an independent DSSE implementation (@sigstore/core and node:crypto)");
const envelope = toEnvelope(approved);
const payload = Buffer.from(envelope.payload, "base64");
const accepted = verify(
  null,
  dsse.preAuthEncoding(envelope.payloadType, payload),
  createPublicKey(key.publicKey.toPem()),
  Buffer.from(envelope.signatures[0].sig, "base64"),
);
console.log(
  `   payload type ${envelope.payloadType}, ${String(payload.length)} bytes: ${accepted ? "accepted" : "refused"}`,
);
must(accepted, "the independent implementation must accept the envelope");

console.log(`
Done. Verify the attestation yourself, on the command line:

  npm run -s parmana -- verify .parmana/demo/result/attestation.json --evidence .parmana/demo/result/evidence.json --home .parmana/demo`);

function agentPayment() {
  return JSON.parse(readFileSync(new URL("agent-payment.json", import.meta.url), "utf8"));
}

function signed(path) {
  return { document: readFileSync(`${path}.json`), signature: readFileSync(`${path}.sig`) };
}

function indent(text) {
  return text.replace(/^/gm, "   ");
}

async function refusedWith(code, attempt) {
  const error = await attempt().then(
    () => new Error("it was executed a second time"),
    (refusal) => refusal,
  );
  must(error.code === code, `expected ${code}, got ${error.message}`);
  console.log(`   refused: ${error.message}`);
}

function showFailure({ verdict, checks }) {
  must(verdict === "refused", "a changed byte must be refused");
  const failed = checks.filter(({ status }) => status === "fail");
  for (const { id, code, detail } of failed) console.log(`   ✗ ${id} [${code}]: ${detail}`);
}
