import fc from "fast-check";
import { join } from "node:path";
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openTrustRootChain, type SignedDocument } from "../../src/index.js";
import { installTrustRoot, readTrustRoot } from "../../src/node/index.js";
import { temporaryDirectory } from "../node/environment-fixtures.js";
import { DAY_MS, NOW, signerOf } from "../signed-fixtures.js";
import {
  type Attempt,
  attempts,
  dated,
  firstVersion,
  mayFollow,
  type ModelVersion,
  signVersion,
} from "./rotation-model.js";

const pinnedKey = signerOf("a1").publicKey;
const first = await signVersion(1, firstVersion, undefined, ["a1", "b"]);
const refusal = expect.objectContaining({
  name: "GovernanceError",
  code: expect.stringMatching(/^TRUST-0[23]/),
});

/** Plays a sequence: `attempt` says whether the version was taken, and the model whether it had to be. */
async function play(
  sequence: readonly Attempt[],
  attempt: (documents: readonly SignedDocument[], next: SignedDocument) => Promise<boolean>,
): Promise<{ readonly accepted: number; readonly refused: number }> {
  const versions: ModelVersion[] = [firstVersion];
  const documents = [first];
  for (const raw of sequence) {
    const tried = dated(raw, versions.at(-1) ?? firstVersion);
    const version = versions.length + tried.step;
    if (version < 1) continue;
    const next = await signVersion(
      version,
      tried,
      tried.rightPrevious ? documents.at(-1) : "wrong",
      tried.signers,
    );
    const expected = mayFollow(versions, tried);
    expect(await attempt(documents, next)).toBe(expected);
    if (!expected) continue;
    versions.push(tried);
    documents.push(next);
  }
  return { accepted: versions.length - 1, refused: sequence.length + 1 - versions.length };
}

describe("Any sequence of rotations, valid ones and others, is judged as the model judges it (threats 21, 22, 25)", () => {
  it("by opening the chain (property)", async () => {
    const total = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(attempts, { minLength: 1, maxLength: 6 }), async (sequence) => {
        const { accepted, refused } = await play(sequence, async (documents, next) => {
          try {
            openTrustRootChain({ documents: [...documents, next], pinnedKey });
            return true;
          } catch (error) {
            expect(error).toEqual(refusal);
            return false;
          }
        });
        total.accepted += accepted;
        total.refused += refused;
      }),
      { numRuns: 60 },
    );
    // Neither verdict was the rare one.
    expect(total.accepted).toBeGreaterThan(15);
    expect(total.refused).toBeGreaterThan(15);
  });

  it("by installing each version on the one before: files hold what was accepted last (property)", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(attempts, { minLength: 2, maxLength: 5 }), async (sequence) => {
        const directory = join(temporaryDirectory(), "trust");
        mkdirSync(directory);
        const paths = {
          trustRootPath: join(directory, "trust-root.json"),
          trustPublicKeyPath: join(directory, "root.pub"),
        };
        writeFileSync(paths.trustPublicKeyPath, pinnedKey.toPem());
        const terms = { paths, now: NOW + 500 * DAY_MS, remembered: undefined };
        await installTrustRoot({ ...terms, signed: first });
        await play(sequence, async (documents, next) => {
          const outcome = await installTrustRoot({ ...terms, signed: next }).catch((error: unknown) => error);
          const refused = outcome instanceof Error;
          if (refused) expect(outcome).toEqual(refusal);
          const inForce = await readTrustRoot(paths);
          expect(inForce.signed).toEqual(refused ? documents.at(-1) : next);
          expect(inForce.predecessors).toEqual(refused ? documents.slice(0, -1) : documents);
          return !refused;
        });
      }),
      { numRuns: 12 },
    );
  });
});
