import { useMemo, useState } from "preact/hooks";
import type { RequiredLevel } from "@parmanasystems/verifier";
import type { Place } from "./given/given-files.js";
import { findIdle } from "./given/idle-files.js";
import { useFiles } from "./given/use-files.js";
import { noLogTexts, readLogTerms } from "./judge/log-terms.js";
import { answer } from "./judge/readiness.js";
import { readTime } from "./judge/read-time.js";
import { readRootKey, type RootKeyChoice } from "./judge/root-key.js";
import { type Problem, problemOf } from "./problem.js";
import { Announcement } from "./views/announcement.js";
import { AnswerView } from "./views/answer-view.js";
import { EvidenceStep } from "./views/evidence-step.js";
import { LogStep } from "./views/log-step.js";
import { Masthead } from "./views/masthead.js";
import { TermsStep } from "./views/terms-step.js";
import { TrustStep } from "./views/trust-step.js";
import { useDrop } from "./views/use-drop.js";

/** Everything a person decides here; the answer follows from it and from nothing else. */
export function Page() {
  const { files, give, keep } = useFiles();
  const [keyText, setKeyText] = useState("");
  const [isUnsafe, setUnsafe] = useState(false);
  const [time, setTime] = useState("");
  const [level, setLevel] = useState<RequiredLevel | undefined>(undefined);
  const [logTexts, setLogTexts] = useState(noLogTexts);

  const { rootKey, problem } = useMemo(() => rootKeyOf(keyText, isUnsafe), [keyText, isUnsafe]);
  const { now, problem: timeProblem } = useMemo(() => timeOf(time), [files, rootKey, time, level, logTexts]);
  const log = useMemo(() => readLogTerms(logTexts), [logTexts]);
  const given = useMemo(
    () => answer({ files, rootKey, now, level, log: log.terms }),
    [files, rootKey, now, level, log],
  );
  const idle = useMemo(() => findIdle(files), [files]);

  const over = useDrop(give);
  const filesAt = (place: Place) => ({
    files: files.filter((file) => file.place === place),
    idle,
    isOver: over === place,
    onFiles: (added: readonly File[]) => {
      give(added, place);
    },
    onRemove: (id: number) => {
      keep((file) => file.id !== id);
    },
    onClear: () => {
      keep((file) => file.place !== place);
      setUnsafe(false);
    },
  });

  return (
    <>
      <Masthead />
      <main class="columns">
        <section class="steps" aria-label="What is verified, and by what">
          <EvidenceStep {...filesAt("presented")} />
          <TrustStep
            {...filesAt("own")}
            text={keyText}
            problem={problem}
            isUnsafe={isUnsafe}
            onText={setKeyText}
            onUnsafe={setUnsafe}
          />
          <TermsStep time={time} problem={timeProblem} level={level} onTime={setTime} onLevel={setLevel} />
          <LogStep
            texts={logTexts}
            field={log.field}
            problem={log.problem}
            onText={(field, text) => {
              setLogTexts({ ...logTexts, [field]: text });
            }}
          />
        </section>
        <section class="result" aria-label="Result">
          <AnswerView answer={given} hasFiles={files.length > 0} />
        </section>
      </main>
      <Announcement answer={given} idle={idle} hasFiles={files.length > 0} />
    </>
  );
}

/** A key that was entered counts before the choice to believe whatever key comes along. */
function rootKeyOf(
  text: string,
  isUnsafe: boolean,
): { readonly rootKey: RootKeyChoice; readonly problem: Problem | undefined } {
  try {
    const read = readRootKey(text);
    const rootKey: RootKeyChoice = read.kind === "none" && isUnsafe ? { kind: "unsafe" } : read;
    return { rootKey, problem: undefined };
  } catch (error) {
    return { rootKey: { kind: "unreadable" }, problem: problemOf(error) };
  }
}

/** Now is when something about the question changed. */
function timeOf(text: string): { readonly now: number | undefined; readonly problem: Problem | undefined } {
  try {
    return { now: readTime(text) ?? Date.now(), problem: undefined };
  } catch (error) {
    return { now: undefined, problem: problemOf(error) };
  }
}
