/**
 * What the in-toto specification v1 demands of a Statement, written from it alone: nothing of ours is used. Unknown members are
 * allowed there, so only what is wrong is listed.
 */
export function breachesOf(statement: unknown): readonly string[] {
  if (!isObject(statement)) return ["the Statement is no object"];
  const { _type, subject, predicateType, predicate } = statement;
  return [
    ...(_type === "https://in-toto.io/Statement/v1" ? [] : ["_type"]),
    ...(isTypeUri(predicateType) ? [] : ["predicateType is no type URI"]),
    ...(predicate === undefined || isObject(predicate) ? [] : ["predicate is no object"]),
    ...(Array.isArray(subject) && subject.length > 0
      ? subject.flatMap(subjectBreaches)
      : ["subject has no element"]),
  ];
}

/** A resource descriptor; one that is a subject must have a digest. */
function subjectBreaches(subject: unknown): readonly string[] {
  if (!isObject(subject)) return ["a subject is no object"];
  const { name, digest } = subject;
  return [
    ...(name === undefined || typeof name === "string" ? [] : ["the name of a subject is no text"]),
    ...(isDigestSet(digest) ? [] : ["a subject has no digest set"]),
  ];
}

/** Algorithm to value; those of SHA-2 as lower-case hexadecimal digits. */
function isDigestSet(digest: unknown): boolean {
  if (!isObject(digest)) return false;
  const entries = Object.entries(digest);
  return (
    entries.length > 0 &&
    entries.every(
      ([algorithm, value]) =>
        typeof value === "string" && (algorithm !== "sha256" || /^[0-9a-f]{64}$/.test(value)),
    )
  );
}

/** RFC 3986, and in lower case as far as it ignores case. */
function isTypeUri(text: unknown): boolean {
  if (typeof text !== "string" || !URL.canParse(text)) return false;
  const { protocol, host } = new URL(text);
  return text.startsWith(protocol) && host === host.toLowerCase();
}

/** A JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What SLSA demands of the predicate of a verification summary, version 1. */
export function summaryBreaches(predicate: unknown): readonly string[] {
  if (!isObject(predicate)) return ["the predicate is no object"];
  const { verifier, timeVerified, resourceUri, policy, verificationResult, verifiedLevels } = predicate;
  const levels: readonly unknown[] = Array.isArray(verifiedLevels) ? verifiedLevels : [];
  const isReserved = (level: unknown) => typeof level === "string" && level.startsWith("SLSA_");
  return [
    ...(isObject(verifier) && isTypeUri(verifier["id"]) ? [] : ["verifier.id is no type URI"]),
    ...(typeof timeVerified === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(timeVerified)
      ? []
      : ["timeVerified is no timestamp in UTC"]),
    ...(typeof resourceUri === "string" && URL.canParse(resourceUri) ? [] : ["resourceUri is no URI"]),
    ...(isObject(policy) && typeof policy["uri"] === "string" && isDigestSet(policy["digest"])
      ? []
      : ["policy has no uri and digest"]),
    ...(verificationResult === "PASSED" || verificationResult === "FAILED" ? [] : ["verificationResult"]),
    ...(levels.length > 0 && !levels.some(isReserved) ? [] : ["verifiedLevels are none, or SLSA's own"]),
    ...(verificationResult === "FAILED" && levels.some((level) => level !== "FAILED")
      ? ["verifiedLevels of what failed"]
      : []),
  ];
}
