import type { RequiredLevel } from "@parmanasystems/verifier";
import type { Problem } from "../problem.js";
import { ProblemView } from "./problem-view.js";

interface Properties {
  readonly time: string;
  readonly problem: Problem | undefined;
  readonly level: RequiredLevel | undefined;
  readonly onTime: (time: string) => void;
  readonly onLevel: (level: RequiredLevel | undefined) => void;
}

const levels: ReadonlyMap<string, RequiredLevel> = new Map([
  ["L1", "L1"],
  ["L2", "L2"],
  ["L3", "L3"],
  ["L4", "L4"],
]);

/** Now, and as much as the files claim, unless somebody wants it otherwise. */
export function TermsStep({ time, problem, level, onTime, onLevel }: Properties) {
  return (
    <section class="step" aria-labelledby="terms-title">
      <h2 id="terms-title">
        <span class="number">3</span> Time and level
      </h2>
      <label for="time">Time to judge by, in UTC</label>
      <input
        id="time"
        type="text"
        spellcheck={false}
        autocomplete="off"
        placeholder="now"
        value={time}
        aria-describedby="time-hint"
        aria-invalid={problem !== undefined}
        onInput={({ currentTarget }) => {
          onTime(currentTarget.value);
        }}
      />
      <div id="time-hint">
        {problem === undefined ? <p class="hint">{hintOf(time)}</p> : <ProblemView problem={problem} />}
      </div>
      <label for="level">What must hold</label>
      <select
        id="level"
        value={level ?? ""}
        onChange={({ currentTarget }) => {
          onLevel(levels.get(currentTarget.value));
        }}
      >
        <option value="">As much as the files claim</option>
        <option value="L1">L1: signed by a trusted runtime</option>
        <option value="L2">L2: and under this policy and release</option>
        <option value="L3">L3: and in the audit log</option>
        <option value="L4">L4: and decided again, with the same outcome</option>
      </select>
    </section>
  );
}

function hintOf(time: string): string {
  return time.trim() === ""
    ? "Empty: now, by the clock of this machine. Or a time such as 2026-11-21 10:40."
    : "Not now: what has expired since then is taken as in force.";
}
