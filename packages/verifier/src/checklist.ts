import { ParmanaError } from "@parmanasystems/canonical";
import { checkCatalogue, type CatalogueEntry, type CheckId } from "./check-catalogue.js";
import { known, unknown, type Known } from "./known.js";
import type { Check } from "./verification-report.js";

type Finding =
  | { readonly status: "pass" | "not_checked"; readonly detail: string }
  | { readonly status: "fail"; readonly code: string; readonly detail: string };

/** What a check that holds hands on to later checks, and the sentence for the report. */
export interface Established<T> {
  readonly value: T;
  readonly detail: string;
}

/** Collects one finding per check. A check that throws has failed; nothing a check does can end the verification. */
export class Checklist {
  readonly #findings: Map<CheckId, Finding>;

  constructor(earlier?: Checklist) {
    this.#findings = new Map(earlier === undefined ? [] : earlier.#findings);
  }

  /** Runs a check whose result later checks need. */
  establish<Given, T>(id: CheckId, given: Known<Given>, check: (given: Given) => Established<T>): Known<T> {
    if (!given.known) {
      this.skip(id, given.because);
      return unknown(given.because);
    }
    try {
      const { value, detail } = check(given.value);
      this.#findings.set(id, { status: "pass", detail: readable(detail) });
      return known(value);
    } catch (problem) {
      this.#findings.set(id, { status: "fail", ...describe(problem) });
      return unknown(`the check ${id} failed`);
    }
  }

  /** Runs a check that only holds or fails. `check` returns the sentence for the report. */
  confirm<Given>(id: CheckId, given: Known<Given>, check: (given: Given) => string): void {
    this.establish(id, given, (value) => ({ value: undefined, detail: check(value) }));
  }

  skip(id: CheckId, because: string): void {
    this.#findings.set(id, { status: "not_checked", detail: `Not checked: ${because}.` });
  }

  /** The whole catalogue in its order. */
  list(): readonly Check[] {
    return Object.freeze(checkCatalogue.map((entry) => Object.freeze(this.#checkOf(entry))));
  }

  #checkOf(entry: CatalogueEntry & { readonly id: CheckId }): Check {
    const finding = this.#findings.get(entry.id);
    const { id, level } = entry;
    if (finding === undefined)
      return {
        id,
        level,
        status: "not_checked",
        detail: "Not checked: verification did not reach this check.",
      };
    if (finding.status !== "fail") return { id, level, status: finding.status, detail: finding.detail };
    return { id, level, status: "fail", code: finding.code, detail: `${entry.failure}: ${finding.detail}` };
  }
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
