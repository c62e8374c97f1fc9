import { describe, expect, it } from "vitest";
import * as door from "../src/index.js";

describe("the door of the package", () => {
  it("exports these names and no others", () => {
    expect(Object.keys(door).sort()).toEqual([
      "CanonicalError",
      "ParmanaError",
      "canonicalBytes",
      "canonicalErrors",
      "canonicalize",
      "decodeHex",
      "decodeUtf8",
      "encodeHex",
      "encodeUtf8",
      "escapeForDisplay",
      "expectObject",
      "formatTimestamp",
      "isSha256",
      "isTimestamp",
      "ownMembers",
      "parseStrict",
      "parseTimestamp",
      "sha256",
      "sha256Bytes",
      "shorten",
    ]);
  });
});
