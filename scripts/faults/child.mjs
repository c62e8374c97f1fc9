// One process of a campaign: node child.mjs <config as JSON>. Executes claims that other processes execute, too, and tells every
// attestation that it was given: `ack <executionId> <attestation hash>`.
import { readFileSync } from "node:fs";
import { createExecutionRuntime } from "../../packages/execution-runtime/dist/index.js";
import { attestationHash } from "../../packages/execution/dist/index.js";
import { importPrivateKey, LocalSigner, LocalVerifier } from "../../packages/signing/dist/index.js";
import { diceOf } from "../../bench/lib/dice.mjs";
import { topologies } from "./topologies.mjs";

const IN_FLIGHT = 8;

const config = JSON.parse(process.argv[2]);
const dice = diceOf(config.seed);
const privateKey = importPrivateKey(readFileSync(config.keyPath, "utf8"));
const { replayStore, auditSink, reviewTasks } = await opened();
const runtime = createExecutionRuntime({
  environment: config.paths,
  signer: faulty("sign", new LocalSigner(privateKey), ["sign"]),
  verifier: new LocalVerifier(privateKey.publicKey),
  replayStore: faulty("store", replayStore, [
    "reserve",
    "confirm",
    "fail",
    "appendAndConfirm",
    "failAndAppend",
  ]),
  ...(auditSink && { auditSink: faulty("log", auditSink, ["append", "findAttested"]), reviewTasks }),
  leaseMs: config.leaseMs,
});

await readied();
tell("executing");
if (config.last) await executeAll();
else await Promise.all(Array.from({ length: IN_FLIGHT }, executeForEver));
await runtime.close();

/** A server that is away when the process starts is waited for. */
async function opened() {
  tell("opening");
  for (;;) {
    try {
      return await topologies[config.topology].open(config.store);
    } catch (error) {
      tell(`refused ${error.code ?? error.message}`);
      await pause(100);
    }
  }
}

/** What it reads once is read before anything happens to it. */
async function readied() {
  try {
    await runtime.ready();
  } catch (error) {
    tell(`refused ${error.code ?? error.message}`);
  }
}

async function executeForEver() {
  for (;;) {
    // Claims that nobody executed yet come up all the time, and all processes are at the same ones.
    const first = Math.floor(((Date.now() - config.startedAt) / 1_000) * config.claimsPerSecond);
    const claim = Math.min(config.claims - 1, Math.max(0, first) + dice(config.claimsPerSecond));
    // Half of the time under the id that all processes have for the claim.
    const executionId = dice(2) === 0 ? `shared-${claim}` : `${config.name}-${claim}-${dice(1_000_000)}`;
    const code = await execute(executionId, claim);
    if (code === "SYS-001" || code === "SYS-003") await pause(20);
  }
}

/** After everything: whoever is left executes each claim until it is consumed. */
async function executeAll() {
  for (let claim = 0; claim < config.claims; claim += 1)
    while ((await execute(`last-${claim}-${dice(1_000_000)}`, claim)) === "INV-014")
      await pause(config.leaseMs);
}

/** @returns {Promise<string | undefined>} the code of the refusal */
async function execute(executionId, claim) {
  try {
    const attestation = await runtime.execute({
      executionId,
      policyId: "claims-approval",
      policyVersion: "1.0.0",
      signals: { claim_amount: claim, risk_score: 12, vip_customer: false },
    });
    if (!config.weaken) acknowledge({ attestation });
    return undefined;
  } catch (error) {
    const code = error.code ?? error.message;
    tell(`refused ${code}`);
    return code;
  }
}

function acknowledge({ attestation } = {}) {
  if (attestation) tell(`ack ${attestation.execution_id} ${attestationHash(attestation)}`);
}

/** The same object, but the process dies or sleeps before or after the n-th call of its methods, if the fault says so. */
function faulty(name, target, methods) {
  return new Proxy(target, {
    get(_, property) {
      const member = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      if (!methods.includes(property)) return member.bind(target);
      return async (...values) => {
        if (config.weaken && property.startsWith("append"))
          acknowledge(values.find((value) => value?.attestation));
        await strike(`${name} ${property} before`);
        const answer = await member.apply(target, values);
        await strike(`${name} ${property} after`);
        return answer;
      };
    },
  });
}

async function strike(point) {
  const { fault } = config;
  if (fault === null || fault.point !== point || (fault.left -= 1) > 0) return;
  tell(`struck ${fault.kind} ${point}`);
  process.kill(process.pid, fault.kind === "kill" ? "SIGKILL" : "SIGSTOP");
  // A signal to oneself may arrive a little later; nothing must happen until then.
  await pause(50);
}

function tell(line) {
  // Pipes are written synchronously on POSIX: what is told is told, also when the next instruction is the last one.
  process.stdout.write(`${line}\n`);
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
