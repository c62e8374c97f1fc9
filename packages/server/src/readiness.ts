import { ParmanaError } from "@parmanasystems/canonical";
import type { Signer, Verifier } from "@parmanasystems/signing";
import { ServerError } from "./errors.js";
import type { Probe } from "./server-options.js";

export interface Readiness {
  readonly ready: boolean;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly code?: string }[];
}

const PATIENCE_MS = 3_000;
const REMEMBERED_MS = 1_000;
/** No format of ours: what is signed here says nothing to anybody. */
const PROBE_TYPE = "application/vnd.parmana.readiness-probe.v1+json";

/** Asks all parts at once. The answer is kept for a second, so that asking often costs nothing. */
export function createReadiness(probes: Readonly<Record<string, Probe>>): () => Promise<Readiness> {
  let remembered: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;
  return () => {
    const at = performance.now();
    if (remembered === undefined || at - remembered.at > REMEMBERED_MS)
      remembered = { at, answer: askAll(probes) };
    return remembered.answer;
  };
}

async function askAll(probes: Readonly<Record<string, Probe>>): Promise<Readiness> {
  const checks = await Promise.all(
    Object.entries(probes).map(async ([name, probe]) => {
      try {
        await inTime(probe);
        return { name, ok: true };
      } catch (error) {
        return { name, ok: false, code: ParmanaError.isInstance(error) ? error.code : "HTTP-013" };
      }
    }),
  );
  return { ready: checks.every(({ ok }) => ok), checks };
}

async function inTime(probe: Probe): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new ServerError("HTTP-009", "The part did not answer in time."));
    }, PATIENCE_MS);
  });
  try {
    await Promise.race([probe(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lets the signer sign something that means nothing, and checks it. @throws ServerError HTTP-013 */
export function signerProbe(signer: Signer, verifier: Verifier): Probe {
  return async () => {
    const payload = new TextEncoder().encode("{}");
    const signature = await signer.sign(PROBE_TYPE, payload);
    if (await verifier.verify(PROBE_TYPE, payload, signature)) return;
    throw new ServerError("HTTP-013", "The signature of the signer does not hold.");
  };
}
