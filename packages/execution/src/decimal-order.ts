/**
 * Orders two decimals in their one spelling ("-12.50": no leading zeros, no "-0"), exactly and without arithmetic:
 * by sign, then by length of the whole part, then by digits. Scales may differ.
 * @returns negative, zero or positive
 */
export function compareDecimals(left: string, right: string): number {
  const leftNegative = left.startsWith("-");
  const rightNegative = right.startsWith("-");
  if (leftNegative !== rightNegative) return leftNegative ? -1 : 1;
  return leftNegative ? compareDigits(right, left, 1) : compareDigits(left, right, 0);
}

function compareDigits(left: string, right: string, start: number): number {
  const leftPoint = pointOf(left);
  const rightPoint = pointOf(right);
  if (leftPoint !== rightPoint) return leftPoint - rightPoint;
  // Digits sort like their code units. A missing fraction digit counts as zero.
  const length = Math.max(left.length, right.length);
  for (let index = start; index < length; index += 1) {
    const difference = digitAt(left, index) - digitAt(right, index);
    if (difference !== 0) return difference;
  }
  return 0;
}

function pointOf(text: string): number {
  const point = text.indexOf(".");
  return point === -1 ? text.length : point;
}

function digitAt(text: string, index: number): number {
  // "." stands at the same index in both, or one text ends there; both read as zero.
  const code = text.charCodeAt(index);
  return code >= 0x30 && code <= 0x39 ? code - 0x30 : 0;
}
