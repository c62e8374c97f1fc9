import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createNextTrustRoot, type SignedDocument } from "@parmanasystems/governance";
import { importPublicKey, LocalSigner, payloadTypes, signDetached } from "@parmanasystems/signing";
import type { VerificationReport } from "@parmanasystems/verifier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findIdle } from "../src/given/idle-files.js";
import { addFiles, giveFiles, type GivenFile, type Place } from "../src/given/given-files.js";
import { headlineOf } from "../src/judge/headline.js";
import type { Judgement } from "../src/judge/judge-case.js";
import { noLogTexts, readLogTerms } from "../src/judge/log-terms.js";
import { answer } from "../src/judge/readiness.js";
import { readTime } from "../src/judge/read-time.js";
import { rungsOf } from "../src/judge/rungs.js";
import { type Executed, fileOf, invoice, type Office, openOffice } from "./fixture.js";

let office: Office;
let paid: Executed;
beforeAll(async () => {
  office = await openOffice();
  paid = await office.execute("payment-1", invoice);
});
afterAll(() => {
  office.environment.remove();
});

type Given = readonly [name: string, content: Uint8Array, place?: Place];

async function give(...files: readonly Given[]) {
  const given: GivenFile[] = [];
  for (const [name, content, place = "presented"] of files)
    given.push(...(await giveFiles([new File([Buffer.from(content)], name)], place, given)));
  return addFiles([], given);
}

const { terms: log } = readLogTerms(noLogTexts);

function judged(files: readonly GivenFile[], { rootPem } = office): Judgement {
  const rootKey = { kind: "key", key: importPublicKey(rootPem) } as const;
  const found = answer({ files, rootKey, now: Date.now(), level: undefined, log });
  if (found.kind !== "judged") throw new Error(`it is ${found.kind}`);
  return found.judgement;
}

const reportOf = ({ attestation }: Judgement): VerificationReport | undefined => attestation?.report;

describe("a bundle and what came apart from it", () => {
  const nextRoot = async (now: number): Promise<SignedDocument> => {
    const { trustRoot, signer, keys } = office.environment;
    const revoke = [{ keyId: signer.keyId, reason: "stolen" }];
    const document = createNextTrustRoot(trustRoot, { revoke }, now);
    return {
      document,
      signature: await signDetached(payloadTypes.trustRoot, document, [new LocalSigner(keys.root)]),
    };
  };

  it("is judged by the newer trust root, which knows what was revoked since", async () => {
    const bundle = ["x.evidence.json", fileOf(paid.bundle)] as const;
    expect(reportOf(judged(await give(bundle)))).toMatchObject({ verdict: "verified", level: "L4" });
    const { document, signature } = await nextRoot(Date.now() - 60_000);
    const files = await give(bundle, ["trust-root.json", document], ["trust-root.sig", signature]);
    const report = reportOf(judged(files));
    expect(report).toMatchObject({ verdict: "refused", level: "none" });
    expect(report?.checks.find(({ id }) => id === "signing-key.validity")).toMatchObject({
      code: "INV-102",
    });
  });

  it("is refused with a newer trust root that nobody signed", async () => {
    const { document } = await nextRoot(Date.now() - 60_000);
    const files = await give(
      ["x.evidence.json", fileOf(paid.bundle)],
      ["trust-root.json", document],
      ["trust-root.sig", office.trustRoot.signature],
    );
    const report = reportOf(judged(files));
    expect(report?.checks.find(({ id }) => id === "trust-root.authentic")).toMatchObject({ status: "fail" });
    expect(report).toMatchObject({ verdict: "refused", level: "none" });
  });

  it("is judged by the newer policy index, and never by an older one", async () => {
    const { environment } = office;
    await environment.revoke("agent-payment", "1.0.0", Date.now() - 60_000);
    const read = (name: string) => readFileSync(join(environment.paths.policiesRootPath, name));
    const revoked = { document: read("index.json"), signature: read("index.sig") };
    const beside = ({ document, signature }: SignedDocument) =>
      [
        ["index.json", document],
        ["index.sig", signature],
      ] as const;
    const report = reportOf(judged(await give(["x.evidence.json", fileOf(paid.bundle)], ...beside(revoked))));
    expect(report?.checks.find(({ id }) => id === "policy-index.listed")).toMatchObject({ code: "POL-043" });

    const newer = fileOf({ ...paid.bundle, policyIndex: revoked });
    const older = await give(["x.evidence.json", newer], ...beside(paid.bundle.policyIndex));
    expect(reportOf(judged(older))).toMatchObject({ verdict: "refused" });
  });

  it("needs nothing that it has in it", async () => {
    const { evidence = new Uint8Array() } = paid.bundle;
    const files = await give(["x.evidence.json", fileOf(paid.bundle)], ["evidence.json", evidence]);
    expect(findIdle(files).map(({ file }) => file.name)).toEqual(["evidence.json"]);
    expect(reportOf(judged(files))).toMatchObject({ verdict: "verified" });
  });
});

