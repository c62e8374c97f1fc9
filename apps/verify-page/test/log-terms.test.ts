import { createNextTrustRoot } from "@parmanasystems/governance";
import {
  createCosigner,
  createNoteSigner,
  encodeBase64,
  formatNote,
  formatVerifierKey,
  generatePrivateKey,
  LocalSigner,
  parseNote,
  payloadTypes,
  signDetached,
  signNote,
} from "@parmanasystems/signing";
import {
  type EvidenceBundle,
  formatCheckpoint,
  formatLogProof,
  leafHash,
  nodeHash,
  parseLogProof,
} from "@parmanasystems/verifier";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { choose, drop, launchBrowser, type NamedFile, openPage, reportOf, trust } from "./browser.js";
import { type Executed, fileOf, invoice, type Office, openOffice } from "./fixture.js";

const browser = await launchBrowser();
const ORIGIN = "log.example.com/payments";

let office: Office;
let paid: Executed;
/** What anybody could have kept of the log when the payment was its only entry. */
let kept: string;
/** The payment, under a checkpoint of two entries, and the proof that it continues the one that was kept. */
let later: EvidenceBundle;
let consistency: string;
const other = leafHash(new TextEncoder().encode("another entry"));

beforeAll(async () => {
  if (browser === undefined) return;
  office = await openOffice();
  paid = await office.execute("payment-2026-1187", invoice);
  const { extra = new Uint8Array(), checkpoint } = parseLogProof(paid.bundle.logProof);
  kept = checkpoint;
  const rootHash = nodeHash(leafHash(extra), other);
  const logProof = formatLogProof({
    extra,
    index: 0,
    hashes: [other],
    checkpoint: await checkpointOf(2, rootHash),
  });
  later = { ...paid.bundle, logProof: new TextEncoder().encode(logProof) };
  consistency = `${encodeBase64(other)}\n`;
});

afterAll(async () => {
  await browser?.close();
  office.environment.remove();
});

const checkpointOf = (size: number, rootHash: Uint8Array, origin = ORIGIN) =>
  signNote(formatCheckpoint({ origin, size, rootHash }), [
    createNoteSigner({ name: origin, privateKey: office.environment.keys.log.toPem() }),
  ]);

const bundleFile = (bundle: EvidenceBundle): NamedFile => ({
  name: "payment.evidence.json",
  content: fileOf(bundle),
});
const root = (): NamedFile => ({ name: "root.pub", content: office.rootPem });
const checkpointFile = (content: string): NamedFile => ({ name: "checkpoint", content });

async function onPage(act: (page: Page) => Promise<void>): Promise<void> {
  const opened = await openPage(browser as Browser);
  await act(opened.page);
  expect(opened.offences).toEqual([]);
  await opened.page.context().close();
}

const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();
const verdict = (page: Page) => page.locator(".verdict").innerText();

async function checkOf(page: Page, id: string): Promise<unknown> {
  const { checks } = (await reportOf(page)) as { checks: { id: string }[] };
  return checks.find((check) => check.id === id);
}

const remove = (page: Page, name: string) => page.getByRole("button", { name: `Remove ${name}` }).click();

/** The fields are folded away until somebody wants them. */
async function enter(page: Page, label: string, text: string): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  if (!(await field.isVisible())) await page.getByText("Log, witnesses and runtime keys").click();
  await field.fill(text);
}

