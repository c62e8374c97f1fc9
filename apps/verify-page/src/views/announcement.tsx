import type { IdleFile } from "../given/idle-files.js";
import { headlineOf } from "../judge/headline.js";
import type { Answer } from "../judge/readiness.js";
import { needSentences } from "./needs.js";
import { shown } from "./text.js";

/** So many files are named before the verdict is heard. */
const SPOKEN = 4;

interface Properties {
  readonly answer: Answer;
  readonly idle: readonly IdleFile[];
  readonly hasFiles: boolean;
}

/** The same in a few sentences, for whoever hears the page instead of seeing it. */
export function Announcement({ answer, idle, hasFiles }: Properties) {
  return (
    <p class="visually-hidden" role="status">
      {hasFiles ? announced(answer, idle) : ""}
    </p>
  );
}

function announced(answer: Answer, idle: readonly IdleFile[]): string {
  const leftOut = idle.map(({ file }) =>
    file.problem === undefined ? `${shown(file.name)} is not used.` : `${shown(file.name)} was not read.`,
  );
  const more = leftOut.length - SPOKEN;
  return [
    ...leftOut.slice(0, SPOKEN),
    ...(more > 0 ? [`${more} more files are not used either.`] : []),
    said(answer),
  ].join(" ");
}

function said(answer: Answer): string {
  switch (answer.kind) {
    case "incomplete":
      return [
        "Nothing is verified yet.",
        ...answer.needs.map((need) => needSentences[need]),
        ...answer.obstacles.map(({ sentence }) => shown(sentence)),
      ].join(" ");
    case "impossible":
      return `Refused. ${shown(answer.problem.sentence)}`;
    case "judged": {
      const { verdict, sentence } = headlineOf(answer.judgement);
      return `${verdict}. ${sentence}`;
    }
  }
}
