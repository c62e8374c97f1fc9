import { type Problem, problemOf } from "../problem.js";
import type { GivenFile } from "../given/given-files.js";
import type { RequiredLevel } from "@parmanasystems/verifier";
import { caseOf } from "./case.js";
import { asksForLog, judgeCase, type Judgement, lacksLogProof } from "./judge-case.js";
import type { LogTerms } from "./log-terms.js";
import { keyToPin, type RootKeyChoice } from "./root-key.js";

/** Everything on the page that a person decides. */
export interface Question {
  readonly files: readonly GivenFile[];
  readonly rootKey: RootKeyChoice;
  /** Undefined when what was given is no time. */
  readonly now: number | undefined;
  readonly level: RequiredLevel | undefined;
  /** Undefined when one of the texts cannot be read. */
  readonly log: LogTerms | undefined;
}

export type Need = "statement" | "trust-root" | "root-key" | "time" | "log-terms" | "log-proof";

/** A judgement, or why there is none: that is never a verdict in favour. */
export type Answer =
  | { readonly kind: "incomplete"; readonly needs: readonly Need[] }
  | { readonly kind: "impossible"; readonly problem: Problem }
  | { readonly kind: "judged"; readonly judgement: Judgement };

export function answer({ files, rootKey, now, level, log }: Question): Answer {
  const facts = caseOf(files);
  const { trust } = facts;
  const needs: Need[] = [];
  if (facts.attestation === undefined && facts.resolution === undefined) needs.push("statement");
  if (trust === undefined) needs.push("trust-root");
  if (rootKey.kind === "none") needs.push("root-key");
  if (now === undefined) needs.push("time");
  if (log === undefined) needs.push("log-terms");
  else if (asksForLog(facts, log) && lacksLogProof(facts)) needs.push("log-proof");
  if (trust === undefined || now === undefined || log === undefined || needs.length > 0)
    return { kind: "incomplete", needs };
  try {
    const pinnedKey = keyToPin(rootKey, trust.first);
    if (pinnedKey === undefined) return { kind: "incomplete", needs: ["root-key"] };
    const terms = { pinnedKey, isUnsafe: rootKey.kind === "unsafe", now, level, log };
    return { kind: "judged", judgement: judgeCase(facts, trust, terms) };
  } catch (error) {
    return { kind: "impossible", problem: problemOf(error) };
  }
}
