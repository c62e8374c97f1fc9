import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalBytes, encodeUtf8 } from "@parmanasystems/canonical";
import { toEnvelope } from "@parmanasystems/execution";
import { generatePrivateKey } from "@parmanasystems/signing";
import type { EvidenceBundle } from "@parmanasystems/verifier";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  announced,
  choose,
  drop,
  launchBrowser,
  type NamedFile,
  openPage,
  reportOf,
  trust,
} from "./browser.js";
import { type Executed, fileOf, invoice, type Office, openOffice } from "./fixture.js";

const browser = await launchBrowser();

let office: Office;
let paid: Executed;
let ended: EvidenceBundle;
let root: NamedFile;

beforeAll(async () => {
  if (browser === undefined) return;
  office = await openOffice();
  paid = await office.execute("payment-2026-1187", invoice);
  const pending = {
    ...invoice,
    amount: 9_000_000,
    daily_total_after: 1_900_000,
    invoice_number: "2026-1188",
  };
  ended = await (await office.execute("payment-2026-1188", pending)).resolve();
  root = { name: "root.pub", content: office.rootPem };
});

afterAll(async () => {
  await browser?.close();
  office.environment.remove();
});

const bundleFile = (bundle: EvidenceBundle = paid.bundle): NamedFile => ({
  name: "payment.evidence.json",
  content: fileOf(bundle),
});

/** A fresh page for each, which has to have kept to itself when the test is over. */
async function onPage(act: (page: Page) => Promise<void>): Promise<void> {
  const opened = await openPage(browser as Browser);
  await act(opened.page);
  expect(opened.offences).toEqual([]);
  await opened.page.context().close();
}

/** The same bytes but for one character in the middle. */
function altered(bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const at = changed.length >> 1;
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

describe.skipIf(browser === undefined)("the page", () => {
  it("forbids itself the network, every script and style but its own, and HTML made of text", () =>
    onPage(async (page) => {
      const policy = await page.locator("meta[http-equiv]").getAttribute("content");
      expect(policy).toMatch(
        /^default-src 'none'; script-src 'sha256-[^ ]+='; style-src 'sha256-[^ ]+='; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'$/,
      );
      await expect(announced(page)).resolves.toBe("");
    }));

  it("cannot send anything, even if something in it wanted to; and these tests would see it", async () => {
    const { page, offences } = await openPage(browser as Browser);
    const sent = await page.evaluate(() =>
      fetch("http://127.0.0.1:9/").then(
        () => "sent",
        () => "refused",
      ),
    );
    expect(sent).toBe("refused");
    expect(offences.join()).toContain(
      "http://127.0.0.1:9/' violates the following Content Security Policy directive",
    );
    await page.context().close();
  });

  it("verifies an evidence bundle at L4 under the root key that was given", () =>
    onPage(async (page) => {
      await choose(page, bundleFile());
      await trust(page, root);
      await page.getByRole("heading", { name: "Verified at level L4" }).waitFor();
      await expect(announced(page)).resolves.toMatch(/^Verified at level L4\. /);
      expect(await reportOf(page)).toMatchObject({ verdict: "verified", level: "L4" });
      const text = await page.locator("main").innerText();
      for (const seen of [
        "routine-payment",
        "routine payment to a verified vendor",
        "V-20418",
        "vendor-register",
      ])
        expect(text).toContain(seen);
      expect(text).toContain("amount is at most 50000");
      expect(text).toContain(`Root key\n${office.rootKeyId}`);
      expect(text).toContain("Not checked: no checkpoint was remembered; no witnesses were demanded.");
      await expect(page.getByText("bound by the signature").count()).resolves.toBe(3);
      await expect(
        page.getByRole("listitem").filter({ hasText: "level reached" }).innerText(),
      ).resolves.toMatch(/^L4/);
    }));

  it("takes what is dropped, and pasted", () =>
    onPage(async (page) => {
      await drop(page, [root], ".own .drop");
      await page.evaluate((text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
      }, fileOf(paid.bundle).toString());
      await page.getByRole("heading", { name: "Verified at level L4" }).waitFor();
      await page.getByRole("button", { name: "Remove all that you trust" }).click();
      await page.getByRole("heading", { name: "Nothing is verified yet" }).waitFor();
      await page.getByLabel("Choose files that you trust").evaluate((button, text) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        button.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
      }, office.rootPem);
      await page.getByRole("heading", { name: "Verified at level L4" }).waitFor();
    }));

  it("shows how people ended what was left to them, vote by vote", () =>
    onPage(async (page) => {
      await choose(page, bundleFile(ended));
      await trust(page, root);
      await page.getByRole("heading", { name: "Verified at level L4" }).waitFor();
      const text = await page.locator("main").innerText();
      expect(text).toContain("ended as approved with 2 approvals");
      for (const seen of ["ada", "payments-officer", "grace", "I called the vendor", "signed with key"])
        expect(text).toContain(seen);
    }));
});

