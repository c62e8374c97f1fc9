import { createExecutionRuntime, type ExecutionRuntime } from "@parmanasystems/execution-runtime";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPostgresLedger, type PostgresLedger } from "../../src/index.js";
import { claim, claimsEnvironment } from "../claims.js";
import { refusal } from "../support.js";
import { postgresAnswers, postgresUrl, temporarySchemas } from "./support.js";

const newSchema = temporarySchemas("runtime");
const NODES = 3;

interface Node {
  readonly ledger: PostgresLedger;
  readonly runtime: ExecutionRuntime;
}

describe.skipIf(!postgresAnswers)("several runtimes on one PostgreSQL ledger", () => {
  const environment = claimsEnvironment(Date.now());
  let nodes: Node[];

  beforeEach(async () => {
    const schema = newSchema();
    nodes = await Promise.all(Array.from({ length: NODES }, () => start(schema)));
  });
  afterEach(() => Promise.all(nodes.map(({ runtime }) => runtime.close())));

  async function start(schema: string): Promise<Node> {
    const { paths, signer, verifier } = environment();
    const ledger = await openPostgresLedger(postgresUrl, { schema });
    const runtime = createExecutionRuntime({ environment: paths, signer, verifier, replayStore: ledger });
    return { ledger, runtime };
  }

  it("execute facts once, and log every refusal (threat 34)", async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }).flatMap((_, round) =>
        nodes.map(({ runtime }, node) =>
          runtime.execute(claim(`id-${String(round)}-${String(node)}`, 1_200)),
        ),
      ),
    );
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const entries = (await nodes[0]?.ledger.entries()) ?? [];
    expect(entries.map(({ seq }) => seq)).toEqual([...Array(32).keys()]);
    expect(entries.filter(({ entry }) => entry.event === "attested")).toHaveLength(1);
    expect(entries.filter(({ entry }) => entry.event.endsWith("_changed"))).toHaveLength(2);
    expect(entries.filter(({ entry }) => entry.event === "replay_refused")).toHaveLength(29);
  });

  it("see each other's attestations, pending overrides and their end", async () => {
    const [first, second] = nodes;
    const attestation = await first?.runtime.execute(claim("a", 1_200));
    expect(await second?.ledger.attestation("a")).toEqual(attestation);
    await expect(second?.runtime.execute(claim("b", 1_200))).rejects.toEqual(refusal("INV-013"));
    await first?.runtime.execute(claim("pending", 5_000_000));
    expect(await second?.ledger.reviewTasks.list()).toMatchObject([{ executionId: "pending" }]);
    await second?.runtime.resolveOverride("pending", "expired");
    await expect(first?.runtime.resolveOverride("pending", "rejected")).rejects.toEqual(refusal("INV-019"));
    expect(await first?.ledger.find("pending")).toMatchObject({ state: "resolved_expired" });
    expect(await first?.ledger.reviewTasks.list()).toEqual([]);
  });
});
