import { refused, verified } from "../../kit.mjs";
import { ORIGIN } from "../../log.mjs";
import { bytesNamed, newKey } from "../../new-key.mjs";
import { importPrivateKey, noteKeyId } from "../../packages.mjs";
import { small } from "../../policies.mjs";
import { without } from "../../sign.mjs";
import { DAY, LOGGED, NOW, at, listedKey, signedTrustRoot } from "../../world.mjs";

export function origins({ kit, bundled, evidenceBundle, execution }) {
  const cases = {
    "as-demanded": [ORIGIN, verified()],
    "another-is-demanded": ["parmana.example.com/log2", refused({ "log.checkpoint": "INV-085" })],
  };
  for (const [name, [origin, expect]] of Object.entries(cases)) {
    kit.add("log", `origin-${name}`, {
      why: "The log may be named by who verifies.",
      threats: [44],
      arguments: [...bundled, "--origin", origin],
      inputs: [{ file: evidenceBundle(execution), expect }],
    });
  }
}

/** What the trust root says of the log's key. */
export function logKeys({ kit, world, bundled, bundles, evidenceBundle }) {
  const { keys, listed, roles } = world;
  const written = at(LOGGED);
  const second = newKey();
  const add = (name, terms, expect, { key = keys.log, logged = {} } = {}) => {
    const own = signedTrustRoot({ keys: terms.keys ?? listed, roles: terms.roles ?? roles }, [keys.root]);
    const execution = world.execute(bundles.claims, small, {
      provenance: { trustRootHash: own.hash },
      logged: { key, ...logged },
    });
    return {
      name,
      file: evidenceBundle(execution, {
        trustRoot: { document: own.document, signature: own.signature, predecessors: [] },
      }),
      expect,
    };
  };
  const changed = (changes) => ({
    keys: listed.map((found) =>
      found.publicKey.keyId === keys.log.keyId ? { ...found, ...changes } : found,
    ),
  });
  const noLog = without(roles, "log");
  const two = { keyids: [keys.log.keyId, second.keyId], threshold: 1 };
  const bad = (code) => refused({ "log.checkpoint": code });
  const twins = twinKeys();
  const alike = { keyids: twins.map(({ keyId }) => keyId), threshold: 1 };
  kit.add("log", "log-keys", {
    why: "A checkpoint bears no date, but is no older than its entry: the key must have been valid then or begun later, and not be revoked.",
    threats: [25, 43],
    arguments: bundled,
    inputs: [
      add("no role log", { roles: noLog }, bad("INV-085")),
      add("ended before the entry", changed({ validUntil: written }), bad("TRUST-035")),
      add("ended a millisecond later", changed({ validUntil: written + 1 }), verified()),
      add("began after the entry", changed({ validFrom: written + 1000 }), verified()),
      add("begins after the verification", changed({ validFrom: at(NOW) + 300001 }), bad("TRUST-035")),
      add("begins five minutes after it", changed({ validFrom: at(NOW) + 300000 }), verified()),
      add("revoked before the entry", changed({ status: "revoked", revokedAt: written }), bad("TRUST-036")),
      add("revoked after it", changed({ status: "revoked", revokedAt: written + DAY }), bad("TRUST-037")),
      add("retired", changed({ status: "retired" }), verified()),
      add(
        "the second of two keys",
        { keys: [...listed, listedKey(second, "second")], roles: { ...roles, log: two } },
        verified(),
        { key: second },
      ),
      add(
        "two keys with one key id in the note",
        {
          keys: [...listed, ...twins.map((twin, place) => listedKey(twin, `twin ${place}`))],
          roles: { ...roles, log: alike },
        },
        bad("SIG-018"),
        { key: twins[0] },
      ),
      add(
        "a threshold of two",
        {
          keys: [...listed, listedKey(second, "second")],
          roles: { ...roles, log: { ...two, threshold: 2 } },
        },
        bad("TRUST-038"),
      ),
    ],
  });
}

/** Two keys whose ids under the log's name are the same 32 bits: the first such pair among keys numbered from 0. */
function twinKeys() {
  const twins = [79229, 115117].map((number) =>
    importPrivateKey(new Uint8Array(bytesNamed(`twin ${number}`))),
  );
  const ids = new Set(twins.map(({ publicKey }) => noteKeyId(ORIGIN, 1, publicKey.raw)));
  if (ids.size > 1) throw new Error(`The twins are none under ${ORIGIN}: look for others.`);
  return twins;
}
