import { type ExitCode, exitCodes } from "../exit-codes.js";
import { columns } from "../output.js";
import { nameOfInput } from "../parse-file.js";
import { countOf } from "../policy-terms.js";
import type { FindingRow } from "./finding-row.js";

/** So many lines are read; of more files only those that are not verified are shown. */
const SHOWN_FILES = 200;

/** Counts the files and keeps as many as are shown, however many there are. */
export class FilesReport {
  readonly #failures: FindingRow[] = [];
  readonly #verified: FindingRow[] = [];
  readonly #levels = new Map<string, number>();
  readonly #firstUses = new Set<string>();
  readonly #judgedBy = new Set<string>();
  #counts = { files: 0, refused: 0, malformed: 0, logChecked: 0 };
  #exitCode: ExitCode = exitCodes.done;

  get exitCode(): ExitCode {
    return this.#exitCode;
  }

  get files(): number {
    return this.#counts.files;
  }

  /** The ids of root keys that files brought along, and that are believed. */
  get firstUses(): readonly string[] {
    return [...this.#firstUses];
  }

  add(row: FindingRow): void {
    const { exitCode, level = "none", isLogChecked, trustOnFirstUse, judgedBy } = row;
    this.#counts.files += 1;
    if (exitCode > this.#exitCode) this.#exitCode = exitCode;
    if (exitCode === exitCodes.done) {
      this.#levels.set(level, (this.#levels.get(level) ?? 0) + 1);
      if (isLogChecked) this.#counts.logChecked += 1;
    } else this.#counts[exitCode === exitCodes.refused ? "refused" : "malformed"] += 1;
    if (trustOnFirstUse !== undefined && this.#firstUses.size < SHOWN_FILES)
      this.#firstUses.add(trustOnFirstUse);
    if (judgedBy !== undefined && this.#judgedBy.size < SHOWN_FILES) this.#judgedBy.add(judgedBy);
    const rows = exitCode === exitCodes.done ? this.#verified : this.#failures;
    if (rows.length < SHOWN_FILES) rows.push(row);
  }

  /** How many of which kind; then the files, the failed ones first with their checks; then what all were judged by. */
  describe(): readonly string[] {
    const { files, refused, malformed } = this.#counts;
    const failed = refused + malformed;
    const isLong = files > SHOWN_FILES;
    const hidden = failed - this.#failures.length;
    const verdict = failed === 0 ? "VERIFIED" : "REFUSED";
    return [
      `${verdict}: ${this.#summary()}`,
      ...this.#failures.flatMap((row) => [...describeRow(row), ...row.problems.map((line) => `    ${line}`)]),
      ...(hidden > 0 ? [`  … and ${String(hidden)} more that are not verified; --json has them all`] : []),
      ...(isLong ? [] : columns(this.#verified.map(cellsOf))),
      ...this.#judgedBy,
    ];
  }

  #summary(): string {
    const { files, refused, malformed, logChecked } = this.#counts;
    const verified = files - refused - malformed;
    const levels = [...this.#levels].sort().map(([level, count]) => `${level}: ${String(count)}`);
    const kinds = [
      ...(refused > 0 ? [`${String(refused)} refused`] : []),
      ...(malformed > 0 ? [`${String(malformed)} malformed`] : []),
      `${String(verified)} verified`,
    ];
    const detail = verified === 0 ? "" : ` (${levels.join(", ")}; the log checked for ${String(logChecked)})`;
    return `${countOf(files, "file")}, ${kinds.join(", ")}${detail}`;
  }
}

function describeRow(row: FindingRow): readonly string[] {
  return columns([cellsOf(row)]);
}

function cellsOf({ file, exitCode, level = "malformed", text }: FindingRow): readonly string[] {
  const mark = exitCode === exitCodes.done ? `✓ ${level}` : `✗ ${level === "malformed" ? level : "refused"}`;
  return [mark, nameOfInput(file), text];
}
