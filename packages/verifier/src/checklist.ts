import { ParmanaError } from "@parmanasystems/canonical";
import type { CatalogueEntry } from "./catalogue-entry.js";
import { checkCatalogue } from "./check-catalogue.js";
import type { CheckId } from "./check-id.js";
import { known, unknown, type Known } from "./known.js";
import { resolutionCatalogue } from "./resolution-catalogue.js";
import type { Check } from "./verification-report.js";

/** What a check that holds hands on to later checks, and the sentence for the report. */
export interface Established<T> {
  readonly value: T;
  readonly detail: string;
}

type ListedEntry = CatalogueEntry & { readonly id: CheckId };

/** Both catalogues have the same entry for a check that both make. */
const entries = new Map<CheckId, ListedEntry>(
  [...checkCatalogue, ...resolutionCatalogue].map((entry) => [entry.id, entry]),
);

/** Collects one finding per check. A check that throws has failed; nothing a check does can end the verification. */
export class Checklist {
  /** Frozen, so that what is found of the material once can stand in every report. */
  readonly #checks: Map<CheckId, Check>;

  constructor(earlier?: Checklist) {
    this.#checks = new Map(earlier === undefined ? [] : earlier.#checks);
  }

  /** Runs a check whose result later checks need. */
  establish<Given, T>(id: CheckId, given: Known<Given>, check: (given: Given) => Established<T>): Known<T> {
    if (!given.known) {
      this.skip(id, given.because);
      return unknown(given.because);
    }
    const { level, failure } = entryOf(id);
    try {
      const { value, detail } = check(given.value);
      this.#checks.set(id, Object.freeze({ id, level, status: "pass", detail: readable(detail) }));
      return known(value);
    } catch (problem) {
      const { code, detail } = describe(problem);
      this.#checks.set(
        id,
        Object.freeze({ id, level, status: "fail", code, detail: `${failure}: ${detail}` }),
      );
      return unknown(`the check ${id} failed`);
    }
  }

  /** Runs a check that only holds or fails. `check` returns the sentence for the report. */
  confirm<Given>(id: CheckId, given: Known<Given>, check: (given: Given) => string): void {
    this.establish(id, given, (value) => ({ value: undefined, detail: check(value) }));
  }

  skip(id: CheckId, because: string): void {
    this.#checks.set(id, skipped(id, because));
  }

  /** The whole catalogue in its order. */
  list(catalogue: readonly ListedEntry[] = checkCatalogue): readonly Check[] {
    return Object.freeze(
      catalogue.map(({ id }) => this.#checks.get(id) ?? skipped(id, "verification did not reach this check")),
    );
  }
}

function entryOf(id: CheckId): ListedEntry {
  const entry = entries.get(id);
  if (entry === undefined) throw new TypeError(`No catalogue lists the check ${id}.`);
  return entry;
}

// Most of a report at a low level is as in every other one, and to look a check up is faster than to freeze another.
// Reasons can hold what was read, so only so many are kept.
const MAX_REASONS = 256;
const reasons = new Map<string, Map<CheckId, Check>>();

function skipped(id: CheckId, because: string): Check {
  const known = reasons.get(because);
  const found = known?.get(id);
  if (found !== undefined) return found;
  const check: Check = Object.freeze({
    id,
    level: entryOf(id).level,
    status: "not_checked",
    detail: `Not checked: ${because}.`,
  });
  if (known !== undefined) known.set(id, check);
  else if (reasons.size < MAX_REASONS) reasons.set(because, new Map([[id, check]]));
  return check;
}

const MAX_DETAIL_LENGTH = 400;

const unexplained = {
  code: "INV-062",
  detail: "the input made the check stop before it reached a finding.",
} as const;

/** Anything can be thrown by a trap or getter of a hostile object, a look-alike of our own errors included. */
function describe(problem: unknown): { readonly code: string; readonly detail: string } {
  try {
    if (!ParmanaError.isInstance(problem)) return unexplained;
    const { code, message } = problem;
    if (!/^[A-Z0-9-]{1,32}$/.test(code)) return unexplained;
    return { code, detail: readable(withoutCode(message)) };
  } catch {
    return unexplained;
  }
}

/** Error messages begin with `[CODE] `, which the report shows in a member of its own. */
function withoutCode(message: string): string {
  return message.replace(/^\[[A-Z0-9-]+\] /, "");
}

/** Control, format and line characters could rewrite the reader's terminal or reverse the line. */
function readable(text: string): string {
  // Most sentences are short and plain; the Unicode classes cost ten times as much.
  if (text.length <= MAX_DETAIL_LENGTH && !/[^ -~]/.test(text)) return text;
  return text.slice(0, MAX_DETAIL_LENGTH).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "\u{FFFD}");
}
