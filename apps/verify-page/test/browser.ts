import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

const PAGE = fileURLToPath(new URL("../dist/verify.html", import.meta.url));
const CHROMIUM = process.env.PARMANA_TEST_CHROMIUM ?? "/usr/bin/chromium";

/** Undefined where there is no Chromium, which is said aloud; CI has to have one. */
export async function launchBrowser(): Promise<Browser | undefined> {
  if (!existsSync(CHROMIUM)) {
    if (process.env.CI === "true") throw new Error(`${CHROMIUM} is required when CI=true.`);
    console.warn(`SKIPPED: the page is not tested, ${CHROMIUM} does not exist (set PARMANA_TEST_CHROMIUM).`);
    return undefined;
  }
  return chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** The built page, from the file, and everything it did that it should not. */
export interface OpenPage {
  readonly page: Page;
  /** Requests but for the file itself, violations of its policy, errors. Stays empty. */
  readonly offences: readonly string[];
}

export async function openPage(
  browser: Browser,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
  const page = await context.newPage();
  const offences: string[] = [];
  const address = pathToFileURL(PAGE).href;
  page.on("request", (request) => {
    if (request.url() !== address) offences.push(`request: ${request.url()}`);
  });
  // Chromium says here what the policy of the page refused.
  page.on("console", (message) => {
    offences.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => {
    offences.push(`error: ${error.message}`);
  });
  await page.goto(address);
  return { page, offences };
}

export interface NamedFile {
  readonly name: string;
  readonly content: Uint8Array | string;
}

/** As what was given, through the button. */
export function choose(page: Page, ...files: readonly NamedFile[]): Promise<void> {
  return chooseAt(page, "Choose files to verify", files);
}

/** As what is trusted, through the button. */
export function trust(page: Page, ...files: readonly NamedFile[]): Promise<void> {
  return chooseAt(page, "Choose files that you trust", files);
}

async function chooseAt(page: Page, label: string, files: readonly NamedFile[]): Promise<void> {
  await page
    .getByLabel(label)
    .setInputFiles(files.map(({ name, content }) => ({ name, mimeType: "", buffer: Buffer.from(content) })));
}

/** As if dragged from a folder to somewhere on the page, or to where a selector says. */
export async function drop(page: Page, files: readonly NamedFile[], target = "body"): Promise<void> {
  const transfer = await page.evaluateHandle(
    (given) => {
      const made = new DataTransfer();
      for (const { name, bytes } of given) made.items.add(new File([new Uint8Array(bytes)], name));
      return made;
    },
    files.map(({ name, content }) => ({ name, bytes: [...Buffer.from(content)] })),
  );
  await page.dispatchEvent(target, "dragover", { dataTransfer: transfer });
  await page.dispatchEvent(target, "drop", { dataTransfer: transfer });
}

/** What a screen reader would say about the result. */
export function announced(page: Page): Promise<string> {
  return page.getByRole("status").innerText();
}

/** The report of the attestation, as the page shows it. */
export async function reportOf(page: Page): Promise<unknown> {
  const text = await page.locator("pre").first().textContent();
  return JSON.parse(text ?? "null");
}
