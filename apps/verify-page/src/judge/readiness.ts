import { shorten } from "@parmanasystems/canonical";
import { type Problem, problemOf } from "../problem.js";
import type { GivenFile } from "../given/given-files.js";
import type { RequiredLevel } from "@parmanasystems/verifier";
import { type Case, caseOf } from "./case.js";
import { conflictsOf } from "./conflicts.js";
import { asksForLog, judgeCase, type Judgement, lacksLogProof } from "./judge-case.js";
import type { LogTerms } from "./log-terms.js";
import { chosenKey, keyToPin, type RootKeyChoice } from "./root-key.js";

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
  | {
      readonly kind: "incomplete";
      readonly needs: readonly Need[];
      /** What stands in the way, though all that is needed may be there. */
      readonly obstacles: readonly Problem[];
    }
  | { readonly kind: "impossible"; readonly problem: Problem }
  | { readonly kind: "judged"; readonly judgement: Judgement };

export function answer({ files, rootKey: entered, now, level, log }: Question): Answer {
  const facts = caseOf(files);
  const { trust } = facts;
  const rootKey = chosenKey(files, entered);
  const needs: Need[] = [];
  if (facts.attestation === undefined && facts.resolution === undefined) needs.push("statement");
  if (trust === undefined) needs.push("trust-root");
  if (rootKey.kind === "none" || rootKey.kind === "unreadable") needs.push("root-key");
  if (now === undefined) needs.push("time");
  if (log === undefined) needs.push("log-terms");
  else if (asksForLog(facts, log) && lacksLogProof(facts)) needs.push("log-proof");
  const obstacles = [...idleObstacles(facts), ...conflictsOf(files, entered)];
  const isReady = needs.length === 0 && obstacles.length === 0;
  if (trust === undefined || now === undefined || log === undefined || !isReady)
    return { kind: "incomplete", needs, obstacles };
  try {
    const pinnedKey = keyToPin(rootKey, trust.first);
    if (pinnedKey === undefined) return { kind: "incomplete", needs: ["root-key"], obstacles };
    const terms = { pinnedKey, isUnsafe: rootKey.kind === "unsafe", now, level, log };
    return { kind: "judged", judgement: judgeCase(facts, trust, terms) };
  } catch (error) {
    return { kind: "impossible", problem: problemOf(error) };
  }
}

function idleObstacles({ idle }: Case): readonly Problem[] {
  return idle
    .filter(({ isObstacle }) => isObstacle)
    .map(({ file, reason }) => ({
      code: file.problem?.code,
      sentence: `${shorten(file.name)} stands in the way. ${reason}`,
    }));
}
