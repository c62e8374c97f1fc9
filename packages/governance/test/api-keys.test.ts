import { sha256 } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import { type ApiKeyRecord, apiKeyId, createApiKey, encodeApiKeys, parseApiKeys } from "../src/index.js";

const terms = {
  name: "claims-service",
  roles: ["evaluator"],
  approverRoles: [],
  policies: ["claims-approval"],
  createdAt: Date.parse("2026-11-20T12:00:00.000Z"),
  expiresAt: null,
} as const;

describe("API keys", () => {
  it("are kept as their hash, and read back as they were written", () => {
    const { key, record } = createApiKey(terms);
    expect(key).toMatch(/^pk_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/);
    expect(apiKeyId(key)).toBe(record.id);
    expect(record).toEqual({ ...terms, holder: null, id: record.id, hash: sha256(key), revokedAt: null });
    const revoked = { ...record, expiresAt: 1_000, revokedAt: 2_000 };
    expect(parseApiKeys(encodeApiKeys([revoked]))).toEqual([revoked]);
    expect(parseApiKeys(encodeApiKeys([]))).toEqual([]);
    expect(new TextDecoder().decode(encodeApiKeys([record]))).not.toContain(key.slice(12));
  });

  it("never repeat", () => {
    const keys = Array.from(Array(100).keys(), () => createApiKey(terms).key);
    expect(new Set(keys).size).toBe(100);
  });

  it.each(["", "pk_", "pk_0123456_x", "sk_01234567_" + "A".repeat(43), "pk_01234567_" + "A".repeat(44)])(
    "are told from other texts: %j",
    (text) => {
      expect(apiKeyId(text)).toBeUndefined();
    },
  );

  it.each<[string, (record: ApiKeyRecord) => readonly object[]]>([
    ["an id twice", (record) => [record, record]],
    ["another id", (record) => [{ ...record, id: "ABCDEFGH" }]],
    ["no role", (record) => [{ ...record, roles: [] }]],
    ["an unknown role", (record) => [{ ...record, roles: ["root"] }]],
    ["a policy that is no id", (record) => [{ ...record, policies: ["../x"] }]],
    ["a name with line breaks", (record) => [{ ...record, name: "a\nb" }]],
    ["a short hash", (record) => [{ ...record, hash: "sha256:00" }]],
  ])("are refused with %s", (_, change) => {
    const { record } = createApiKey(terms);
    const changed = change(record) as readonly ApiKeyRecord[];
    expect(() => parseApiKeys(encodeApiKeys(changed))).toThrow(
      expect.objectContaining({ code: "TRUST-060" }),
    );
  });

  it.each(["service", "oidc:login.example.com:248289", "oidc:login.example.com/tenant:auth0|a:b"])(
    "say whose they are: %s",
    (holder) => {
      const { record } = createApiKey({ ...terms, holder });
      expect(parseApiKeys(encodeApiKeys([record]))[0]?.holder).toBe(holder);
    },
  );

  it.each(["alice", "oidc:alice", "oidc::alice", "oidc:login.example.com:", "key:alice", "Service"])(
    "are refused with a holder that is none: %s",
    (holder) => {
      expect(() => createApiKey({ ...terms, holder })).toThrow(
        expect.objectContaining({ code: "TRUST-061" }),
      );
    },
  );

  it("are refused with members that nobody knows", () => {
    const text = new TextDecoder().decode(encodeApiKeys([createApiKey(terms).record]));
    const bytes = new TextEncoder().encode(text.replace('"id":', '"admin":true,"id":'));
    expect(() => parseApiKeys(bytes)).toThrow(expect.objectContaining({ code: "TRUST-060" }));
  });
});
