import type { StringFormat } from "../policy.js";

// Each label is tried in a bounded number of ways, so that a hostile text costs no more than a long one.
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
// A name whose last label is a number would be read as an IPv4 address (WHATWG URL, "ends in a number").
const HOSTNAME = `(?!(?:[^@]*\\.)?[0-9]+$)(?=[^@]{1,253}$)${LABEL}(?:\\.${LABEL})*`;
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

/**
 * One spelling for each thing that is named, as far as its standard allows: host names and UUIDs are lower case.
 * email: RFC 5321, local part a dot-string of at most 64 characters, no quotes, no address literal, 254 in all.
 */
export const formatPatterns: Readonly<Record<StringFormat, string>> = {
  email: `^(?=[^@]{1,64}@)(?=.{3,254}$)${ATOM}(?:\\.${ATOM})*@${HOSTNAME}$`,
  hostname: `^${HOSTNAME}$`,
  ipv4: `^${BYTE}(?:\\.${BYTE}){3}$`,
  uuid: "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
};

/** What a text of the format is, as the end of "must be …". */
export const formatNames: Readonly<Record<StringFormat, string>> = {
  email: "an email address with a lower-case domain",
  hostname: "a lower-case host name",
  ipv4: "an IPv4 address such as 192.0.2.1",
  uuid: "a lower-case UUID",
};

export const stringFormats = ["email", "hostname", "ipv4", "uuid"] as const satisfies readonly StringFormat[];

const expressions: Readonly<Record<StringFormat, RegExp>> = {
  email: new RegExp(formatPatterns.email, "u"),
  hostname: new RegExp(formatPatterns.hostname, "u"),
  ipv4: new RegExp(formatPatterns.ipv4, "u"),
  uuid: new RegExp(formatPatterns.uuid, "u"),
};

export function hasFormat(format: StringFormat, text: string): boolean {
  return expressions[format].test(text);
}
