import { type Problem, problemOf } from "../problem.js";
import type { GivenFile } from "../given/given-files.js";
import type { RequiredLevel } from "@parmanasystems/verifier";
import { caseOf } from "./case.js";
import { judgeCase, type Judgement } from "./judge-case.js";
import { keyToPin, type RootKeyChoice } from "./root-key.js";

/** Everything on the page that a person decides. */
export interface Question {
  readonly files: readonly GivenFile[];
  readonly rootKey: RootKeyChoice;
  /** Undefined when what was given is no time. */
  readonly now: number | undefined;
  readonly level: RequiredLevel | undefined;
}

export type Need = "statement" | "trust-root" | "root-key" | "time";

/** A judgement, or why there is none: that is never a verdict in favour. */
export type Answer =
  | { readonly kind: "incomplete"; readonly needs: readonly Need[] }
  | { readonly kind: "impossible"; readonly problem: Problem }
  | { readonly kind: "judged"; readonly judgement: Judgement };

export function answer({ files, rootKey, now, level }: Question): Answer {
  const facts = caseOf(files);
  const { trust } = facts;
  const needs: Need[] = [];
  if (facts.attestation === undefined && facts.resolution === undefined) needs.push("statement");
  if (trust === undefined) needs.push("trust-root");
  if (rootKey.kind === "none") needs.push("root-key");
  if (now === undefined) needs.push("time");
  if (trust === undefined || now === undefined || needs.length > 0) return { kind: "incomplete", needs };
  try {
    const pinnedKey = keyToPin(rootKey, trust.first);
    if (pinnedKey === undefined) return { kind: "incomplete", needs: ["root-key"] };
    const terms = { pinnedKey, isUnsafe: rootKey.kind === "unsafe", now, level };
    return { kind: "judged", judgement: judgeCase(facts, trust, terms) };
  } catch (error) {
    return { kind: "impossible", problem: problemOf(error) };
  }
}
