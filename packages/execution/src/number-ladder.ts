/** Numbers in ascending order, with buckets of equal width that say where among them to look. */
export interface NumberLadder {
  readonly numbers: Float64Array;
  readonly first: number;
  /** Buckets per unit. */
  readonly scale: number;
  /** By bucket: how many numbers are in lesser buckets. */
  readonly lesser: Int32Array;
}

export function numberLadder(ascending: readonly number[]): NumberLadder {
  const numbers = Float64Array.from(ascending);
  const { length } = numbers;
  const first = numbers[0] ?? 0;
  const scale = length / ((numbers[length - 1] ?? 0) - first);
  const lesser = new Int32Array(length + 2).fill(length);
  let next = 0;
  for (const [index, number] of numbers.entries()) {
    const bucket = bucketOf(number, first, scale, length);
    for (; next <= bucket; next += 1) lesser[next] = index;
  }
  return { numbers, first, scale, lesser };
}

/**
 * How many of the numbers are at most the value. Evenly spaced numbers take one or two comparisons, others no more than
 * a binary search.
 */
export function countUpTo({ numbers, first, scale, lesser }: NumberLadder, value: number): number {
  const bucket = bucketOf(value, first, scale, numbers.length);
  let low = lesser[bucket] ?? 0;
  let high = lesser[bucket + 1] ?? numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] ?? value) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

// Each step may round, but a greater value never gets a lesser bucket, and that is all that counts.
function bucketOf(value: number, first: number, scale: number, count: number): number {
  const bucket = (value - first) * scale;
  return bucket > 0 ? (bucket < count ? bucket | 0 : count) : 0;
}
