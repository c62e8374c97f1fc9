import { CliError } from "./errors.js";

/**
 * Splits a command into words as it is typed for an option or a setting: at white space, with '…' and "…" around what belongs
 * together. Nothing is expanded and nothing is escaped: a backslash is a backslash.
 * @throws CliError CLI-001
 */
export function splitCommand(text: string, name = "--signer-command"): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (const letter of text) {
    if (quote === undefined && (letter === "'" || letter === '"')) {
      quote = letter;
      // "" is a word, too.
      word ??= "";
    } else if (letter === quote) quote = undefined;
    else if (quote === undefined && /\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + letter;
  }
  if (quote !== undefined) {
    throw new CliError("CLI-001", `${name} has no second ${quote} to end what the first one began.`);
  }
  if (word !== undefined) words.push(word);
  if (words.length === 0) throw new CliError("CLI-001", `${name} names no program.`);
  return words;
}
