import type { Pattern, StringFormat } from "@parmanasystems/governance";
import { anyText, choice, literally, oneOf, repeat, sequence } from "./patterns.js";
import type { Lengths } from "./word-search.js";

/** A format as regular expressions: the texts that all of `accepted` and none of `refused` describe. */
export interface FormatLanguage extends Lengths {
  readonly accepted: readonly Pattern[];
  readonly refused: readonly Pattern[];
}

const dot = literally(".");
const at = literally("@");
const digit = oneOf("0-9");
const digits = repeat(digit, 1, null);
const letterOrDigit = oneOf("a-z0-9");

const label = sequence(letterOrDigit, repeat(sequence(repeat(oneOf("a-z0-9-"), 0, 61), letterOrDigit), 0, 1));
const hostname = sequence(label, repeat(sequence(dot, label), 0, null));
const atom = repeat(oneOf("A-Za-z0-9!#$%&'*+/=?^_`{|}~-"), 1, null);
const byte = choice(
  sequence(literally("25"), oneOf("0-5")),
  sequence(literally("2"), oneOf("0-4"), digit),
  sequence(literally("1"), digit, digit),
  sequence(oneOf("1-9"), digit),
  digit,
);
const hexadecimal = (count: number): Pattern => repeat(oneOf("0-9a-f"), count, count);
const group = (count: number): Pattern => sequence(literally("-"), hexadecimal(count));

/** The formats of governance, whose checks decide; a test holds the two against each other. */
export const formatLanguages: Readonly<Record<StringFormat, FormatLanguage>> = {
  email: {
    minLength: 3,
    maxLength: 254,
    accepted: [
      sequence(atom, repeat(sequence(dot, atom), 0, null), at, hostname),
      sequence(repeat(oneOf("!-?A-~"), 1, 64), at, anyText),
    ],
    refused: [sequence(anyText, choice(at, dot), digits)],
  },
  hostname: {
    minLength: 1,
    maxLength: 253,
    accepted: [hostname],
    refused: [sequence(repeat(sequence(anyText, dot), 0, 1), digits)],
  },
  ipv4: {
    minLength: 7,
    maxLength: 15,
    accepted: [sequence(byte, repeat(sequence(dot, byte), 3, 3))],
    refused: [],
  },
  uuid: {
    minLength: 36,
    maxLength: 36,
    accepted: [sequence(hexadecimal(8), group(4), group(4), group(4), group(12))],
    refused: [],
  },
};
