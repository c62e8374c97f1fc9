import { refused } from "../../kit.mjs";
import { newKey } from "../../new-key.mjs";
import { encodeUtf8 } from "../../packages.mjs";
import { small } from "../../policies.mjs";
import { without } from "../../sign.mjs";
import { DAY, MADE, NOW, listedKey, signedTrustRoot } from "../../world.mjs";

export const NEXT = MADE + 10 * DAY;

/** Three people hold the root role, two of them must sign; everything else is as in the world. */
export function createScene(context) {
  const { world, kit } = context;
  const people = {
    alice: newKey(),
    alice2: newKey(),
    bob: newKey(),
    carol: newKey(),
    dave: newKey(),
    erin: newKey(),
  };
  const operators = { alice2: "alice" };
  const held = (names, changes = {}) =>
    names.map((name) =>
      listedKey(people[name], operators[name] ?? name, { validUntil: MADE + 700 * DAY, ...changes[name] }),
    );
  const roles = without(world.roles, "root");
  const others = world.listed.filter(({ publicKey }) => publicKey.keyId !== world.keys.root.keyId);

  /** @param {{ root?: string[], threshold?: number, people?: object, keys?: any[], roles?: object, previous?: any, signers: string[] }} terms */
  function make({
    root = ["alice", "bob", "carol"],
    threshold = 2,
    changes,
    keys = others,
    roles: own = roles,
    previous = null,
    signers,
    extra = [],
    ...draft
  }) {
    return signedTrustRoot(
      {
        keys: [...held(root, changes), ...extra, ...keys],
        roles: { ...own, root: { keyids: root.map((name) => people[name].keyId), threshold } },
        previous: previous?.hash ?? null,
        version: previous === null ? 1 : previous.version + 1,
        issuedAt: previous === null ? MADE : NEXT,
        ...draft,
      },
      signers.map((name) => people[name]),
    );
  }

  const versioned = (terms) => ({
    ...make(terms),
    version:
      terms.version ??
      (terms.previous === undefined || terms.previous === null ? 1 : terms.previous.version + 1),
  });

  const first = versioned({ signers: ["alice", "bob"] });
  const pem = kit.share("alice.pub", encodeUtf8(people.alice.publicKey.toPem()));
  const words = ["--root-key", { path: pem }, "--at", NOW];

  /** An execution under the last version of the chain, unless it names another. */
  function input(name, chain, expect, changes = {}) {
    const newest = chain.at(-1);
    const named = changes.named ?? newest;
    const { bundleChanges = {}, bundle = context.bundles.claims, ...others } = changes;
    const members = without(others, "named");
    const execution = world.execute(bundle, small, {
      ...members,
      provenance: { trustRootVersion: named.version, trustRootHash: named.hash, ...members.provenance },
    });
    const signed = ({ document, signature }) => ({ document, signature });
    const file = context.evidenceBundle(execution, {
      trustRoot: { ...signed(newest), predecessors: chain.slice(0, -1).map(signed) },
      ...bundleChanges,
    });
    return { name, file, expect };
  }

  const add = (name, why, threats, inputs, options = words) =>
    kit.add("trust-root", name, { why, threats, arguments: options, inputs });
  return { ...context, people, others, roles, versioned, first, words, input, add };
}

export const broken = (code) => refused({ "trust-root.authentic": code });
