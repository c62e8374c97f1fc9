/** Hashes in a full tile and entries in a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;

/** Of hashes at this level, which counts in steps of eight levels of the tree. Width 256 is a full tile. */
export function tilePath(level: number, index: number, width: number): string {
  return `tile/${String(level)}/${indexPath(index)}${partial(width)}`;
}

export function bundlePath(index: number, width: number): string {
  return `tile/entries/${indexPath(index)}${partial(width)}`;
}

/** In groups of three digits, all but the last after an x: 1234067 is x001/x234/067. */
function indexPath(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) ?? [];
  return groups.map((group, place) => (place < groups.length - 1 ? `x${group}` : group)).join("/");
}

function partial(width: number): string {
  return width === TILE_WIDTH ? "" : `.p/${String(width)}`;
}
