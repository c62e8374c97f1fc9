import type { LogField, LogTexts } from "../judge/log-terms.js";
import type { Problem } from "../problem.js";
import { ProblemView } from "./problem-view.js";

interface Properties {
  readonly texts: LogTexts;
  readonly field: LogField | undefined;
  readonly problem: Problem | undefined;
  readonly onText: (field: LogField, text: string) => void;
}

const fields: readonly (readonly [LogField, label: string, hint: string, rows?: number])[] = [
  ["origin", "Name of the log", "Empty: any log that the trust root names."],
  ["since", "Remembered since, in UTC", "When you kept the checkpoint: what it covers is older than that."],
  ["witnesses", "Witnesses that must have cosigned", "One a line: name+keyid+base64=operator.", 3],
  ["threshold", "How many operators", "Empty: all of them."],
  ["runtimeKeys", "Runtime keys", "PEM. They count only where the trust root names none.", 3],
];

/** What only the person knows. Whoever gave the files must not say it. */
export function LogStep({ texts, field, problem, onText }: Properties) {
  return (
    <section class="step" aria-labelledby="log-title">
      <h2 id="log-title">
        <span class="number">4</span> What you know of the log
      </h2>
      <p class="hint">
        Nothing, or what reached you some other way than the evidence. A <code>checkpoint</code> that you kept
        goes into step 2: since then the log must only have grown, which its consistency proof shows.
      </p>
      <details>
        <summary>Log, witnesses and runtime keys</summary>
        {fields.map(([name, label, hint, rows]) => {
          const given = {
            id: name,
            spellcheck: false,
            autocomplete: "off",
            value: texts[name],
            "aria-describedby": `${name}-hint`,
            "aria-invalid": field === name,
            onInput: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) => {
              onText(name, currentTarget.value);
            },
          };
          return (
            <div key={name} class="field">
              <label for={name}>{label}</label>
              {rows === undefined ? <input type="text" {...given} /> : <textarea rows={rows} {...given} />}
              <div id={`${name}-hint`}>
                {field === name && problem !== undefined ? (
                  <ProblemView problem={problem} />
                ) : (
                  <p class="hint">{hint}</p>
                )}
              </div>
            </div>
          );
        })}
      </details>
    </section>
  );
}
