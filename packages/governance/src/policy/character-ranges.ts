/** Code points from low to high, both included. */
export type CharacterRange = readonly [low: number, high: number];

const LAST_CODE_POINT = 0x10ffff;

const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;

/** The same characters as ascending ranges that neither overlap nor touch, without surrogates: no text holds one. */
export function normalizeRanges(ranges: readonly CharacterRange[]): readonly CharacterRange[] {
  const sorted = ranges.flatMap(withoutSurrogates).sort(([one], [other]) => one - other);
  const merged: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

/** Every character that is in none of the ranges. */
export function complementOf(ranges: readonly CharacterRange[]): readonly CharacterRange[] {
  const gaps: CharacterRange[] = [];
  let next = 0;
  for (const [low, high] of normalizeRanges(ranges)) {
    if (low > next) gaps.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= LAST_CODE_POINT) gaps.push([next, LAST_CODE_POINT]);
  return normalizeRanges(gaps);
}

function withoutSurrogates([low, high]: CharacterRange): readonly CharacterRange[] {
  const below: CharacterRange = [low, Math.min(high, FIRST_SURROGATE - 1)];
  const above: CharacterRange = [Math.max(low, LAST_SURROGATE + 1), high];
  return [below, above].filter(([first, last]) => first <= last);
}
