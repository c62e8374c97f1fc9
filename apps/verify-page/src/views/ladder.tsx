import type { VerificationReport } from "@parmanasystems/verifier";
import { type RungState, rungsOf } from "../judge/rungs.js";
import { Icon, type IconName } from "./icon.js";
import type { LevelNames } from "./level-names.js";

const states = {
  holds: { icon: "pass", word: "holds" },
  failed: { icon: "fail", word: "failed" },
  not_checked: { icon: "unmade", word: "not checked" },
  not_reached: { icon: "unmade", word: "not reached" },
} as const satisfies Record<RungState, { icon: IconName; word: string }>;

interface Properties {
  readonly label: string;
  readonly report: VerificationReport;
  readonly names: LevelNames;
}

/** The four levels side by side; the one reached is the report's own. */
export function Ladder({ label, report, names }: Properties) {
  return (
    <ol class="ladder" aria-label={label}>
      {rungsOf(report).map(({ level, state }) => {
        const isReached = level === report.level;
        return (
          <li key={level} class={`rung is-${state}${isReached ? " is-reached" : ""}`}>
            <span class="level">{level}</span>
            <strong>{names[level].title}</strong>
            <span class="state">
              <Icon name={states[state].icon} />
              {states[state].word}
            </span>
            {isReached && <span class="reached">level reached</span>}
          </li>
        );
      })}
    </ol>
  );
}
