type Ranges = readonly (readonly [low: number, high: number])[];

const lastCodePoint = 0x10ffff;
const firstSurrogate = 0xd800;
const lastSurrogate = 0xdfff;

/** Where to look for a character that people can read, best first. */
const readable: Ranges = [
  [0x61, 0x7a],
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x21, 0x7e],
  [0xc0, 0x24f],
  [0x370, 0x3ff],
  [0x4e00, 0x9fff],
  [0x20, 0x20],
];

/** The sets without repetitions. */
export function distinctSets(sets: Iterable<Ranges>): readonly Ranges[] {
  return [...new Map([...sets].map((ranges) => [JSON.stringify(ranges), ranges])).values()];
}

/**
 * One character for each class of characters that none of the sets tells apart, the most readable of its class, most
 * readable first. Surrogates are no characters.
 */
export function representatives(sets: Iterable<Ranges>): readonly number[] {
  const distinct = [...new Map([...sets].map((ranges) => [JSON.stringify(ranges), ranges])).values()];
  const starts = new Set([0, firstSurrogate, lastSurrogate + 1]);
  // Every readable stretch begins a piece of its own, so that a class can be searched for its most readable member.
  for (const ranges of [...distinct, readable]) {
    for (const [low, high] of ranges) {
      starts.add(low);
      starts.add(high + 1);
    }
  }
  const best = new Map<string, number>();
  for (const start of [...starts].sort((one, other) => one - other)) {
    if (start > lastCodePoint || (start >= firstSurrogate && start <= lastSurrogate)) continue;
    const members = distinct.map((ranges) => (includes(ranges, start) ? "1" : "0")).join("");
    const known = best.get(members);
    if (known === undefined || rank(start) < rank(known)) best.set(members, start);
  }
  return [...best.values()].sort((one, other) => rank(one) - rank(other) || one - other);
}

function rank(codePoint: number): number {
  const place = readable.findIndex(([low, high]) => low <= codePoint && codePoint <= high);
  return place === -1 ? readable.length : place;
}

function includes(ranges: Ranges, codePoint: number): boolean {
  return ranges.some(([low, high]) => low <= codePoint && codePoint <= high);
}