describe.skipIf(browser === undefined)("a checkpoint that was kept", () => {
  it("is dropped beside the bundle, and the log has it still", () =>
    onPage(async (page) => {
      await choose(page, bundleFile(paid.bundle));
      await trust(page, root());
      await heading(page, "Verified at level L4");
      expect(await checkOf(page, "log.consistency")).toMatchObject({ status: "not_checked" });
      await drop(page, [checkpointFile(kept)], ".own .drop");
      await page.getByText("Checkpoint", { exact: true }).waitFor();
      await heading(page, "Verified at level L4");
      expect(await checkOf(page, "log.consistency")).toMatchObject({ status: "pass" });
    }));

  it("refuses a log that shrank or was forked since, or is another one (INV-088, INV-085)", () =>
    onPage(async (page) => {
      await choose(page, bundleFile(paid.bundle));
      await trust(page, root());
      for (const [checkpoint, code] of [
        [await checkpointOf(2, other), "INV-088"],
        [await checkpointOf(1, other), "INV-088"],
        [await checkpointOf(1, other, "log.example.com/other"), "INV-085"],
      ] as const) {
        await trust(page, checkpointFile(checkpoint));
        await expect.poll(() => verdict(page)).toContain(code);
        await heading(page, "Refused");
        await remove(page, "checkpoint");
        await heading(page, "Verified at level L4");
      }
    }));

  it("wants a proof that a log which grew since continues it", () =>
    onPage(async (page) => {
      await choose(page, bundleFile(later));
      await trust(page, root(), checkpointFile(kept));
      await heading(page, "Refused");
      expect(await verdict(page)).toContain(
        "no consistency proof was supplied for 1 entries remembered and 2 now",
      );
      await choose(page, { name: "proof.txt", content: consistency });
      await heading(page, "Verified at level L4");
      expect(await checkOf(page, "log.consistency")).toMatchObject({ status: "pass" });
      await remove(page, "proof.txt");
      await choose(page, { name: "proof.txt", content: `${encodeBase64(leafHash(other))}\n` });
      await heading(page, "Refused");
      expect(await verdict(page)).toContain("INV-088");
    }));

  it("proves what a key signed that was revoked later, by the time since when it was kept", () =>
    onPage(async (page) => {
      const { trustRoot, signer, keys } = office.environment;
      const revoke = [{ keyId: signer.keyId, reason: "stolen" }];
      const revokedAt = Date.now() - 60_000;
      const document = createNextTrustRoot(trustRoot, { revoke }, revokedAt);
      const signature = await signDetached(payloadTypes.trustRoot, document, [new LocalSigner(keys.root)]);
      await choose(page, bundleFile(paid.bundle));
      await trust(
        page,
        root(),
        checkpointFile(kept),
        { name: "trust-root.json", content: document },
        { name: "trust-root.sig", content: signature },
      );
      await expect.poll(() => verdict(page)).toContain("INV-102");
      await enter(page, "Remembered since, in UTC", new Date(revokedAt - 60_000).toISOString());
      await heading(page, "Verified at level L4");
      await enter(page, "Remembered since, in UTC", new Date(revokedAt + 1_000).toISOString());
      await heading(page, "Refused");
    }));
});

