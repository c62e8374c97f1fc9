import { generatePrivateKey } from "@parmanasystems/signing";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { choose, launchBrowser, type NamedFile, openPage, trust } from "./browser.js";
import { fileOf, invoice, type Office, openOffice } from "./fixture.js";

const browser = await launchBrowser();

let office: Office;
let bundle: NamedFile;
let forged: NamedFile;
let root: NamedFile;

beforeAll(async () => {
  if (browser === undefined) return;
  office = await openOffice();
  const pending = { ...invoice, amount: 9_000_000, daily_total_after: 1_900_000 };
  const ended = await (await office.execute("payment-1", pending)).resolve();
  bundle = { name: "payment.evidence.json", content: fileOf(ended) };
  const changed = Buffer.from(Buffer.from(ended.attestation).toString().replace("ask_finance", "pay"));
  forged = { name: "forged.evidence.json", content: fileOf({ ...ended, attestation: changed }) };
  root = { name: "root.pub", content: office.rootPem };
});

afterAll(async () => {
  await browser?.close();
  office.environment.remove();
});

/** What axe finds against WCAG 2.2 AA and its own good practice. It is run from outside, which the page's policy does not hinder. */
async function findings(page: Page): Promise<readonly string[]> {
  await page.locator("details").evaluateAll((all) => {
    for (const one of all) (one as HTMLDetailsElement).open = true;
  });
  await page.evaluate(axe.source);
  const found: unknown = await page.evaluate(
    "axe.run(document).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`)))",
  );
  return found as readonly string[];
}

describe.skipIf(browser === undefined)("axe finds nothing", () => {
  it.each(["light", "dark"] as const)("in %s colours, in any state of the page", async (colorScheme) => {
    const { page } = await openPage(browser as Browser, { colorScheme });
    await expect(findings(page)).resolves.toEqual([]);
    await choose(page, bundle, { name: "notes.txt", content: "hello" });
    await page.getByRole("heading", { name: "Nothing is verified yet" }).waitFor();
    await expect(findings(page)).resolves.toEqual([]);
    await page.getByRole("checkbox").check();
    await page.getByRole("heading", { name: "Not confirmed" }).waitFor();
    await expect(findings(page)).resolves.toEqual([]);
    await trust(page, root);
    await page.getByRole("heading", { name: "Verified at level L4" }).waitFor();
    await expect(findings(page)).resolves.toEqual([]);
    await choose(page, forged);
    await page.getByRole("heading", { name: "Refused" }).waitFor();
    await expect(findings(page)).resolves.toEqual([]);
    await trust(page, { name: "other.pub", content: generatePrivateKey().publicKey.toPem() });
    await page.getByRole("heading", { name: "Nothing is verified yet" }).waitFor();
    await expect(findings(page)).resolves.toEqual([]);
    await page.context().close();
  });

  it("on a narrow screen, where nothing sticks out either", async () => {
    const { page } = await openPage(browser as Browser, { viewport: { width: 360, height: 740 } });
    await choose(page, bundle, { name: `${"long-name".repeat(20)}.txt`, content: "hello" });
    await trust(page, root);
    await page.getByRole("heading", { name: "Verified at level L4" }).waitFor();
    await expect(findings(page)).resolves.toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBe(360);
    await page.context().close();
  });
});

describe.skipIf(browser === undefined)("the keyboard alone", () => {
  /** Role and name of what has the focus, as the accessibility tree has them. */
  const focused = (page: Page): Promise<string> =>
    page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return "nothing";
      const label =
        element.getAttribute("aria-label") ?? (element as HTMLInputElement).labels?.[0]?.textContent;
      return `${element.tagName.toLowerCase()}: ${(label ?? element.textContent).trim().slice(0, 40)}`;
    });

  it("reaches everything in the order of reading, chooses files, decides, and opens the checks", async () => {
    const { page, offences } = await openPage(browser as Browser);
    // Asked for at once: whether a dialog is intercepted is decided on another way than the key takes.
    const chooser = page.waitForEvent("filechooser");
    const walk: string[] = [];
    for (let step = 0; step < 7; step += 1) {
      await page.keyboard.press("Tab");
      walk.push(await focused(page));
    }
    expect(walk).toEqual([
      "input: Choose files to verify",
      "input: Choose files that you trust",
      "textarea: Fingerprint or PEM",
      "input: Unsafe: believe the root key that comes ",
      "input: Time to judge by, in UTC",
      "select: What must hold",
      "summary: Log, witnesses and runtime keys",
    ]);

    for (let step = 0; step < 6; step += 1) await page.keyboard.press("Shift+Tab");
    await expect(focused(page)).resolves.toBe(walk[0]);
    await page.keyboard.press("Enter");
    await (
      await chooser
    ).setFiles([{ name: bundle.name, mimeType: "", buffer: Buffer.from(bundle.content) }]);
    await page.getByRole("heading", { name: "Nothing is verified yet" }).waitFor();
    const names: string[] = [];
    for (let step = 0; step < 4; step += 1) {
      await page.keyboard.press("Tab");
      names.push(await focused(page));
    }
    expect(names).toEqual([
      "button: Remove payment.evidence.json",
      "button: Remove all files",
      "input: Choose files that you trust",
      "textarea: Fingerprint or PEM",
    ]);
    await page.keyboard.type(office.rootKeyId);
    await page.getByRole("heading", { name: "Verified at level L4" }).waitFor();

    const summary = page.getByText("11 of 11 checks hold");
    while (!(await focused(page)).includes("11 of 11 checks")) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator(".check-id", { hasText: "attestation.signature" }).waitFor();
    await expect(summary.isVisible()).resolves.toBe(true);
    expect(offences).toEqual([]);
    await page.context().close();
  });

  it("shows where it is", async () => {
    const { page } = await openPage(browser as Browser);
    const outlines: string[] = [];
    for (const selector of [
      ".drop",
      ".own .drop",
      "#root-key",
      ".unsafe input",
      "#time",
      "select",
      "summary",
    ]) {
      await page.keyboard.press("Tab");
      outlines.push(
        await page
          .locator(selector)
          .first()
          .evaluate((element) => getComputedStyle(element).outlineStyle),
      );
    }
    expect(outlines).toEqual(["solid", "solid", "solid", "solid", "solid", "solid", "solid"]);
    await page.context().close();
  });
});

describe.skipIf(browser === undefined)("the accessibility tree", () => {
  it("names the regions, the verdict and the levels in words", async () => {
    const { page } = await openPage(browser as Browser);
    await choose(page, forged);
    await trust(page, root);
    await page.getByRole("heading", { name: "Refused" }).waitFor();
    const tree = await page.locator("body").ariaSnapshot();
    for (const named of [
      "- banner:",
      "- main:",
      'region "What is verified, and by what"',
      'region "Result"',
      'region "Refused"',
      'region "What was decided"',
      'region "The rule that decided"',
      'region "What it saw"',
      'region "How it ended"',
      'list "Levels of the attestation"',
      "- status: Refused.",
      'columnheader "Where it comes from"',
    ])
      expect(tree).toContain(named);
    const rung = page.getByRole("list", { name: "Levels of the attestation" }).getByRole("listitem").first();
    await expect(rung.innerText()).resolves.toMatch(/^L1\s+Signed\s+failed$/);
    await page.context().close();
  });
});