describe.skipIf(browser === undefined)("the root key", () => {
  it("is asked for, and never taken from the bundle in silence", () =>
    onPage(async (page) => {
      await choose(page, bundleFile());
      await page.getByRole("heading", { name: "Nothing is verified yet" }).waitFor();
      await expect(announced(page)).resolves.toContain("The root key that you trust is needed");
      await expect(page.getByText("bound by the signature").count()).resolves.toBe(0);
    }));

  it("can be given by its fingerprint alone, or as text", () =>
    onPage(async (page) => {
      await choose(page, bundleFile());
      const field = page.getByLabel("Fingerprint or PEM");
      for (const text of [office.rootKeyId, ` ${office.rootPem}`]) {
        await field.fill(text);
        await page.getByRole("heading", { name: "Verified at level L4" }).waitFor();
        await field.fill("");
        await page.getByRole("heading", { name: "Nothing is verified yet" }).waitFor();
      }
      await field.fill("no key");
      await page.getByText("KEY-").waitFor();
    }));

  it("of somebody else refuses, as a file and as a fingerprint (TRUST-017)", () =>
    onPage(async (page) => {
      const { publicKey } = generatePrivateKey();
      await choose(page, bundleFile());
      await page.getByLabel("Fingerprint or PEM").fill(publicKey.keyId);
      await page.getByRole("heading", { name: "Refused" }).waitFor();
      await expect(page.locator("main").innerText()).resolves.toContain("TRUST-017");
      await trust(page, { name: "root.pub", content: publicKey.toPem() });
      await page.getByRole("heading", { name: "What was decided" }).waitFor();
      await expect(announced(page)).resolves.toMatch(/^Refused\. /);
      await expect(page.locator(".verdict").innerText()).resolves.toContain("TRUST-017");
    }));

  it("that comes with the files is believed only by an unsafe choice, and then nothing is called verified", () =>
    onPage(async (page) => {
      await choose(page, bundleFile());
      await page.getByRole("checkbox", { name: /^Unsafe:/ }).check();
      await page.getByRole("heading", { name: "Not confirmed" }).waitFor();
      const text = await page.locator("main").innerText();
      expect(text).not.toMatch(/\bVerified\b|bound by the signature/);
      expect(text).toContain("agrees with an unconfirmed key");
      expect(text).toContain("Whoever made these files could have made this key");
    }));

  it("that is private is not read, and not shown (KEY-*)", () =>
    onPage(async (page) => {
      const pem = generatePrivateKey().toPem();
      await trust(page, { name: "root.pem", content: pem });
      await page.getByText("KEY-").first().waitFor();
      await expect(page.content()).resolves.not.toContain(pem.split("\n")[1]);
    }));
});

