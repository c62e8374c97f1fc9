// What the tests run in processes of their own: node ledger-child.js <mode> <path> <name> <count> <key of the log> <file of its heads>
// where <path> is that of a file, or the URL of a PostgreSQL server with the schema as its fragment
import { ParmanaError, sha256 } from "@parmanasystems/canonical";
import { createNoteSigner } from "@parmanasystems/signing";
import {
  headFile,
  openLedger,
  openPostgresLedger,
  type PostgresLedger,
  type SqliteLedger,
} from "../../src/index.js";
import { attestedRecord, facts } from "../records.js";

type Ledger = SqliteLedger | PostgresLedger;

const IN_FLIGHT = 16;
const LEASE_MS = 60_000;

const [mode = "", path = "", name = "", count = "0", logKey = "", headPath = ""] = process.argv.slice(2);

function tell(line: string): void {
  // Pipes are written synchronously on POSIX: what is told is told, also when the next instruction is the last one.
  process.stdout.write(`${line}\n`);
}

async function lifeCycle(
  ledger: Ledger,
  executionId: string,
  fingerprint = facts(executionId),
): Promise<string> {
  const answer = await ledger.reserve({
    executionId,
    fingerprint,
    identity: "fingerprint",
    leaseMs: LEASE_MS,
  });
  if (answer.outcome !== "reserved") return answer.outcome;
  const { seq } = await ledger.appendAndConfirm(answer.reservation, attestedRecord(answer.reservation));
  tell(`ack ${String(seq)} ${executionId}`);
  return "attested";
}

/** Life cycles of new identities until killed, or until the disk is full. */
async function append(ledger: Ledger): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (next < Number(count)) {
        next += 1;
        await lifeCycle(ledger, `${name}-${String(next)}`);
      }
    }),
  );
}

/** Life cycles and, beside them, checkpoints, until killed. */
async function appendAndSign(ledger: Ledger): Promise<void> {
  const signer = createNoteSigner({ name: "log.example.com/killed", privateKey: logKey });
  const heads = headFile(headPath);
  const sign = async () => {
    for (;;) {
      try {
        tell(
          `checkpoint ${Buffer.from(await ledger.audit.checkpoint(signer, { heads })).toString("base64")}`,
        );
      } catch (error) {
        // The others were faster each time: whoever is told so tries again.
        if (!ParmanaError.isInstance(error) || error.code !== "SYS-046") throw error;
      }
      // So that the others come to sign as well.
      await new Promise((resolve) => setTimeout(resolve, 40 * Math.random()));
    }
  };
  await Promise.all([append(ledger), sign()]);
}

/** Every process asks for the same facts: even numbers under one execution id, odd ones under an id of its own. */
async function race(ledger: Ledger): Promise<void> {
  tell("ready");
  await new Promise((resolve) => process.stdin.once("data", resolve));
  process.stdin.pause();
  let next = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (next < Number(count)) {
        const shared = `shared-${String(next)}`;
        const executionId = next % 2 === 0 ? shared : `${name}-${String(next)}`;
        next += 1;
        tell(await lifeCycle(ledger, executionId, sha256(shared)));
      }
    }),
  );
}

async function open(): Promise<Ledger> {
  if (!path.startsWith("postgres:")) return openLedger(path);
  const [url = "", schema = ""] = path.split("#");
  return openPostgresLedger(url, { schema });
}

async function run(): Promise<void> {
  if (mode === "open-as-nobody") process.setuid?.(65534);
  const ledger = await open();
  try {
    if (mode === "append") await append(ledger);
    if (mode === "append-and-sign") await appendAndSign(ledger);
    if (mode === "race") await race(ledger);
  } finally {
    await ledger.close();
  }
}

run().catch((error: unknown) => {
  tell(`error ${ParmanaError.isInstance(error) ? error.code : String(error)}`);
});
