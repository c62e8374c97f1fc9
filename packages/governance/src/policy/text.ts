// C0 and C1 controls, line and paragraph separators, and the bidirectional controls that can make text display
// as something else than it is. The published schema uses the same class.
export const PRINTABLE_TEXT = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]+$";

const printable = new RegExp(PRINTABLE_TEXT, "u");

export function isPrintable(text: string): boolean {
  return printable.test(text);
}

/** Unicode code points in the text (what JSON Schema's maxLength counts), or -1 when it has a lone surrogate. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit <= 0xdfff) {
      const next = text.charCodeAt(index + 1);
      if (unit >= 0xdc00 || !(next >= 0xdc00 && next <= 0xdfff)) return -1;
      index += 1;
    }
    count += 1;
  }
  return count;
}
