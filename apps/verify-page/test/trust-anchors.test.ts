import { encodeUtf8 } from "@parmanasystems/canonical";
import {
  createNextTrustRoot,
  createPolicyIndexDocument,
  openPolicyIndex,
  type PolicyIndexDraft,
  type SignedDocument,
} from "@parmanasystems/governance";
import { importPublicKey, LocalSigner, payloadTypes, signDetached } from "@parmanasystems/signing";
import type { EvidenceBundle } from "@parmanasystems/verifier";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addFiles, giveFiles, type GivenFile, type Place } from "../src/given/given-files.js";
import { findIdle } from "../src/given/idle-files.js";
import { noLogTexts, readLogTerms } from "../src/judge/log-terms.js";
import { type Answer, answer } from "../src/judge/readiness.js";
import { type Executed, fileOf, invoice, type Office, openOffice } from "./fixture.js";

let office: Office;
let paid: Executed;
/** An index that no longer lists the policy: the next version, signed as it has to be. */
let withdrawn: SignedDocument;

beforeAll(async () => {
  office = await openOffice();
  paid = await office.execute("payment-1", invoice);
  withdrawn = await nextIndex({ policies: new Map() });
});
afterAll(() => {
  office.environment.remove();
});

async function nextIndex(
  changes: Partial<PolicyIndexDraft>,
  key = office.environment.keys.policy,
): Promise<SignedDocument> {
  const index = openPolicyIndex(paid.bundle.policyIndex, office.environment.trustRoot);
  const document = createPolicyIndexDocument({ ...index, version: index.version + 1, ...changes });
  return {
    document,
    signature: await signDetached(payloadTypes.policyIndex, document, [new LocalSigner(key)]),
  };
}

type Given = readonly [name: string, content: Uint8Array | string, place?: Place];

async function give(...files: readonly Given[]): Promise<readonly GivenFile[]> {
  const given: GivenFile[] = [];
  for (const [name, content, place = "presented"] of files)
    given.push(...(await giveFiles([new File([Buffer.from(content)], name)], place, given)));
  return addFiles([], given);
}

const signed = (
  stem: string,
  { document, signature }: SignedDocument,
  place: Place = "presented",
): readonly Given[] => [
  [`${stem}.json`, document, place],
  [`${stem}.sig`, signature, place],
];
const bundleOf = (bundle: EvidenceBundle = paid.bundle): Given => ["x.evidence.json", fileOf(bundle)];

const { terms: log } = readLogTerms(noLogTexts);

async function answerTo(...files: readonly Given[]): Promise<Answer> {
  const rootKey = { kind: "key", key: importPublicKey(office.rootPem) } as const;
  return answer({ files: await give(...files), rootKey, now: Date.now(), level: undefined, log });
}

/** What became of it: the verdict, or what stands in the way of one. */
async function outcomeOf(...files: readonly Given[]): Promise<string> {
  const found = await answerTo(...files);
  switch (found.kind) {
    case "incomplete":
      return [
        ...found.needs,
        ...found.obstacles.map(({ code, sentence }) => `${code ?? ""} ${sentence}`),
      ].join();
    case "impossible":
      return `${found.problem.code ?? ""} ${found.problem.sentence}`;
    case "judged": {
      const report = found.judgement.attestation?.report;
      const failed = report?.checks.flatMap(({ status, code }) => (status === "fail" ? [code] : []));
      return `${report?.verdict ?? ""} ${failed?.join() ?? ""}`.trim();
    }
  }
}