describe.skipIf(browser === undefined)("single files", () => {
  const trustFiles = (): NamedFile[] => [
    { name: "trust-root.json", content: office.trustRoot.document },
    { name: "trust-root.sig", content: office.trustRoot.signature },
  ];
  const moreFiles = (): NamedFile[] => {
    const { bundle, policyIndex, release, evidence = new Uint8Array(), logProof } = paid.bundle;
    return [
      { name: "bundle.manifest.json", content: bundle.manifest },
      { name: "bundle.sig", content: bundle.signature },
      ...[...bundle.files].map(([name, content]) => ({ name, content })),
      { name: "index.json", content: policyIndex.document },
      { name: "index.sig", content: policyIndex.signature },
      { name: "release-manifest.json", content: release.document },
      { name: "release-manifest.sig", content: release.signature },
      { name: "evidence.json", content: evidence },
      { name: "x.tlog-proof", content: logProof },
    ];
  };

  it("reach L1 with the trust root alone, in both spellings, and say what that leaves open", () =>
    onPage(async (page) => {
      await trust(page, root);
      for (const content of [paid.bundle.attestation, canonicalBytes(toEnvelope(paid.attestation))]) {
        await choose(page, { name: "attestation.json", content }, ...trustFiles());
        await page.getByRole("heading", { name: "Verified at level L1" }).waitFor();
        await expect(page.locator(".verdict").innerText()).resolves.toContain(
          "That the policy really decides so is not shown",
        );
        await page.getByRole("button", { name: "Remove all files" }).click();
      }
    }));

  it("reach L4 together, and are refused when more is demanded than there is", () =>
    onPage(async (page) => {
      const attestation = { name: "attestation.json", content: paid.bundle.attestation };
      await trust(page, root);
      await choose(page, attestation, ...trustFiles());
      await page.getByLabel("What must hold").selectOption("L4");
      await page.getByRole("heading", { name: "Refused" }).waitFor();
      await expect(page.locator(".verdict").innerText()).resolves.toMatch(
        /Nothing failed, but material for \d+ checks/,
      );
      await choose(page, ...moreFiles());
      await page.getByRole("heading", { name: "Verified at level L4" }).waitFor();
    }));

  it("count for nothing without their signature, which is said", () =>
    onPage(async (page) => {
      const [trustRoot] = trustFiles();
      await choose(page, bundleFile(), ...(trustRoot === undefined ? [] : [trustRoot]));
      await trust(page, root);
      await page.locator(".files").getByText("Its signature file (.sig) is missing").waitFor();
      await page.getByRole("heading", { name: "Verified at level L4" }).waitFor();
    }));
});

describe.skipIf(browser === undefined)("what is not genuine is refused", () => {
  const alterations: readonly [string, (bundle: EvidenceBundle) => EvidenceBundle][] = [
    ["attestation", (bundle) => ({ ...bundle, attestation: altered(bundle.attestation) })],
    ["evidence", (bundle) => ({ ...bundle, evidence: altered(bundle.evidence ?? new Uint8Array()) })],
    ["evidence taken out", (bundle) => ({ ...bundle, evidence: undefined })],
    ["log proof", (bundle) => ({ ...bundle, logProof: altered(bundle.logProof) })],
    [
      "release",
      (bundle) => ({ ...bundle, release: { ...bundle.release, document: altered(bundle.release.document) } }),
    ],
    [
      "policy",
      (bundle) => ({
        ...bundle,
        bundle: {
          ...bundle.bundle,
          files: new Map([...bundle.bundle.files].map(([name, bytes]) => [name, altered(bytes)])),
        },
      }),
    ],
    [
      "trust root",
      (bundle) => ({
        ...bundle,
        trustRoot: { ...bundle.trustRoot, signature: altered(bundle.trustRoot.signature) },
      }),
    ],
  ];

  it("whatever part of a bundle was changed", () =>
    onPage(async (page) => {
      for (const [part, alter] of alterations) {
        await choose(page, { name: part, content: fileOf(alter(paid.bundle)) });
        await trust(page, root);
        await page.getByText(part, { exact: true }).waitFor();
        await page.getByRole("heading", { name: "Refused" }).waitFor();
        await expect(announced(page), part).resolves.toMatch(/^Refused\. /);
        expect(await reportOf(page), part).toMatchObject({ verdict: "refused" });
        await page.getByRole("button", { name: "Remove all files" }).click();
      }
    }));

  it("an attestation that says something else, with the check, the code and what to do", () =>
    onPage(async (page) => {
      const text = Buffer.from(paid.bundle.attestation).toString().replace('"approved"', '"rejected"');
      await choose(page, bundleFile({ ...paid.bundle, attestation: encodeUtf8(text) }));
      await trust(page, root);
      await page.getByRole("heading", { name: "Refused" }).waitFor();
      const shown = await page.locator("main").innerText();
      expect(shown).toContain("Claimed: Execution payment-2026-1187 was rejected");
      for (const code of ["INV-065", "INV-075", "INV-086"]) expect(shown).toContain(code);
      expect(shown).toContain("Treat the attestation as forged and obtain the original.");
      expect(shown).not.toContain("bound by the signature");
    }));

  it("after its time, and before it", () =>
    onPage(async (page) => {
      await choose(page, bundleFile());
      await trust(page, root);
      const time = page.getByLabel("Time to judge by, in UTC");
      await time.fill("2099-01-01");
      await page.getByRole("heading", { name: "Refused" }).waitFor();
      await expect(page.locator(".verdict").innerText()).resolves.toContain("2099-01-01T00:00:00.000Z");
      await time.fill("2001-01-01 10:00");
      await page.getByText("INV-067").first().waitFor();
      await time.fill("yesterday");
      await page.getByText("The time to judge by cannot be read.").first().waitFor();
      await time.fill("");
      await page.getByRole("heading", { name: "Verified at level L4" }).waitFor();
    }));
});

