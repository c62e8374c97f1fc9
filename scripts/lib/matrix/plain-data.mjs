// Vectors travel to the runtimes as JSON; bytes and maps take these spellings in it.

export function toPlain(value) {
  if (value instanceof Uint8Array) return { $hex: hexOf(value) };
  if (value instanceof Map) return { $map: [...value].map(([name, member]) => [name, toPlain(member)]) };
  if (Array.isArray(value)) return value.map(toPlain);
  // A public key is given as its bytes.
  if (value?.raw instanceof Uint8Array) return toPlain(value.raw);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toPlain(member)]));
}

export function fromPlain(value) {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value !== "object" || value === null) return value;
  if (typeof value.$hex === "string") return bytesOf(value.$hex);
  if (Array.isArray(value.$map))
    return new Map(value.$map.map(([name, member]) => [name, fromPlain(member)]));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromPlain(member)]));
}

export function bytesOf(hex) {
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
    Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16),
  );
}

export function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
