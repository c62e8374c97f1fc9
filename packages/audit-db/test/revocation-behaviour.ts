import type { TrustRoot } from "@parmanasystems/governance";
import { createNoteSigner } from "@parmanasystems/signing";
import { type RunningWitness, startWitness } from "@parmanasystems/testkit";
import { parseLogProof } from "@parmanasystems/verifier";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HeadMemory } from "../src/index.js";
import type { AnyLedger, AuditHarness } from "./audit-behaviour.js";
import { claim, claimsEnvironment, runtimeOn } from "./claims.js";
import { headsInMemory, refusal } from "./support.js";

const SECOND = 1_000;

/** What verifying a log makes of signatures by a runtime key that was revoked since. */
export function revocationBehaviour(harness: AuditHarness): void {
  const environment = claimsEnvironment(Date.now());
  let ann: RunningWitness;
  let ledger: AnyLedger;
  let heads: HeadMemory;
  const signer = () =>
    createNoteSigner({ name: "log.example.com/claims", privateKey: environment().keys.log });

  beforeEach(async () => {
    ledger = await harness.create();
    heads = headsInMemory();
    ann = await startWitness({ name: "witness.example.com/ann", log: signer().verifierKey });
  });
  afterEach(async () => {
    await ledger.close();
    await ann.close();
  });

  const execute = async (...ids: readonly string[]) => {
    const runtime = runtimeOn(environment(), ledger);
    for (const [index, executionId] of ids.entries())
      await runtime.execute(claim(executionId, 1_000 + ids.length * 100 + index));
  };

  /** The trust root as it says later: the runtime's key is revoked since then. */
  const revokedSince = (revokedAt: number): TrustRoot => {
    const { trustRoot, keys } = environment();
    const { keyId } = keys.runtime.publicKey;
    const key = trustRoot.keys.get(keyId);
    if (key === undefined) throw new Error("the runtime has no key");
    return {
      ...trustRoot,
      keys: new Map(trustRoot.keys).set(keyId, { ...key, status: "revoked", revokedAt }),
    };
  };
  const policy = () => ({
    threshold: 1,
    witnesses: [{ name: ann.verifierKey.name, verifierKey: ann.verifierKey, operator: "ann" }],
  });
  const cosign = () =>
    ledger.audit.checkpoint(signer(), {
      heads,
      witnesses: {
        threshold: 1,
        witnesses: [{ url: ann.url, verifierKey: ann.verifierKey, operator: "ann" }],
      },
    });
  /** Before the first execution come the first trust root and the first policy index. */
  const FIRST = 2;
  const unproven = (seq: number) => ({ verdict: "unproven", problem: { code: "SYS-045", seq } });

  describe("a runtime key that was revoked since (threat 25)", () => {
    it("counts for what witnesses saw in the log before the revocation, and for nothing by the date of the entry alone", async () => {
      await execute("a", "b");
      const note = await cosign();
      const trustRoot = revokedSince(Date.now() + 5 * SECOND);
      expect(await ledger.audit.verify({ trustRoot, witnesses: policy() })).toMatchObject({
        verdict: "intact",
        to: FIRST + 2,
        signatures: "checked",
      });
      expect(await ledger.audit.verify({ trustRoot, remembered: note, witnesses: policy() })).toMatchObject({
        verdict: "intact",
      });
      const alone = await ledger.audit.verify({ trustRoot });
      expect(alone).toMatchObject({ ...unproven(FIRST), to: FIRST + 2 });
      expect(alone.problem?.detail).toMatch(
        /name a remembered checkpoint that covers it .* or the witnesses/,
      );
      // What came after the checkpoint is as old as the ledger says, and the ledger is not believed.
      await execute("c");
      expect(await ledger.audit.verify({ trustRoot, witnesses: policy() })).toMatchObject(
        unproven(FIRST + 2),
      );
      await ledger.audit.checkpoint(signer(), { heads });
      expect(await ledger.audit.verify({ trustRoot, witnesses: policy() })).toMatchObject(
        unproven(FIRST + 2),
      );
      await cosign();
      expect(await ledger.audit.verify({ trustRoot, witnesses: policy() })).toMatchObject({
        verdict: "intact",
      });
    });

    it("does not count for what witnesses saw after the revocation, or other witnesses did", async () => {
      await execute("a");
      const recorded = Date.parse((await ledger.entries()).at(FIRST)?.entry.time ?? "");
      await cosign();
      const trustRoot = revokedSince(recorded + 1);
      expect(await ledger.audit.verify({ trustRoot, witnesses: policy() })).toMatchObject(unproven(FIRST));
      const bob = await startWitness({ name: "witness.example.com/bob", log: signer().verifierKey });
      const others = {
        threshold: 1,
        witnesses: [{ name: bob.verifierKey.name, verifierKey: bob.verifierKey, operator: "bob" }],
      };
      const later = revokedSince(Date.now() + 5 * SECOND);
      expect(await ledger.audit.verify({ trustRoot: later, witnesses: others })).toMatchObject(
        unproven(FIRST),
      );
      await bob.close();
    });

    it("counts for what a checkpoint covers that was kept since before the revocation", async () => {
      await execute("a", "b");
      const note = await ledger.audit.checkpoint(signer(), { heads });
      const kept = Date.now();
      await execute("c");
      const trustRoot = revokedSince(Date.now() + 5 * SECOND);
      const remembered = { note, since: kept };
      expect(await ledger.audit.verify({ trustRoot, remembered })).toMatchObject(unproven(FIRST + 2));
      const last = { note: await ledger.audit.checkpoint(signer(), { heads }), since: Date.now() };
      expect(await ledger.audit.verify({ trustRoot, remembered: [remembered, last] })).toMatchObject({
        verdict: "intact",
      });
      for (const remembered of [note, { note: last.note, since: Date.now() + 60 * SECOND }])
        expect(await ledger.audit.verify({ trustRoot, remembered })).toMatchObject({ verdict: "unproven" });
      expect(await ledger.audit.verify({ trustRoot, remembered: [last], incremental: true })).toMatchObject({
        verdict: "intact",
        from: FIRST + 3,
      });
      await expect(ledger.audit.verify({ trustRoot, remembered: { note, since: 0.5 } })).rejects.toEqual(
        refusal("SYS-016"),
      );
    });

    it("signed nothing that was recorded after the revocation", async () => {
      await execute("a");
      await cosign();
      const recorded = Date.parse((await ledger.entries()).at(FIRST)?.entry.time ?? "");
      expect(
        await ledger.audit.verify({ trustRoot: revokedSince(recorded), witnesses: policy() }),
      ).toMatchObject({ verdict: "damaged", problem: { code: "SYS-013", seq: FIRST } });
    });

    it("proves an execution to a stranger under the oldest checkpoint that covers it", async () => {
      await execute("a", "b");
      const first = await cosign();
      await execute("c");
      const latest = await ledger.audit.checkpoint(signer(), { heads });
      const under = async (executionId: string, size?: number) =>
        parseLogProof((await ledger.audit.proof(executionId, { size })) ?? "").checkpoint;
      expect(await under("a")).toBe(latest);
      expect(await under("a", 0)).toBe(first);
      expect(await under("a", FIRST + 3)).toBe(latest);
      expect(await under("c", 0)).toBe(latest);
      expect(await ledger.audit.proof("a", { size: FIRST + 4 })).toBeUndefined();
      await expect(ledger.audit.proof("a", { size: -1 })).rejects.toEqual(refusal("SYS-016"));
    });
  });
}
