// C0 and C1 controls, line and paragraph separators, the bidirectional controls that can make text display as something
// else than it is, and characters that display as nothing. The published schema uses the same class. The two joiners
// (U+200C, U+200D) stay: words of several languages are misspelt without them.
export const PRINTABLE_TEXT =
  "^[^\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\u{e0000}-\\u{e007f}]+$";

const printable = new RegExp(PRINTABLE_TEXT, "u");

export function isPrintable(text: string): boolean {
  return printable.test(text);
}

/** Printable, and two that look the same up to spaces and joiners are the same. */
export function isName(text: string): boolean {
  return isPrintable(text) && text.trim() === text && !/[\u200c\u200d]/.test(text);
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
