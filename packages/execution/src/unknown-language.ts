import { shorten } from "@parmanasystems/canonical";
import { ExecutionError } from "./errors.js";

/** Refuses a part of a policy that this evaluator does not know; nothing is ever skipped. @throws INV-055 */
export function unknownLanguage(part: string, found: unknown): never {
  const shown = typeof found === "string" ? ` ${shorten(found)}` : "";
  throw new ExecutionError(
    "INV-055",
    `The policy holds a ${part}${shown} that this evaluator does not know.`,
  );
}
