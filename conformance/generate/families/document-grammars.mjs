import { malformed, refused, verified } from "../kit.mjs";
import { payloadTypes } from "../packages.mjs";
import { small } from "../policies.mjs";
import { json, without } from "../sign.mjs";
import { NOW } from "../world.mjs";
import { bundleFiles, manifests } from "./document-grammars/bundles.mjs";
import { ascending, parse, signed } from "./document-grammars/signed.mjs";

/** What stands in a manifest, an index and a release, by the keys that sign them (threats 5, 19, 29 and 31). */
export function documentGrammars(context) {
  const scene = { ...context, execution: context.world.execute(context.bundles.claims, small) };
  manifests(scene);
  bundleFiles(scene);
  indexes(scene);
  releases(scene);
  strangers(scene);
}

function indexes({ kit, world, bundled, bundles, evidenceBundle, execution }) {
  const { bundleHash, policyId, policyVersion } = bundles.claims;
  const members = parse(world.index().document);
  const only = { [policyVersion]: bundleHash };
  const place = (changed) =>
    evidenceBundle(execution, {
      policyIndex: signed(payloadTypes.policyIndex, changed, world.keys.policy),
    });
  const listed = (versions, id = policyId) =>
    place({
      ...members,
      policies: { [id]: { active: {}, deprecated: {}, revoked: {}, ...versions } },
    });
  const cases = {
    "version 0": place({ ...members, version: 0 }),
    "a version and a half": place({ ...members, version: 3.5 }),
    "a version as a text": place({ ...members, version: "3" }),
    "expired when it was issued": place({ ...members, expiresAt: members.issuedAt }),
    "a time without milliseconds": place({ ...members, issuedAt: members.issuedAt.replace(".000", "") }),
    "a time of another zone": place({ ...members, issuedAt: members.issuedAt.replace("Z", "+00:00") }),
    "policies in a list": place({ ...members, policies: [members.policies] }),
    "active and revoked": listed({ active: only, revoked: only }),
    "active and deprecated": listed({ active: only, deprecated: only }),
    "active and revoked, up to case": listed({
      active: { ...only, "1.0.0-rc": bundleHash },
      revoked: { "1.0.0-RC": bundleHash },
    }),
    "a status more": listed({ active: only, trusted: {} }),
    "a status less": place({ ...members, policies: { [policyId]: { active: only, revoked: {} } } }),
    "a hash in capitals": listed({ active: { [policyVersion]: bundleHash.toUpperCase() } }),
    "a version that is none": listed({ active: { ...only, latest: bundleHash } }),
    "a policy out of the directory": listed({ active: only }, "../claims-approval"),
    "a policy with a hyphen that is none": listed({ active: only }, "claims\u2011approval"),
  };
  kit.add("unknown-members", "index-grammar", {
    why: "An index says one thing of every version, in one spelling, whoever signed it.",
    threats: [5, 19, 29, 31],
    arguments: bundled,
    inputs: [
      { name: "this version alone", file: listed({ active: only }), expect: verified() },
      ...Object.entries(cases).map(([name, file]) => ({
        name,
        file,
        expect: refused({ "policy-index.authentic": "POL-040" }),
      })),
    ],
  });
}

function releases({ kit, world, bundled, evidenceBundle, execution }) {
  const members = parse(world.release.document);
  const [first, ...others] = members.files;
  const place = (changed) =>
    evidenceBundle(execution, {
      release: signed(payloadTypes.releaseManifest, { ...members, ...changed }, world.keys.release),
    });
  const withPath = (path) => place({ files: ascending([{ ...first, path }, ...others]) });
  const paths = {
    "out of the directory": "../index.js",
    "out of it and back": "a/../index.js",
    "a step of one dot": "./index.js",
    "from the root": "/index.js",
    "a backslash": "a\\index.js",
    "an empty step": "a//index.js",
    "a slash at its end": "a/",
    "a NUL": "a\u0000",
    "513 characters": "a".repeat(513),
  };
  const cases = {
    "a runtime version that is none": place({ runtimeVersion: "v1" }),
    "semantics of version 0": place({ evaluatorSemantics: "parmana-policy/0" }),
    "semantics with a leading zero": place({ evaluatorSemantics: "parmana-policy/01" }),
    "no schema versions": place({ schemaVersions: [] }),
    "a schema version twice": place({ schemaVersions: ["1.0.0", "1.0.0"] }),
    "a schema version as a text": place({ schemaVersions: "1.0.0" }),
    "a day without time": place({ createdAt: "2026-11-01" }),
    "no files": place({ files: [] }),
    "a file twice": place({ files: [first, ...members.files] }),
    "not ascending": place({ files: [...others, first] }),
    "a negative size": place({ files: [{ ...first, size: -1 }, ...others] }),
    "a size above 256 MiB": place({ files: [{ ...first, size: 268435457 }, ...others] }),
    "a hash in capitals": place({ files: [{ ...first, sha256: first.sha256.toUpperCase() }, ...others] }),
    "a member of a file more": place({ files: [{ ...first, mode: 420 }, ...others] }),
  };
  kit.add("unknown-members", "release-grammar", {
    why: "A release lists files below its directory, once each, whoever signed it.",
    threats: [19, 29, 60],
    arguments: bundled,
    inputs: [
      ...Object.entries(paths).map(([name, path]) => [name, withPath(path)]),
      ...Object.entries(cases),
    ].map(([name, file]) => ({ name, file, expect: refused({ "release.authentic": "INV-040" }) })),
  });
}

/** Documents that say what was decided, or who signed what, and attest nothing. */
function strangers({ kit, world, home, bundles, execution }) {
  const { attestation, evidence } = execution;
  const { execution_id, execution_fingerprint, decision, rule_id, action, reason } = attestation;
  const decided = { decision, rule_id, action, reason };
  const dryRun = { dryRun: true, authoritative: false, execution_fingerprint, ...decided };
  const cases = {
    "a decision": json(decided),
    "a dry run": json(dryRun),
    "a dry run with an execution id": json({ ...dryRun, execution_id }),
    "an attestation marked as a dry run": json({ ...attestation, dryRun: true }),
    "an attestation without its signature": json(without(attestation, "signature")),
    "an attestation with no signature": json({ ...attestation, signature: null }),
    "an attestation with an empty signature": json({ ...attestation, signature: "" }),
    "attestations in a list": json([attestation]),
    "an attestation in an answer": json({ attestation }),
    "the entry in the log": execution.leaf,
    "the evidence": evidence,
    "the policy": bundles.claims.files.get("policy.json"),
    "the manifest": bundles.claims.manifest,
    "the signature of the manifest": bundles.claims.signature,
    "the trust root": world.trustRoot.document,
    "the release": world.release.document,
  };
  kit.add("transplants", "documents-that-attest-nothing", {
    why: "Only what has the form of an attestation is judged as one, and a dry run has not.",
    threats: [19, 56],
    home,
    arguments: ["--at", NOW],
    inputs: Object.entries(cases).map(([name, file]) => ({ name, file, expect: malformed })),
  });
}
