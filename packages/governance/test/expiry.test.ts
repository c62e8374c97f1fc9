import { describe, expect, it } from "vitest";
import { daysLeft, expiryWarnings, openPolicyIndex, createPolicyIndexDocument } from "../src/index.js";
import { payloadTypes } from "@parmanasystems/signing";
import {
  DAY_MS,
  draftTrustRoot,
  EXPIRES,
  NOW,
  openedTrustRoot,
  signAs,
  signerOf,
  trustedKey,
} from "./signed-fixtures.js";

const trustRoot = await openedTrustRoot();
const indexEnd = NOW + 90 * DAY_MS;
const draft = { version: 1, issuedAt: NOW, expiresAt: indexEnd, policies: new Map() };
const policyIndex = openPolicyIndex(
  await signAs(payloadTypes.policyIndex, createPolicyIndexDocument(draft), ["policy"]),
  trustRoot,
);
const runtime = signerOf("runtime").keyId;
const subjects = (now: number, keyIds: readonly string[] = [runtime]): readonly string[] =>
  expiryWarnings({ trustRoot, policyIndex, keyIds, now }).map(({ subject }) => subject);

describe("What ends soon is said 30 days before", () => {
  it("and not a moment earlier", () => {
    expect(subjects(indexEnd - 30 * DAY_MS - 1)).toEqual([]);
    expect(subjects(indexEnd - 30 * DAY_MS)).toEqual(["policy-index"]);
    expect(subjects(EXPIRES - 30 * DAY_MS)).toEqual(["policy-index", "trust-root", "key"]);
  });

  it("of the keys in use only, and of every active key where none is named", async () => {
    const keys = [
      trustedKey("root", { validUntil: EXPIRES + DAY_MS }),
      trustedKey("policy", { validUntil: NOW + DAY_MS }),
      trustedKey("release", { validUntil: NOW + DAY_MS, status: "retired" }),
      trustedKey("runtime", { validUntil: NOW + 2 * DAY_MS }),
    ];
    const opened = await openedTrustRoot({ ...draftTrustRoot(), keys });
    const keyIds = (terms: object) =>
      expiryWarnings({ trustRoot: opened, now: NOW, ...terms }).map(({ keyId }) => keyId);
    expect(keyIds({ keyIds: [runtime] })).toEqual([runtime]);
    expect(keyIds({})).toEqual([signerOf("policy").keyId, runtime]);
    expect(keyIds({ withinMs: DAY_MS })).toEqual([signerOf("policy").keyId]);
    expect(keyIds({ withinMs: 0 })).toEqual([]);
  });

  it("in words: what, when, and what to do", () => {
    const message = (now: number) => expiryWarnings({ trustRoot, keyIds: [], now })[0]?.message;
    const rest = "rotate it, else executions stop.";
    expect(message(EXPIRES - 1)).toBe(
      `Trust root version 1 expires in less than a day, at 2027-11-20T22:00:00.000Z: ${rest}`,
    );
    expect(message(EXPIRES - DAY_MS)).toContain("expires in 1 day, at");
    expect(message(EXPIRES - 2 * DAY_MS)).toContain("expires in 2 days, at");
    expect(message(EXPIRES)).toBe(`Trust root version 1 expired at 2027-11-20T22:00:00.000Z: ${rest}`);
    const all = expiryWarnings({ trustRoot, policyIndex, keyIds: [runtime], now: EXPIRES });
    expect(all.map(({ message: text }) => text)).toEqual([
      "The policy index expired at 2027-02-18T22:00:00.000Z: sign it anew, else executions stop.",
      message(EXPIRES),
      `Key ${runtime} of operator of runtime expired at 2027-11-20T22:00:00.000Z: extend or replace it in the next trust root.`,
    ]);
  });

  it("of everything by a clock that cannot be read", () => {
    expect(subjects(NaN)).toEqual(["policy-index", "trust-root", "key"]);
  });
});

describe("Days left", () => {
  it.each([
    [DAY_MS, 1],
    [DAY_MS - 1, 0],
    [0, 0],
    [-1, -1],
  ])("%d ms are %d days", (ms, days) => {
    expect(daysLeft(NOW + ms, NOW)).toBe(days);
  });
});
