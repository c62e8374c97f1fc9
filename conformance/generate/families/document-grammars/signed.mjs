import { detached, json } from "../../sign.mjs";

export const parse = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

export const ascending = (files) => [...files].sort((one, other) => (one.path < other.path ? -1 : 1));

export function signed(payloadType, members, key) {
  const document = json(members);
  return { document, signature: detached(payloadType, document, [key]) };
}
