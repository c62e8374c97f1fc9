import type { Answer } from "../judge/readiness.js";
import { Icon } from "./icon.js";
import { JudgementView } from "./judgement-view.js";
import { needSentences } from "./needs.js";
import { ProblemView } from "./problem-view.js";
import { Welcome } from "./welcome.js";

/** The right-hand side: a judgement, or what stands in its way. */
export function AnswerView({ answer, hasFiles }: { readonly answer: Answer; readonly hasFiles: boolean }) {
  if (!hasFiles) return <Welcome />;
  switch (answer.kind) {
    case "incomplete":
      return (
        <div class="verdict is-waiting">
          <Icon name="unmade" />
          <div>
            <h2>Nothing is verified yet</h2>
            <ul>
              {answer.needs.map((need) => (
                <li key={need}>{needSentences[need]}</li>
              ))}
              {answer.obstacles.map((problem) => (
                <li key={problem.sentence}>
                  <ProblemView problem={problem} />
                </li>
              ))}
            </ul>
          </div>
        </div>
      );
    case "impossible":
      return (
        <div class="verdict is-refused">
          <Icon name="fail" />
          <div>
            <h2>Refused</h2>
            <ProblemView problem={answer.problem} />
          </div>
        </div>
      );
    case "judged":
      return <JudgementView judgement={answer.judgement} />;
  }
}
