import { verified } from "../../kit.mjs";
import { encodeUtf8 } from "../../packages.mjs";
import { DAY, MADE, NOW, listedKey } from "../../world.mjs";
import { NEXT, broken } from "./scene.mjs";

export const earlier = (names) => Object.fromEntries(names.map((name) => [name, { validFrom: MADE - DAY }]));

export function revocations({ versioned, first, people, input, add }) {
  const since = MADE + 5 * DAY;
  const lost = (changes = {}) =>
    listedKey(people.erin, "erin", { status: "revoked", revokedAt: since, ...changes });
  const signers = ["alice", "bob"];
  const second = versioned({ previous: first, signers, extra: [lost()] });
  const dropped = versioned({ previous: second, signers });
  const next = (extra, previous = second) => versioned({ previous, signers, extra });
  add(
    "revocations",
    "A revocation is never taken back or postponed, also not by leaving the key out for a while.",
    [22, 25],
    [
      input("kept", [first, second, next([lost()])], verified()),
      input("moved forward in time", [first, second, next([lost({ revokedAt: since - 1 })])], verified()),
      input("dropped", [first, second, dropped], verified()),
      input("postponed", [first, second, next([lost({ revokedAt: since + 1 })])], broken("TRUST-023")),
      input("active again", [first, second, next([listedKey(people.erin, "erin")])], broken("TRUST-023")),
      input(
        "retired instead",
        [first, second, next([listedKey(people.erin, "erin", { status: "retired" })])],
        broken("TRUST-023"),
      ),
      input(
        "back after it was dropped",
        [first, second, dropped, next([listedKey(people.erin, "erin")], dropped)],
        broken("TRUST-023"),
      ),
      input(
        "revoked later after it was dropped",
        [first, second, dropped, next([lost({ revokedAt: since + 1 })], dropped)],
        broken("TRUST-023"),
      ),
    ],
  );
  const revoked = { bob: { status: "revoked", revokedAt: NEXT - DAY } };
  const gone = versioned({ previous: first, signers: ["alice", "bob", "carol"], changes: revoked });
  add(
    "root-keys-that-do-not-count",
    "Root keys count when the version is dated inside their validity and before no revocation.",
    [21, 25],
    [
      input("a revoked one, and enough without it", [first, gone], verified()),
      input(
        "a revoked one that is needed",
        [first, versioned({ previous: first, signers: ["alice", "bob"], changes: revoked })],
        broken("TRUST-036"),
      ),
      input(
        "one that is revoked later",
        [
          first,
          versioned({
            previous: first,
            signers: ["alice", "bob"],
            changes: { bob: { status: "revoked", revokedAt: NEXT + DAY } },
          }),
        ],
        broken("TRUST-037"),
      ),
      input(
        "one that ended",
        [
          first,
          versioned({ previous: first, signers: ["alice", "bob"], changes: { bob: { validUntil: NEXT } } }),
        ],
        broken("TRUST-035"),
      ),
      input(
        "one that begins later",
        [
          first,
          versioned({
            previous: first,
            signers: ["alice", "bob"],
            changes: { bob: { validFrom: NEXT + 1 } },
          }),
        ],
        broken("TRUST-035"),
      ),
      input(
        "a retired one",
        [
          first,
          versioned({ previous: first, signers: ["alice", "bob"], changes: { bob: { status: "retired" } } }),
        ],
        verified(),
      ),
    ],
  );
}

export function pins({ kit, people, versioned, first, input, add }) {
  const pem = (name) => kit.share(`${name}.pub`, encodeUtf8(people[name].publicKey.toPem()));
  const pinned = (name) => ["--root-key", { path: pem(name) }, "--at", NOW];
  add(
    "pinned-other-root-key",
    "Any root key of version 1 can be pinned, if it signed.",
    [27],
    [input("bob", [first], verified())],
    pinned("bob"),
  );
  add(
    "pinned-key-that-did-not-sign",
    "The pinned key must have signed version 1.",
    [27],
    [input("carol", [first], broken("TRUST-017"))],
    pinned("carol"),
  );
  add(
    "pinned-stranger",
    "A key that is not in the role root vouches for nothing.",
    [27],
    [input("dave", [first], broken("TRUST-017"))],
    pinned("dave"),
  );
  const signers = ["alice", "bob", "carol"];
  add(
    "pinned-key-does-not-count",
    "The pinned key itself is judged by what version 1 says of it.",
    [25, 27],
    [
      input(
        "revoked from the beginning",
        [versioned({ signers, changes: { alice: { status: "revoked", revokedAt: MADE } } })],
        broken("TRUST-036"),
      ),
      input(
        "revoked since",
        [versioned({ signers, changes: { alice: { status: "revoked", revokedAt: MADE + 1 } } })],
        broken("TRUST-037"),
      ),
      input(
        "not yet valid",
        [versioned({ signers, changes: { alice: { validFrom: MADE + 1 } } })],
        broken("TRUST-035"),
      ),
    ],
  );
}
