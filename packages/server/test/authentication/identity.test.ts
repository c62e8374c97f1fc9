import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { areCertainlyOthers, keyIdentity, oidcIdentity } from "../../src/authentication/identity.js";

describe("an identity", () => {
  it("says who vouches for it", () => {
    expect(keyIdentity({ name: "alice", holder: null })).toBe("key:alice");
    expect(keyIdentity({ name: "alice", holder: "service" })).toBe("service:alice");
    expect(keyIdentity({ name: "alice", holder: "oidc:issuer.example:alice" })).toBe(
      "oidc:issuer.example:alice",
    );
    expect(oidcIdentity("https://issuer.example/tenant", "a:b")).toBe("oidc:issuer.example/tenant:a:b");
    expect(oidcIdentity("http://127.0.0.1:8080", "a")).toBe("oidc:http%3A//127.0.0.1%3A8080:a");
  });

  it("is never that of another issuer or subject, nor of a key", () => {
    const text = fc.string({ unit: fc.constantFrom("a", ":", "%", "3", "A", "/", "."), minLength: 1 });
    fc.assert(
      fc.property(text, text, text, text, (issuer, subject, otherIssuer, otherSubject) => {
        const same = issuer === otherIssuer && subject === otherSubject;
        expect(oidcIdentity(issuer, subject) === oidcIdentity(otherIssuer, otherSubject)).toBe(same);
        expect(keyIdentity({ name: issuer, holder: null })).not.toBe(oidcIdentity(otherIssuer, subject));
      }),
    );
  });

  it.each([
    ["key:alice", "key:bob", true],
    ["key:alice", "key:alice", false],
    ["key:alice", "oidc:issuer.example:bob", false],
    ["oidc:issuer.example:alice", "oidc:issuer.example:bob", true],
    ["oidc:issuer.example:alice", "oidc:other.example:bob", false],
    ["service:payments", "oidc:issuer.example:bob", true],
    ["key:alice", "service:alice", true],
    ["service:payments", "service:payments", false],
    // What another part of the system wrote has no source.
    ["alice", "key:bob", false],
    ["alice", "bob", false],
    ["service", "key:bob", false],
    ["oidc:alice", "oidc:bob", false],
  ])("%s is certainly another than %s: %s", (one, other, certain) => {
    expect([areCertainlyOthers(one, other), areCertainlyOthers(other, one)]).toEqual([certain, certain]);
  });
});
