/** mulberry32: the same seed gives the same choices everywhere. @param {number} seed */
export function randomOf(seed) {
  let state = seed >>> 0;
  /** @returns a number in [0, 1) */
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  /** Both ends included. */
  const integer = (low, high) => low + Math.floor(next() * (high - low + 1));
  const pick = (values) => values[integer(0, values.length - 1)];
  const some = (values, most) => {
    const left = [...values];
    const wanted = integer(1, Math.min(most, left.length));
    return Array.from({ length: wanted }, () => left.splice(integer(0, left.length - 1), 1)[0]);
  };
  return { chance: (share) => next() < share, integer, pick, some };
}