describe("a policy index that came apart from the bundle", () => {
  it.each(["own", "presented"] as const)("judges when it is newer, wherever it lies: %s", async (place) => {
    await expect(outcomeOf(bundleOf())).resolves.toBe("verified");
    await expect(outcomeOf(bundleOf(), ...signed("index", withdrawn, place))).resolves.toBe(
      "refused POL-042",
    );
  });

  it("is not put out of the way by junk that comes later", async () => {
    const junk = encodeUtf8(`{"type":"parmana/policy-index/v1","version":1}`);
    const files = [bundleOf(), ...signed("index", withdrawn, "own")];
    const later = signed("junk", { document: junk, signature: withdrawn.signature });
    await expect(outcomeOf(...files, ...later)).resolves.toMatch(
      /^POL-040 The policy index "junk\.json" does not open\. /,
    );
    await expect(outcomeOf(...later, ...files)).resolves.toMatch(/^POL-040 /);
  });

  it("has to open, whatever version it claims: else an older one would judge", async () => {
    const { runtime } = office.environment.keys;
    for (const version of [1, 2, 3]) {
      const foreign = await nextIndex({ version, policies: new Map() }, runtime);
      await expect(outcomeOf(bundleOf(), ...signed("index", foreign, "own"))).resolves.toMatch(
        version === 2
          ? /^POL-048 "index.json" and "x.evidence.json" /
          : /^TRUST-03\d The policy index "index\.json" /,
      );
    }
  });

  it("stands in the way without its signature, or as what cannot be read", async () => {
    for (const place of ["own", "presented"] as const) {
      await expect(outcomeOf(bundleOf(), ["index.json", withdrawn.document, place])).resolves.toMatch(
        /"index\.json" stands in the way\. Its signature file/,
      );
    }
    const files = [bundleOf(), ["index.sig", withdrawn.signature, "own"]] as const;
    await expect(outcomeOf(...files)).resolves.toMatch(/"index\.sig" stands in the way\. What it signs/);
    await expect(outcomeOf(...files, ["index.json", "{", "own"])).resolves.toMatch(/It was not read\.$/);
  });

  it("may lie there without its signature when it is just the one in the bundle", async () => {
    const { document } = paid.bundle.policyIndex;
    await expect(outcomeOf(bundleOf(), ["index.json", document])).resolves.toBe("verified");
    await expect(outcomeOf(bundleOf(), ["index.json", document, "own"])).resolves.toMatch(
      /stands in the way/,
    );
  });

  it("leaves one that the bundle brought, and that does not open, to the report", async () => {
    const { document, signature } = withdrawn;
    const same = openPolicyIndex(paid.bundle.policyIndex, office.environment.trustRoot);
    const own = await nextIndex({ policies: same.policies });
    const broken = bundleOf({ ...paid.bundle, policyIndex: { ...paid.bundle.policyIndex, signature } });
    await expect(outcomeOf(bundleOf(), ...signed("index", own, "own"))).resolves.toBe("verified");
    await expect(outcomeOf(broken, ...signed("index", own, "own"))).resolves.toMatch(/^refused TRUST-03/);
    expect(document).not.toEqual(own.document);
    await expect(
      outcomeOf(bundleOf(), ...signed("mine", own, "own"), ...signed("theirs", withdrawn)),
    ).resolves.toMatch(/^POL-048 "mine\.json" and "theirs\.json"|^POL-048 "theirs\.json" and "mine\.json"/);
  });

  it("is the newest of several beside single files", async () => {
    const { attestation, policyIndex, bundle } = paid.bundle;
    const files: Given[] = [
      ["attestation.json", attestation],
      ...signed("trust-root", office.trustRoot),
      ["bundle.manifest.json", bundle.manifest],
      ["bundle.sig", bundle.signature],
      ...[...bundle.files].map(([name, content]): Given => [name, content]),
      ...signed("release-manifest", paid.bundle.release),
      ...signed("index", policyIndex),
    ];
    await expect(outcomeOf(...files)).resolves.toBe("verified");
    await expect(outcomeOf(...files, ...signed("newer", withdrawn, "own"))).resolves.toBe("refused POL-042");
    await expect(outcomeOf(...signed("newer", withdrawn, "own"), ...files)).resolves.toBe("refused POL-042");
  });
});

