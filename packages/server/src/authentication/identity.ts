import type { ApiKeyRecord } from "@parmanasystems/governance";

/**
 * Names of callers say who vouches for them, so that the holder of a key called alice is not taken for the alice of the provider:
 * `key:alice`, `service:payments`, `oidc:login.example.com:248289`. A key that names its person is that person.
 */
export function keyIdentity({ name, holder }: Pick<ApiKeyRecord, "name" | "holder">): string {
  if (holder === null) return `key:${name}`;
  return holder === "service" ? `service:${name}` : holder;
}

/** The issuer is an https URL nearly always, so what all have in common is left out. */
export function oidcIdentity(issuer: string, subject: string): string {
  const id = issuer
    .replace(/^https:\/\//, "")
    .replace(/[%:\s]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
  return `oidc:${id}:${subject}`;
}

/**
 * Whether the two are other persons for certain. Names that one source gave are told apart by it; a service is nobody's other name.
 * All else could be one person who came in two ways.
 */
export function areCertainlyOthers(one: string, other: string): boolean {
  if (one === other) return false;
  const [source, otherSource] = [sourceOf(one), sourceOf(other)];
  if (source === undefined || otherSource === undefined) return false;
  return source === otherSource || source === SERVICE || otherSource === SERVICE;
}

const SERVICE = "service";

function sourceOf(identity: string): string | undefined {
  return /^(?:key|service|oidc:[^:]+)(?=:)/.exec(identity)?.[0];
}
