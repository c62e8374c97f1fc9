/**
 * Chooses one candidate for each place so that places in conflict get different ones, by backtracking.
 * @param candidates by place
 * @param conflicts pairs of places
 * @returns the choice by place; undefined when there is none
 */
export function chooseDistinct<Candidate>(
  candidates: readonly (readonly Candidate[])[],
  conflicts: readonly (readonly [one: number, other: number])[],
): readonly Candidate[] | undefined {
  const chosen = new Map<number, Candidate>();
  // The places with the fewest candidates first: they fail soonest.
  const places = candidates
    .map((_, place) => place)
    .sort((one, other) => (candidates[one]?.length ?? 0) - (candidates[other]?.length ?? 0));
  const isFree = (place: number, candidate: Candidate): boolean =>
    conflicts.every(([one, other]) => {
      if (one !== place && other !== place) return true;
      return chosen.get(one === place ? other : one) !== candidate;
    });
  const choose = (depth: number): boolean => {
    const place = places[depth];
    if (place === undefined) return true;
    for (const candidate of candidates[place] ?? []) {
      if (!isFree(place, candidate)) continue;
      chosen.set(place, candidate);
      if (choose(depth + 1)) return true;
      chosen.delete(place);
    }
    return false;
  };
  if (!choose(0)) return undefined;
  return candidates.map((_, place) => chosen.get(place)).filter((candidate) => candidate !== undefined);
}