describe.skipIf(browser === undefined)("hostile input", () => {
  it("that is nothing the page reads is named, with its code", () =>
    onPage(async (page) => {
      const malformed: readonly (readonly [string, string | Uint8Array, string])[] = [
        ["empty.json", "", "CANONICAL-"],
        ["notes.txt", "hello", "CANONICAL-010"],
        ["twice.json", '{"a":1,"a":2}', "CANONICAL-011"],
        ["deep.json", "[".repeat(100_000), "CANONICAL-"],
        ["list.json", "[1,2,3]", "INV-020"],
        ["other.json", '{"hello":"world"}', "INV-020"],
        ["bundle.json", '{"type":"parmana/evidence-bundle/v2"}', "INV-100"],
        ["signature.sig", '{"payloadType":"x","signatures":[]}', "SIG-"],
        ["bytes.bin", new Uint8Array([255, 254, 0, 1]), "CANONICAL-"],
      ];
      for (const [name, content, code] of malformed) {
        await choose(page, { name, content });
        const entry = page.getByRole("listitem").filter({ hasText: name });
        await expect(entry.innerText(), name).resolves.toContain(code);
        await expect(announced(page)).resolves.toContain(`${name} was not read. `);
        await page.getByRole("button", { name: `Remove ${name}` }).click();
      }
    }));

  const folder = mkdtempSync(join(tmpdir(), "parmana-"));
  const large = join(folder, "large.json");
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it("of 40 MB is refused unread (INV-061)", () =>
    onPage(async (page) => {
      writeFileSync(large, Buffer.alloc(40_000_000, " "));
      await page.getByLabel("Choose files to verify").setInputFiles(large);
      await page.getByText("INV-061").first().waitFor();
      await expect(page.locator(".files").innerText()).resolves.toContain("40000000 bytes long");
    }));

  it("is shown as the text that it is: no HTML, no turned-around line", () =>
    onPage(async (page) => {
      const markup = '<img src=x onerror="document.title=1"><b>bold</b>';
      const executed = await office.execute("payment-2026-1189", {
        ...invoice,
        vendor_id: markup,
        invoice_number: "a\u202eb\u0007c\u2066",
      });
      await choose(page, { name: "\u202egnp.<i>x", content: fileOf(executed.bundle) });
      await trust(page, root);
      await page.getByRole("heading", { name: "Verified at level L4" }).waitFor();
      const text = await page.locator("main").innerText();
      expect(text).toContain("<img src=x onerror=");
      expect(text).toContain("a\\u202eb\\u0007c\\u2066");
      expect(text).toContain("\\u202egnp.<i>x");
      for (const hidden of ["\u202e", "\u2066", "\u0007"]) expect(text).not.toContain(hidden);
      await expect(page.locator("main").locator("img, b, i, a, iframe").count()).resolves.toBe(0);
      await expect(page.title()).resolves.toBe("Verify a decision · Parmana");
    }));

  it("that replaces a file leaves no verdict of the former one", () =>
    onPage(async (page) => {
      await choose(page, bundleFile());
      await trust(page, root);
      await page.getByRole("heading", { name: "Verified at level L4" }).waitFor();
      await choose(page, { name: "attestation.json", content: '{"execution_id":"x"}' });
      await page.getByRole("heading", { name: "Nothing is verified yet" }).waitFor();
    }));
});
