/** The complete subtree over the leaves from `position * 2^level` on, `2^level` of them. */
export interface Subtree {
  readonly level: number;
  readonly position: number;
}

/** Leaves from `begin` to before `end`: whatever proofs are made of. */
export interface LeafRange {
  readonly begin: number;
  readonly end: number;
}

/** The complete subtrees that make up the leaves, largest first, as RFC 6962 section 2.1 splits them. `begin` must suit the largest. */
export function subtreesOf({ begin, end }: LeafRange): readonly Subtree[] {
  const subtrees: Subtree[] = [];
  for (let from = begin; from < end;) {
    const level = Math.floor(Math.log2(end - from));
    subtrees.push({ level, position: from / 2 ** level });
    from += 2 ** level;
  }
  return subtrees;
}

/** The ranges whose hashes are the audit path of the leaf, from the bottom up (RFC 6962 section 2.1.1). */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  const ranges: LeafRange[] = [];
  let begin = 0;
  let end = size;
  while (end - begin > 1) {
    const middle = begin + largestBelow(end - begin);
    const left = index < middle;
    ranges.push(left ? { begin: middle, end } : { begin, end: middle });
    if (left) end = middle;
    else begin = middle;
  }
  return ranges.reverse();
}

/** The ranges whose hashes prove that the tree of `newSize` begins with that of `oldSize` (RFC 6962 section 2.1.2). */
export function consistencyRanges(oldSize: number, newSize: number): readonly LeafRange[] {
  const ranges: LeafRange[] = [];
  let begin = 0;
  let end = newSize;
  while (oldSize < end) {
    const middle = begin + largestBelow(end - begin);
    const left = oldSize <= middle;
    ranges.push(left ? { begin: middle, end } : { begin, end: middle });
    if (left) end = middle;
    else begin = middle;
  }
  // Whoever knows the old root knows the hash of a part that begins where the tree does.
  if (begin > 0) ranges.push({ begin, end });
  return ranges.reverse();
}

/** The largest power of two below the count. */
function largestBelow(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1));
}