describe("trust roots that came apart from the bundle", () => {
  const next = async (at: number): Promise<SignedDocument> => {
    const { trustRoot, signer, keys } = office.environment;
    const document = createNextTrustRoot(trustRoot, { revoke: [{ keyId: signer.keyId, reason: "x" }] }, at);
    const signature = await signDetached(payloadTypes.trustRoot, document, [new LocalSigner(keys.root)]);
    return { document, signature };
  };

  it("of one version and with different content are equivocation, and no verdict (TRUST-021)", async () => {
    const [one, other] = [await next(Date.now() - 60_000), await next(Date.now() - 50_000)];
    await expect(outcomeOf(bundleOf(), ...signed("one", one, "own"))).resolves.toContain("INV-102");
    for (const place of ["own", "presented"] as const) {
      await expect(
        outcomeOf(bundleOf(), ...signed("one", one, "own"), ...signed("other", other, place)),
      ).resolves.toMatch(/^TRUST-021 "other\.json" and "one\.json" .*version 2 of the trust root/);
    }
    const fork = bundleOf({ ...paid.bundle, trustRoot: { ...one, predecessors: [office.trustRoot] } });
    await expect(outcomeOf(fork, ...signed("mine", other, "own"))).resolves.toMatch(
      /^TRUST-021 "mine\.json" and "x\.evidence\.json"/,
    );
  });

  it("count with the person's own signature first", async () => {
    const own = await next(Date.now() - 60_000);
    const stale = { ...own, signature: office.trustRoot.signature };
    const files = [bundleOf(), ...signed("trust-root", own, "own")];
    await expect(outcomeOf(...files, ...signed("trust-root", stale))).resolves.toContain("INV-102");
  });
});

describe("a checkpoint that was kept, and what proves that the log continues it", () => {
  const [kept, other] = ["A", "B"].map((letter) => `log.example.com\n1\n${letter.repeat(42)}A=\n\n— x y\n`);
  const [proof, otherProof] = ["A", "B"].map((letter) => `${letter.repeat(42)}A=\n`);

  it("are the person's own, and one of each", async () => {
    const own: Given = ["checkpoint", String(kept), "own"];
    await expect(outcomeOf(bundleOf(), own)).resolves.toMatch(/^refused /);
    await expect(outcomeOf(bundleOf(), ["checkpoint", String(kept)])).resolves.toBe("verified");
    await expect(outcomeOf(bundleOf(), own, ["checkpoint", String(other)])).resolves.toMatch(/^refused /);
    await expect(outcomeOf(bundleOf(), own, ["checkpoint", String(other), "own"])).resolves.toContain(
      '"checkpoint" and "checkpoint" are two different remembered checkpoints',
    );
    await expect(
      outcomeOf(bundleOf(), own, ["a.txt", String(proof)], ["b.txt", String(otherProof)]),
    ).resolves.toContain('"a.txt" and "b.txt" are two different consistency proofs');
  });

  it("are said to count for nothing where they do", async () => {
    const idleIn = async (...files: readonly Given[]) =>
      findIdle(await give(...files)).map(({ file, reason, isObstacle }) => [
        file.place,
        reason.replace(/[:,.].*/, ""),
        isObstacle,
      ]);
    const own: Given = ["checkpoint", String(kept), "own"];
    const [mine, theirs]: Given[] = [
      ["mine.txt", String(proof), "own"],
      ["theirs.txt", String(otherProof)],
    ];
    if (mine === undefined || theirs === undefined) throw new Error("both are there");
    await expect(idleIn(own, theirs)).resolves.toEqual([]);
    await expect(idleIn(own, theirs, mine)).resolves.toEqual([["presented", "Not used", false]]);
    await expect(idleIn(mine)).resolves.toEqual([["own", "Not used", true]]);
    await expect(idleIn(theirs)).resolves.toEqual([["presented", "Not used", false]]);
  });
});
