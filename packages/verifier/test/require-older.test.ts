import { parseNote } from "@parmanasystems/signing";
import { beforeAll, describe, expect, it } from "vitest";
import { parseCheckpoint } from "../src/index.js";
import { unknown } from "../src/known.js";
import type { OpenProof } from "../src/log-checks.js";
import { readWitnessPolicy } from "../src/log/read-witness-policy.js";
import { requireOlder } from "../src/require-older.js";
import { createWorld } from "./fixture.js";
import { logOf, witness, WRITTEN } from "./log/log-fixture.js";

const written = Date.parse(WRITTEN);
const revokedAt = written + 60_000;
const ann = witness("w1", 21);
const witnesses = readWitnessPolicy({
  threshold: 1,
  witnesses: [{ name: ann.name, verifierKey: ann.verifierKey, operator: "one" }],
});

let opened: OpenProof;
beforeAll(async () => {
  const { proof, entry } = await logOf((await createWorld()).attestation);
  const note = parseNote(proof.checkpoint);
  const checkpoint = parseCheckpoint(note.text);
  opened = { proof, leaf: proof.extra ?? new Uint8Array(), entry, written, note, checkpoint };
});

function refusalOf(note: OpenProof["note"]): unknown {
  try {
    return requireOlder(revokedAt, { ...opened, note }, unknown("none"), { witnesses }, revokedAt);
  } catch (refusal) {
    return refusal;
  }
}

describe("what is not shown to be older than a revocation", () => {
  it("is refused for what the witnesses lack, which stays the cause", () => {
    expect(refusalOf(opened.note)).toMatchObject({ code: "INV-102", cause: { code: "INV-089" } });
  });

  it("is not said to lack witnesses when something else broke", () => {
    const broken = new RangeError("broken");
    const note: OpenProof["note"] = {
      text: opened.note.text,
      get signatures(): never {
        throw broken;
      },
    };
    expect(refusalOf(note)).toBe(broken);
  });
});
