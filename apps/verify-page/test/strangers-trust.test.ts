import { canonicalBytes, encodeUtf8 } from "@parmanasystems/canonical";
import { createNextTrustRoot } from "@parmanasystems/governance";
import { LocalSigner, payloadTypes, signDetached } from "@parmanasystems/signing";
import { parseLogProof } from "@parmanasystems/verifier";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { announced, choose, drop, launchBrowser, type NamedFile, openPage, trust } from "./browser.js";
import { type Executed, fileOf, invoice, type Office, openOffice } from "./fixture.js";

const browser = await launchBrowser();

let office: Office;
let paid: Executed;
/** Somebody who signs whatever they like with a trust root of their own. */
let stranger: Office;
let forged: Executed;

beforeAll(async () => {
  if (browser === undefined) return;
  [office, stranger] = await Promise.all([openOffice(), openOffice()]);
  paid = await office.execute("payment-2026-1187", invoice);
  forged = await stranger.execute("payment-2026-1187", { ...invoice, amount: 49_999, vendor_id: "V-1" });
});

afterAll(async () => {
  await browser?.close();
  for (const { environment } of [office, stranger]) environment.remove();
});

const bundleOf = ({ bundle }: Executed): NamedFile => ({ name: "x.evidence.json", content: fileOf(bundle) });
const rootOf = ({ rootPem }: Office): NamedFile => ({ name: "root.pub", content: rootPem });
const trustRootOf = ({ trustRoot }: Office): NamedFile[] => [
  { name: "trust-root.json", content: trustRoot.document },
  { name: "trust-root.sig", content: trustRoot.signature },
];

async function onPage(act: (page: Page) => Promise<void>): Promise<void> {
  const opened = await openPage(browser as Browser);
  await act(opened.page);
  expect(opened.offences).toEqual([]);
  await opened.page.context().close();
}

const heading = (page: Page, name: string) => page.getByRole("heading", { name }).waitFor();
const verdict = (page: Page) => page.locator(".verdict").innerText();

describe.skipIf(browser === undefined)("a root key that comes with the evidence", () => {
  const spellings = (): NamedFile[] => {
    const { publicKey } = stranger.environment.keys.root;
    return [rootOf(stranger), { name: "key.json", content: canonicalBytes({ ...publicKey.toJwk() }) }];
  };

  it("never takes the place of the key that was entered (TRUST-017)", () =>
    onPage(async (page) => {
      await page.getByLabel("Fingerprint or PEM").fill(office.rootKeyId);
      await drop(page, [bundleOf(forged), ...trustRootOf(stranger), ...spellings()]);
      await heading(page, "Refused");
      expect(await verdict(page)).toContain("TRUST-017");
      await expect(announced(page)).resolves.not.toContain("Verified");
    }));

  it("is not used at all, which is said beside the verdict", () =>
    onPage(async (page) => {
      await choose(page, bundleOf(forged), ...spellings());
      await heading(page, "Nothing is verified yet");
      expect(await verdict(page)).toContain("The root key that you trust is needed");
      await trust(page, rootOf(office));
      await heading(page, "Refused");
      await choose(page, bundleOf(paid));
      await heading(page, "Verified at level L4");
      expect(await verdict(page)).toContain("a key that comes with the evidence proves nothing");
      await expect(announced(page)).resolves.toMatch(/key\.json is not used\..*Verified at level L4\./);
      await page.getByRole("region", { name: "Files given" }).getByText("proves nothing").first().waitFor();
    }));

  it("is not even what an unsafe choice believes, beside a key of one's own", () =>
    onPage(async (page) => {
      await choose(page, bundleOf(forged), ...spellings());
      await page.getByRole("checkbox", { name: /^Unsafe:/ }).check();
      await heading(page, "Not confirmed");
      await trust(page, rootOf(office));
      await heading(page, "Refused");
    }));
});

describe.skipIf(browser === undefined)("what a person trusts", () => {
  it("is judged by when it was dropped where it says so, and stays for the next case", () =>
    onPage(async (page) => {
      await drop(page, [rootOf(office), ...trustRootOf(office)], ".own .drop");
      await drop(page, [bundleOf(paid)]);
      await heading(page, "Verified at level L4");
      await page.getByRole("button", { name: "Remove all files" }).click();
      await choose(page, bundleOf(forged));
      await heading(page, "Nothing is verified yet");
      expect(await verdict(page)).toContain("TRUST-021");
    }));

  it("does not come from what falls beside the button", () =>
    onPage(async (page) => {
      await drop(page, [bundleOf(forged), rootOf(stranger)], ".own h2");
      await heading(page, "Nothing is verified yet");
      await expect(page.getByRole("region", { name: "Files you trust" }).count()).resolves.toBe(0);
      expect(await verdict(page)).toContain("The root key that you trust is needed");
    }));

  it("that was given twice and differently is no verdict, and both are named", () =>
    onPage(async (page) => {
      await choose(page, bundleOf(paid));
      await trust(page, rootOf(office), { ...rootOf(stranger), name: "other.pub" });
      await heading(page, "Nothing is verified yet");
      expect(await verdict(page)).toContain('"root.pub" and "other.pub" are two different root keys');
      await page.getByRole("button", { name: "Remove other.pub" }).click();
      await heading(page, "Verified at level L4");
      const field = page.getByLabel("Fingerprint or PEM, to compare");
      await field.fill(stranger.rootKeyId);
      await heading(page, "Nothing is verified yet");
      expect(await verdict(page)).toContain('"root.pub" and what was entered are two different root keys');
      await field.fill(office.rootKeyId);
      await heading(page, "Verified at level L4");
      await field.fill("no key");
      await heading(page, "Nothing is verified yet");
    }));

  it("is not evidence: what is judged has to be put among it", () =>
    onPage(async (page) => {
      await trust(page, rootOf(office), bundleOf(paid));
      await heading(page, "Nothing is verified yet");
      expect(await verdict(page)).toContain("it is what is judged, not what you judge by");
    }));
});

