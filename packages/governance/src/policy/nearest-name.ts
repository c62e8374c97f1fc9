const LONGEST_NAME = 64;

/** ` (did you mean "x"?)` for the known name that is spelled most alike, or nothing; `synonyms` come first. */
export function suggestion(
  name: string,
  known: Iterable<string>,
  synonyms: Readonly<Record<string, string>> = {},
): string {
  const nearest = nearestName(name, known, synonyms);
  return nearest === undefined ? "" : ` (did you mean "${nearest}"?)`;
}

/** Of equally near names the first; none when every name differs in more than a third of the letters. */
function nearestName(
  name: string,
  known: Iterable<string>,
  synonyms: Readonly<Record<string, string>>,
): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const folded = fold(name);
  if (Object.hasOwn(synonyms, folded)) return synonyms[folded];
  let nearest: string | undefined;
  let limit = Math.min(3, Math.floor(folded.length / 3));
  for (const candidate of known) {
    const distance = distanceWithin(folded, fold(candidate), limit);
    if (distance === undefined) continue;
    nearest = candidate;
    limit = distance - 1;
  }
  return nearest;
}

// greaterThan, Greater-Than and greater_than are one name to whoever typed it.
function fold(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, "");
}

/**
 * How many letters must be inserted, deleted, replaced or swapped with their neighbour to make one text the other
 * (optimal string alignment), or undefined when that is more than `limit`.
 */
function distanceWithin(one: string, other: string, limit: number): number | undefined {
  if (Math.abs(one.length - other.length) > limit) return undefined;
  let before: readonly number[] = [];
  let row: readonly number[] = [...new Array<unknown>(other.length + 1).keys()];
  for (let line = 1; line <= one.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[line - 1] === other[column - 1];
      const swapped = one[line - 1] === other[column - 2] && one[line - 2] === other[column - 1];
      next.push(
        Math.min(
          at(row, column) + 1,
          at(next, column - 1) + 1,
          at(row, column - 1) + (same ? 0 : 1),
          swapped ? at(before, column - 2) + 1 : Infinity,
        ),
      );
    }
    if (Math.min(...next) > limit) return undefined;
    [before, row] = [row, next];
  }
  const distance = at(row, other.length);
  return distance <= limit ? distance : undefined;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