describe("the page never claims more than the report", () => {
  const checks = (["L1", "L2", "L3", "L4"] as const).map(
    (level) => ({ id: "attestation.form", level, status: "pass", detail: "" }) as const,
  );

  it("shows no level as holding above the one that was reached", () => {
    const levels = ["none", "L1", "L2", "L3", "L4"] as const;
    for (const [reached, level] of levels.entries()) {
      const rungs = rungsOf({ verdict: "refused", level, checks });
      const holding = rungs.filter(({ state }) => state === "holds").map((rung) => rung.level);
      expect(holding).toEqual(levels.slice(1, reached + 1));
    }
  });

  it("shows a level in which a check failed, or a required one was not made, as that", () => {
    const rungs = rungsOf({
      verdict: "refused",
      level: "L4",
      checks: [
        ...checks,
        { id: "log.form", level: "L3", status: "not_checked", detail: "" },
        { id: "decision.rule", level: "L4", status: "fail", code: "INV-075", detail: "" },
      ],
    });
    expect(rungs.map(({ state }) => state)).toEqual(["holds", "holds", "not_checked", "failed"]);
  });

  it("has one verdict for both statements of a case: the worse one", async () => {
    const own = await openOffice();
    const pending = await own.execute("payment-2", {
      ...invoice,
      amount: 9_000_000,
      daily_total_after: 1,
    });
    const ended = await pending.resolve();
    const files = await give(["x.evidence.json", fileOf(ended)]);
    const judgement = judged(files, own);
    own.environment.remove();
    expect(headlineOf(judgement)).toMatchObject({ tone: "holds", verdict: "Verified at level L4" });
    expect(headlineOf({ ...judgement, terms: { ...judgement.terms, isUnsafe: true } })).toMatchObject({
      tone: "unsafe",
    });
    const { resolution } = judgement;
    if (resolution === undefined) throw new Error("there is no resolution");
    const refused = { ...resolution, report: { ...resolution.report, verdict: "refused" as const } };
    expect(headlineOf({ ...judgement, resolution: refused })).toMatchObject({ tone: "refused" });
    expect(headlineOf({ ...judgement, attestation: undefined, resolution: undefined })).toMatchObject({
      tone: "refused",
    });
  });
});

describe("a time to judge by", () => {
  it("is read as people write it, always in UTC", () => {
    expect(readTime(" ")).toBeUndefined();
    for (const text of ["2026-11-21", "2026-11-21 00:00", "2026-11-21T00:00:00Z", "2026-11-21T00:00:00.000Z"])
      expect(readTime(text), text).toBe(Date.UTC(2026, 10, 21));
    expect(readTime("2026-11-21 10:40:05")).toBe(Date.UTC(2026, 10, 21, 10, 40, 5));
  });

  it.each(["yesterday", "2026-02-30", "2026-11-21 25:00", "21.11.2026", "2026-11-21T10:40:00+01:00"])(
    "%s is refused",
    (text) => {
      expect(() => readTime(text)).toThrow(expect.objectContaining({ code: "CANONICAL-017" }));
    },
  );
});