describe.skipIf(browser === undefined)("a trust root that knows of a revocation", () => {
  it("is not put out of the way by junk of the same version, nor passed over without its signature", () =>
    onPage(async (page) => {
      const { trustRoot, signer, keys } = office.environment;
      const revoke = [{ keyId: signer.keyId, reason: "stolen" }];
      const document = createNextTrustRoot(trustRoot, { revoke }, Date.now() - 60_000);
      const signature = await signDetached(payloadTypes.trustRoot, document, [new LocalSigner(keys.root)]);
      const junk = createNextTrustRoot(trustRoot, {}, Date.now() - 60_000);
      await trust(page, rootOf(office), { name: "trust-root.json", content: document });
      await choose(page, bundleOf(paid));
      await heading(page, "Nothing is verified yet");
      expect(await verdict(page)).toContain('"trust-root.json" stands in the way');
      await trust(page, { name: "trust-root.sig", content: signature });
      await expect.poll(() => verdict(page)).toContain("INV-102");
      await drop(page, [
        { name: "a.json", content: junk },
        { name: "a.sig", content: signature },
      ]);
      await heading(page, "Nothing is verified yet");
      expect(await verdict(page)).toContain("version 2 of the trust root");
      for (const named of ["TRUST-021", '"trust-root.json"', '"a.json"'])
        expect(await verdict(page)).toContain(named);
    }));
});

describe.skipIf(browser === undefined)("a checkpoint that comes with the evidence", () => {
  it("is not one that anybody remembered", () =>
    onPage(async (page) => {
      const { checkpoint } = parseLogProof(paid.bundle.logProof);
      await trust(page, rootOf(office));
      await choose(page, bundleOf(paid), { name: "checkpoint", content: checkpoint });
      await heading(page, "Verified at level L4");
      expect(await verdict(page)).toContain("no checkpoint was remembered");
      expect(await verdict(page)).toContain("only a checkpoint that you kept says what the log was");
    }));
});

describe.skipIf(browser === undefined)("files that count for nothing", () => {
  it("do not vanish when two statements come at once: one is verified at a time", () =>
    onPage(async (page) => {
      await trust(page, rootOf(office));
      const good = bundleOf(paid);
      await choose(page, { name: "1-forged.json", content: fileOf(forged.bundle) }, good);
      await heading(page, "Nothing is verified yet");
      expect(await verdict(page)).toContain(
        '"1-forged.json" and "x.evidence.json" cannot be verified at once.',
      );
      await choose(page, good);
      await heading(page, "Verified at level L4");
    }));

  it("stand in the way where nobody looked at them, as an index that a padded bundle leaves no room for", () =>
    onPage(async (page) => {
      await trust(page, rootOf(office));
      const bundle = fileOf(paid.bundle);
      const padded = new Uint8Array(33_554_000).fill(0x20);
      padded.set(bundle);
      await choose(page, { name: "x.evidence.json", content: padded });
      await heading(page, "Verified at level L4");
      await choose(page, {
        name: "index.json",
        content: `{"type":"parmana/policy-index/v1"}${" ".repeat(1_000)}`,
      });
      await heading(page, "Nothing is verified yet");
      expect(await verdict(page)).toContain('"index.json" stands in the way. It was not read.');
    }));

  it("are named beside the verdict, however it turns out", () =>
    onPage(async (page) => {
      await trust(page, rootOf(office));
      await choose(page, bundleOf(paid), { name: "notes.txt", content: "hello" });
      await heading(page, "Verified at level L4");
      expect(await verdict(page)).toMatch(/Left out of this verdict:\s+notes\.txt It was not read\./);
      await choose(page, { name: "proof.txt", content: `${"A".repeat(43)}=\n` });
      await expect
        .poll(() => verdict(page))
        .toContain("it proves nothing without a checkpoint that you kept");
      await trust(page, { name: "index.json", content: encodeUtf8("{") });
      await heading(page, "Nothing is verified yet");
      expect(await verdict(page)).toContain('"index.json" stands in the way. It was not read.');
    }));
});
