// The official expression of semver.org for Semantic Versioning 2.0.0, without captures.
export const VERSION_PATTERN =
  "^(?:0|[1-9][0-9]*)\\.(?:0|[1-9][0-9]*)\\.(?:0|[1-9][0-9]*)" +
  "(?:-(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?" +
  "(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$";

/** Ids name directories and appear in URLs, so they are plain lower-case ASCII. Roles and rules use the same spelling. */
export const ID_PATTERN = "^[a-z0-9][a-z0-9-]{0,63}$";
export const VERSION_LENGTH = 64;
export const SIGNAL_NAME_PATTERN = "^[A-Za-z_][A-Za-z0-9_]{0,63}$";

const id = new RegExp(ID_PATTERN);
const version = new RegExp(VERSION_PATTERN);
const signalName = new RegExp(SIGNAL_NAME_PATTERN);

/** Whether the value is spelled as a policy id; nothing that passes can leave its directory. */
export function isPolicyId(value: unknown): value is string {
  return typeof value === "string" && id.test(value);
}

/** Whether the value is a semantic version of at most 64 characters, without a leading "v". */
export function isPolicyVersion(value: unknown): value is string {
  return typeof value === "string" && value.length <= VERSION_LENGTH && version.test(value);
}

/** Names such as `__proto__` and `constructor` pass: they are ordinary data here. */
export function isSignalName(value: unknown): value is string {
  return typeof value === "string" && signalName.test(value);
}
