import type { Check, Level } from "@parmanasystems/verifier";
import { countOf } from "../judge/headline.js";
import type { Judged } from "../judge/judge-case.js";
import { Icon, type IconName } from "./icon.js";
import type { LevelNames } from "./level-names.js";
import { remedyOf } from "./remedies.js";
import { Foreign } from "./text.js";

interface Properties {
  readonly title: string;
  readonly judged: Judged<unknown>;
  readonly names: LevelNames;
}

/** The whole report, level by level; levels in which something failed are open. */
export function CheckList({ title, judged: { report }, names }: Properties) {
  const levels: readonly Level[] = ["L1", "L2", "L3", "L4"];
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      {levels.map((level) => {
        const checks = failedFirst(report.checks.filter((check) => check.level === level));
        return (
          <details key={level} class="level-checks" open={checks.some(({ status }) => status === "fail")}>
            <summary>
              <span class="level">{level}</span> {names[level].title}
              <span class="tally">{tallyOf(checks)}</span>
            </summary>
            <p class="hint">{names[level].meaning}</p>
            <ul class="checks">
              {checks.map((check) => (
                <CheckRow key={check.id} check={check} />
              ))}
            </ul>
          </details>
        );
      })}
      <details>
        <summary>The report as JSON</summary>
        {/* Scrolls, so that it has to be reachable by keyboard. */}
        <pre tabIndex={0} role="region" aria-label={`${title}, as JSON`}>
          {JSON.stringify(report, null, 2)}
        </pre>
      </details>
    </section>
  );
}

const statuses = {
  pass: { icon: "pass", word: "holds" },
  fail: { icon: "fail", word: "failed" },
  not_checked: { icon: "unmade", word: "not checked" },
} as const satisfies Record<Check["status"], { icon: IconName; word: string }>;

function CheckRow({ check: { id, status, code, detail } }: { readonly check: Check }) {
  const { icon, word } = statuses[status];
  const remedy = remedyOf(code);
  return (
    <li class={`check is-${status}`}>
      <span class="state">
        <Icon name={icon} />
        {word}
      </span>
      <div>
        <p>
          <Foreign text={detail} />
        </p>
        {remedy !== undefined && <p class="remedy">{remedy}</p>}
        <p class="check-id">
          <span class="mono">{id}</span>
          {code !== undefined && <span class="code">{code}</span>}
        </p>
      </div>
    </li>
  );
}

function failedFirst(checks: readonly Check[]): readonly Check[] {
  const isFailed = ({ status }: Check) => status === "fail";
  return [...checks.filter(isFailed), ...checks.filter((check) => !isFailed(check))];
}

function tallyOf(checks: readonly Check[]): string {
  const count = (status: Check["status"]) => checks.filter((check) => check.status === status).length;
  const failed = count("fail");
  const unmade = count("not_checked");
  return [
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${count("pass")} of ${countOf(checks.length, "check")} hold`,
    ...(unmade > 0 ? [`${unmade} not checked`] : []),
  ].join(", ");
}
