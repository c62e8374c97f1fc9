import { ParmanaError } from "@parmanasystems/canonical";
import type { DecisionOutcome } from "@parmanasystems/execution";

/** The steps of an execution, in their order. The one that refuses is the last. */
export const executionSteps = [
  "validate_request",
  "load_bundle",
  "validate_signals",
  "evaluate",
  "fingerprint",
  "reserve",
  "issue_token",
  "execute_decision",
  "append_and_confirm",
] as const;
export type ExecutionStep = (typeof executionSteps)[number];

/** What is known of an execution when a step ends: names of a verified policy, never what a request says. */
export interface StepFacts {
  readonly policyId?: string;
  readonly policyVersion?: string;
  readonly ruleId?: string;
  readonly decision?: DecisionOutcome;
}

/** A step that has ended. Neither signals nor secrets nor texts of errors are in it. */
export interface StepReport extends StepFacts {
  readonly step: ExecutionStep;
  /** By `performance.now()`; a step begins when the one before it ends. */
  readonly beganMs: number;
  readonly endedMs: number;
  /** Code of the error that ended the execution in this step; null when it went on. */
  readonly code: string | null;
}

/** Hears of every step when it has ended. What it returns is not waited for, and what it throws changes no outcome. */
export interface ExecutionObserver {
  step(report: StepReport): unknown;
}

/** Without an observer nothing is timed. */
export async function observed<Result>(
  observer: ExecutionObserver | undefined,
  work: (watch: StepWatch | undefined) => Promise<Result>,
): Promise<Result> {
  if (observer === undefined) return work(undefined);
  const watch = new StepWatch(observer);
  try {
    const result = await work(watch);
    watch.end();
    return result;
  } catch (error) {
    watch.refuse(error);
    throw error;
  }
}

/** Times the steps of one execution for its observer. */
export class StepWatch {
  readonly #observer: ExecutionObserver;
  #step: ExecutionStep = executionSteps[0];
  #beganMs = performance.now();
  #facts: StepFacts = {};

  constructor(observer: ExecutionObserver) {
    this.#observer = observer;
  }

  /** The step at work is done, and left these facts. */
  enter(next: ExecutionStep, facts?: StepFacts): void {
    if (facts !== undefined) this.#facts = { ...this.#facts, ...facts };
    this.#beganMs = this.#report(null);
    this.#step = next;
  }

  end(): void {
    this.#report(null);
  }

  refuse(error: unknown): void {
    this.#report(ParmanaError.isInstance(error) ? error.code : "UNEXPECTED");
  }

  #report(code: string | null): number {
    const endedMs = performance.now();
    tell(this.#observer, { step: this.#step, beganMs: this.#beganMs, endedMs, code, ...this.#facts });
    return endedMs;
  }
}

let warned = false;

function tell(observer: ExecutionObserver, report: StepReport): void {
  try {
    const answer = observer.step(report);
    // A rejection that nobody takes would end the process.
    if (answer instanceof Promise) answer.catch(warnOnce);
  } catch (error) {
    warnOnce(error);
  }
}

function warnOnce(error: unknown): void {
  if (warned) return;
  warned = true;
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : "no error";
  process.emitWarning(`An observer of executions failed, and no execution with it (${reason}).`, {
    code: "PARMANA_OBSERVER_FAILED",
  });
}