describe.skipIf(browser === undefined)("what was entered about the log", () => {
  it("demands the witnesses that are named, as many as are asked for (INV-089)", () =>
    onPage(async (page) => {
      const witness = (name: string) => createCosigner({ name, privateKey: generatePrivateKey() });
      const [first, second] = [witness("witness.example.com"), witness("witness.example.org")];
      const note = parseNote(kept);
      const cosignature = await first.cosign(note.text, Math.floor(Date.now() / 1_000) - 60);
      const checkpoint = formatNote({ ...note, signatures: [...note.signatures, cosignature] });
      const logProof = formatLogProof({ ...parseLogProof(paid.bundle.logProof), checkpoint });
      const cosigned = { ...paid.bundle, logProof: new TextEncoder().encode(logProof) };
      const [one, two] = [first, second].map(
        ({ verifierKey, name }) => `${formatVerifierKey(verifierKey)}=${name.replace("witness.", "")}`,
      );
      const field = "Witnesses that must have cosigned";
      await choose(page, bundleFile(paid.bundle));
      await trust(page, root());
      await enter(page, field, String(one));
      await expect.poll(() => verdict(page)).toContain("INV-089");
      await choose(page, bundleFile(cosigned));
      await heading(page, "Verified at level L4");
      expect(await checkOf(page, "log.witnesses")).toMatchObject({ status: "pass" });
      await enter(page, field, `${String(one)}\nhttps://witness.example.org=${String(two)}\n`);
      await expect.poll(() => verdict(page)).toContain("INV-089");
      await enter(page, "How many operators", "1");
      await heading(page, "Verified at level L4");
      for (const threshold of ["0", "3", "most"]) {
        await enter(page, "How many operators", threshold);
        await heading(page, "Nothing is verified yet");
      }
    }));

  it.each([
    ["Witnesses that must have cosigned", "witness.example.com", "INV-060"],
    ["Witnesses that must have cosigned", "witness+00000000+AAAA=example.com", "SIG-"],
    ["How many operators", "1", "INV-060"],
    ["Remembered since, in UTC", "yesterday", "CANONICAL-"],
    ["Runtime keys", "no key", "KEY-"],
  ])("stands in the way of a verdict when it cannot be read: %s, %s", (label, text, code) =>
    onPage(async (page) => {
      await choose(page, bundleFile(paid.bundle));
      await trust(page, root());
      await heading(page, "Verified at level L4");
      await enter(page, label, text);
      await heading(page, "Nothing is verified yet");
      expect(await verdict(page)).toContain("cannot be read");
      await page.locator(".problem", { hasText: code }).waitFor();
      await enter(page, label, "");
      await heading(page, "Verified at level L4");
    }),
  );

  it("refuses another log than the one named (INV-085)", () =>
    onPage(async (page) => {
      await choose(page, bundleFile(paid.bundle));
      await trust(page, root());
      await enter(page, "Name of the log", "log.example.com/other");
      await expect.poll(() => verdict(page)).toContain("INV-085");
      await enter(page, "Name of the log", ORIGIN);
      await heading(page, "Verified at level L4");
    }));

  it("judges nothing without a log proof, instead of being left out", () =>
    onPage(async (page) => {
      const { document, signature } = office.trustRoot;
      await choose(
        page,
        { name: "attestation.json", content: paid.bundle.attestation },
        { name: "trust-root.json", content: document },
        { name: "trust-root.sig", content: signature },
      );
      await trust(page, root());
      await heading(page, "Verified at level L1");
      await trust(page, checkpointFile(kept));
      await heading(page, "Nothing is verified yet");
      expect(await verdict(page)).toContain("A log proof of each statement is needed");
      await choose(page, { name: "x.tlog-proof", content: paid.bundle.logProof });
      await heading(page, "Verified at level L1");
      expect(await checkOf(page, "log.consistency")).toMatchObject({ status: "pass" });
    }));
});

describe.skipIf(browser === undefined)("runtime keys under a trust root that names none", () => {
  it("are those that the person entered (INV-064)", () =>
    onPage(async (page) => {
      const nameless = await openOffice(Date.now() - 600_000, true);
      const { bundle } = await nameless.execute("payment-1", invoice);
      await choose(page, bundleFile(bundle));
      await trust(page, { name: "root.pub", content: nameless.rootPem });
      await expect.poll(() => verdict(page)).toContain("INV-064");
      const [stranger, own] = [generatePrivateKey(), nameless.environment.keys.runtime].map(({ publicKey }) =>
        publicKey.toPem(),
      );
      await enter(page, "Runtime keys", String(stranger));
      await expect.poll(() => verdict(page)).toContain("INV-064");
      await enter(page, "Runtime keys", `${String(stranger)}\n${String(own)}`);
      await heading(page, "Verified at level L4");
      nameless.environment.remove();
    }));
});

describe.skipIf(browser === undefined)("the log proof of a resolution in a bundle", () => {
  it("must hold, too", () =>
    onPage(async (page) => {
      const pending = { ...invoice, amount: 9_000_000, daily_total_after: 1_900_000 };
      const bundle = await (await office.execute("payment-2", pending)).resolve();
      const { resolution } = bundle;
      if (resolution === undefined) throw new Error("it was resolved");
      await choose(page, bundleFile(bundle));
      await trust(page, root());
      await heading(page, "Verified at level L4");
      const swapped = { ...bundle, resolution: { ...resolution, logProof: bundle.logProof } };
      await choose(page, bundleFile(swapped));
      await heading(page, "Refused");
      expect(await verdict(page)).toContain("INV-086");
    }));
});
