import type { GivenFile } from "../given/given-files.js";
import { headlineOf } from "../judge/headline.js";
import type { Answer } from "../judge/readiness.js";
import { needSentences } from "./needs.js";
import { shown } from "./text.js";

/** The same in one sentence, for whoever hears the page instead of seeing it. */
export function Announcement({
  answer,
  files,
}: {
  readonly answer: Answer;
  readonly files: readonly GivenFile[];
}) {
  return (
    <p class="visually-hidden" role="status">
      {files.length === 0 ? "" : announced(answer, files)}
    </p>
  );
}

function announced(answer: Answer, files: readonly GivenFile[]): string {
  const unread = files
    .filter(({ problem }) => problem !== undefined)
    .map(({ name }) => `${shown(name)} was not read.`);
  return [...unread, said(answer)].join(" ");
}

function said(answer: Answer): string {
  switch (answer.kind) {
    case "incomplete":
      return `Nothing is verified yet. ${answer.needs.map((need) => needSentences[need]).join(" ")}`;
    case "impossible":
      return `Refused. ${shown(answer.problem.sentence)}`;
    case "judged": {
      const { verdict, sentence } = headlineOf(answer.judgement);
      return `${verdict}. ${sentence}`;
    }
  }
}
