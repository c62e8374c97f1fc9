/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {number} milliseconds for one operation */
export function perSecond(milliseconds) {
  return `${Math.round(1_000 / milliseconds).toLocaleString("en")}/s`.padStart(12);
}

/** @param {number[]} milliseconds of each round, for one operation */
export function spread(milliseconds) {
  const low = Math.min(...milliseconds) * 1_000;
  const high = Math.max(...milliseconds) * 1_000;
  return `${(median(milliseconds) * 1_000).toFixed(1)} µs (${low.toFixed(1)} to ${high.toFixed(1)})`;
}
