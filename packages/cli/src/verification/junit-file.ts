import { closeSync, writeSync } from "node:fs";
import { escapeXml } from "@parmanasystems/policy-analysis";
import { ParmanaError } from "@parmanasystems/canonical";
import { CliError, reasonOf } from "../errors.js";
import { exitCodes } from "../exit-codes.js";
import { nameOfInput } from "../parse-file.js";
import { reportError } from "../report-error.js";
import { unjudgedFile } from "./file-finding.js";
import { type FindingRow, rowOf } from "./finding-row.js";
import { openReport, UNFINISHED } from "./report-place.js";

/** Written at once, so that not every file costs a system call. */
const BUFFER_CHARACTERS = 65_536;
/** The head counts what follows, so its place is kept free until all is counted. */
const HEAD_CHARACTERS = 320;

export interface JunitOptions {
  /** Undefined where no report is wanted. */
  readonly path: string | undefined;
  /** What is read, and so not overwritten. */
  readonly inputs: readonly string[];
  /** What an error is an error of that ends it all: the one file, or the run. */
  readonly subject: string;
}

/** Hands out where to report what was found. What fails has an error in its report, which is else not complete. @throws CliError CLI-001, CLI-004; what `work` throws */
export async function withJunit<Result>(
  { path, inputs, subject }: JunitOptions,
  work: (add: (row: FindingRow) => void) => Promise<Result>,
): Promise<Result> {
  if (path === undefined) return work(() => undefined);
  const report = new JunitFile(path, inputs);
  try {
    const result = await work((row) => {
      report.add(row);
    });
    report.close();
    return result;
  } catch (error) {
    report.abort(subject, error);
    throw error;
  }
}

/**
 * A report that build servers show: one test case for each file, written as they come, however many. It holds no time
 * and no machine's name, so that equal runs give equal bytes.
 */
class JunitFile {
  readonly #path: string;
  readonly #file: number;
  readonly #counts = { tests: 0, failures: 0, errors: 0 };
  #pending = UNFINISHED.padEnd(HEAD_CHARACTERS);

  /** @throws CliError CLI-001, CLI-004 */
  constructor(path: string, inputs: readonly string[]) {
    this.#path = path;
    this.#file = this.#attempt(() => openReport(path, inputs));
  }

  add(row: FindingRow): void {
    const { exitCode } = row;
    this.#counts.tests += 1;
    if (exitCode === exitCodes.refused) this.#counts.failures += 1;
    else if (exitCode !== exitCodes.done) this.#counts.errors += 1;
    this.#pending += spellTestCase(row);
    if (this.#pending.length > BUFFER_CHARACTERS) this.#flush();
  }

  close(): void {
    this.#pending += "  </testsuite>\n</testsuites>\n";
    this.#flush();
    this.#attempt(() => {
      writeSync(this.#file, spellHead(this.#counts), 0);
      closeSync(this.#file);
    });
  }

  /** Never throws: a report that cannot be written stays unfinished, and why all ended is to be said. */
  abort(subject: string, error: unknown): void {
    try {
      this.add(rowOfError(subject, error));
      this.close();
    } catch (problem) {
      if (!(problem instanceof CliError)) throw problem;
    }
  }

  #flush(): void {
    this.#attempt(() => {
      const bytes = Buffer.from(this.#pending);
      for (let at = 0; at < bytes.length;) at += writeSync(this.#file, bytes, at);
    });
    this.#pending = "";
  }

  #attempt<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof CliError) throw cause;
      throw new CliError("CLI-004", `The report ${this.#path} cannot be written: ${reasonOf(cause)}.`, {
        cause,
      });
    }
  }
}

function rowOfError(file: string, error: unknown): FindingRow {
  if (ParmanaError.isInstance(error)) return rowOf(unjudgedFile(file, error));
  const { code, message } = reportError(error).json;
  return rowOf({ file, exitCode: exitCodes.malformed, error: { code, detail: message } });
}

interface Counts {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
}

/** Always as long: white space between elements means nothing. */
function spellHead({ tests, failures, errors }: Counts): string {
  const counts = `tests="${String(tests)}" failures="${String(failures)}" errors="${String(errors)}"`;
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="parmana verify" ${counts}>`,
    `  <testsuite name="parmana verify" ${counts} skipped="0">`,
  ].join("\n");
  return `${text.padEnd(HEAD_CHARACTERS - 1)}\n`;
}

function spellTestCase({ file, exitCode, text, problems, code = "level" }: FindingRow): string {
  const head = `    <testcase classname="parmana verify" name="${escapeXml(nameOfInput(file))}"`;
  if (exitCode === exitCodes.done) return `${head}/>\n`;
  const kind = exitCode === exitCodes.refused ? "failure" : "error";
  const body = escapeXml(problems.join("\n")).replaceAll("&#10;", "\n");
  return `${head}>\n      <${kind} type="${escapeXml(code)}" message="${escapeXml(text)}">${body}</${kind}>\n    </testcase>\n`;
}
