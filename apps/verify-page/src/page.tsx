import { useMemo, useState } from "preact/hooks";
import type { RequiredLevel } from "@parmanasystems/verifier";
import { findRootKey } from "./given/find-files.js";
import { addFiles, type GivenFile, giveFile } from "./given/given-files.js";
import { noLogTexts, readLogTerms } from "./judge/log-terms.js";
import { answer } from "./judge/readiness.js";
import { readTime } from "./judge/read-time.js";
import { readRootKey, type RootKeyChoice } from "./judge/root-key.js";
import { type Problem, problemOf } from "./problem.js";
import { Announcement } from "./views/announcement.js";
import { AnswerView } from "./views/answer-view.js";
import { DropZone } from "./views/drop-zone.js";
import { FileList } from "./views/file-list.js";
import { LogStep } from "./views/log-step.js";
import { Masthead } from "./views/masthead.js";
import { RootKeyStep } from "./views/root-key-step.js";
import { TermsStep } from "./views/terms-step.js";

/** Everything a person decides here; the answer follows from it and from nothing else. */
export function Page() {
  const [files, setFiles] = useState<readonly GivenFile[]>([]);
  const [keyText, setKeyText] = useState("");
  const [isUnsafe, setUnsafe] = useState(false);
  const [time, setTime] = useState("");
  const [level, setLevel] = useState<RequiredLevel | undefined>(undefined);
  const [logTexts, setLogTexts] = useState(noLogTexts);

  const { rootKey, problem } = useMemo(() => rootKeyOf(files, keyText, isUnsafe), [files, keyText, isUnsafe]);
  const { now, problem: timeProblem } = useMemo(() => timeOf(time), [files, rootKey, time, level, logTexts]);
  const log = useMemo(() => readLogTerms(logTexts), [logTexts]);
  const given = useMemo(
    () => answer({ files, rootKey, now, level, log: log.terms }),
    [files, rootKey, now, level, log],
  );

  const give = (added: readonly File[]): void => {
    void Promise.all(added.map(giveFile)).then((read) => {
      setFiles((present) => addFiles(present, read));
    });
  };
  const clear = (): void => {
    setFiles([]);
    setUnsafe(false);
  };

  return (
    <>
      <Masthead />
      <main class="columns">
        <section class="steps" aria-label="What is verified, and by what">
          <DropZone hasFiles={files.length > 0} onFiles={give} />
          <FileList
            files={files}
            onRemove={(id) => {
              setFiles(files.filter((file) => file.id !== id));
            }}
            onClear={clear}
          />
          <RootKeyStep
            fromFile={findRootKey(files)}
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
      <Announcement answer={given} files={files} />
    </>
  );
}

/** A key that was given counts before the choice to believe whatever key comes along. */
function rootKeyOf(
  files: readonly GivenFile[],
  text: string,
  isUnsafe: boolean,
): { readonly rootKey: RootKeyChoice; readonly problem: Problem | undefined } {
  const key = findRootKey(files);
  if (key !== undefined) return { rootKey: { kind: "key", key }, problem: undefined };
  try {
    const read = readRootKey(text);
    const rootKey: RootKeyChoice = read.kind === "none" && isUnsafe ? { kind: "unsafe" } : read;
    return { rootKey, problem: undefined };
  } catch (error) {
    return { rootKey: { kind: "none" }, problem: problemOf(error) };
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
