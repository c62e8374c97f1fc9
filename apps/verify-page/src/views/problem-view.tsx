import type { Problem } from "../problem.js";
import { remedyOf } from "./remedies.js";
import { Foreign } from "./text.js";

/** What is wrong, its code, and what to do about it. */
export function ProblemView({ problem: { code, sentence } }: { readonly problem: Problem }) {
  const remedy = remedyOf(code);
  return (
    <p class="problem">
      {code !== undefined && <span class="code">{code}</span>} <Foreign text={sentence} />
      {remedy !== undefined && <span class="remedy">{remedy}</span>}
    </p>
  );
}
