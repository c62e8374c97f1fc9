import { refused } from "../../kit.mjs";
import { payloadTypes } from "../../packages.mjs";
import { ascending, parse, signed } from "./signed.mjs";

export function manifests({ kit, world, bundled, bundles, evidenceBundle, policyBundle, execution }) {
  const bundle = bundles.claims;
  const members = parse(bundle.manifest);
  const [policy] = members.files;
  const withFiles = (files) => {
    const { document, signature } = signed(
      payloadTypes.policyBundle,
      { ...members, files },
      world.keys.policy,
    );
    return evidenceBundle(execution, {
      policyBundle: { ...policyBundle(bundle), manifest: document, signature },
    });
  };
  const withPath = (path) => withFiles(ascending([policy, { ...policy, path }]));
  const paths = {
    "out of the directory": "../policy.json",
    "out of it and back": "a/../policy.json",
    "a step of one dot": "./a.json",
    "from the root": "/etc/passwd",
    "a backslash": "a\\b.json",
    "a drive": "c:a.json",
    "an empty step": "a//b.json",
    "a slash at its end": "a/",
    "dots in percents": "%2e%2e/a.json",
    "a hidden file": ".a.json",
    "a dot at its end": "a.",
    "a hyphen at its beginning": "-a.json",
    "a space": "a b.json",
    "a letter beyond ASCII": "\u00e9.json",
    "a hyphen that is none": "a\u2011b.json",
    "nine steps": "a/a/a/a/a/a/a/a/a",
    "256 characters": "a".repeat(256),
    "the policy in another case": "POLICY.json",
    "the manifest": "bundle.manifest.json",
    "the manifest in another case": "Bundle.Manifest.json",
    "the signature": "bundle.sig",
  };
  const listed = (changes) => withFiles([{ ...policy, ...changes }]);
  const lists = {
    "a NUL in a path": [withPath("a\u0000.json"), "POL-031"],
    "not ascending": [withFiles([policy, { ...policy, path: "a.json" }]), "POL-031"],
    "no files": [withFiles([]), "POL-031"],
    "65 files": [
      withFiles(
        ascending([
          policy,
          ...Array.from({ length: 64 }, (_, at) => ({ ...policy, path: `a${String(at)}`, size: 0 })),
        ]),
      ),
      "POL-031",
    ],
    "no policy": [listed({ path: "a.json" }), "POL-031"],
    "a negative size": [listed({ size: -1 }), "POL-031"],
    "half a byte": [listed({ size: policy.size + 0.5 }), "POL-031"],
    "a size above 4 MiB": [listed({ size: 4194305 }), "POL-031"],
    "a size as a text": [listed({ size: String(policy.size) }), "POL-031"],
    "a hash in capitals": [listed({ sha256: policy.sha256.toUpperCase() }), "POL-031"],
    "a hash without its prefix": [listed({ sha256: policy.sha256.slice("sha256:".length) }), "POL-031"],
    "another size": [listed({ size: policy.size + 1 }), "POL-034"],
    "another hash": [listed({ sha256: `sha256:${"0".repeat(64)}` }), "POL-034"],
    "more than 8 MiB": [
      withFiles(ascending([policy, ...["a", "b"].map((path) => ({ ...policy, path, size: 4194304 }))])),
      "POL-039",
    ],
  };
  kit.add("unknown-members", "manifest-files", {
    why: "A manifest names files within its directory, in one spelling, whoever signed it.",
    threats: [5, 19, 29],
    arguments: bundled,
    inputs: [
      ...Object.entries(paths).map(([name, path]) => [name, withPath(path), "POL-032"]),
      ...Object.entries(lists).map(([name, [file, code]]) => [name, file, code]),
    ].map(([name, file, code]) => ({ name, file, expect: refused({ "bundle.authentic": code }) })),
  });
}

/** Files that came with a manifest which is genuine. */
export function bundleFiles({ kit, bundled, bundles, evidenceBundle, policyBundle, execution }) {
  const own = policyBundle(bundles.claims);
  const policy = own.files.get("policy.json");
  const changed = new TextEncoder().encode(new TextDecoder().decode(policy).replace(/[0-9]/, "9"));
  const cases = {
    "one edited, of the same size": [{ "policy.json": changed }, "POL-034"],
    "one cut": [{ "policy.json": policy.subarray(0, -1) }, "POL-034"],
    none: [{}, "POL-033"],
    "one that is not listed": [{ "policy.json": policy, "a.json": policy }, "POL-035"],
    "one out of the directory": [{ "policy.json": policy, "../policy.json": policy }, "POL-035"],
    "the policy in another case": [{ "POLICY.json": policy }, "POL-035"],
    "the policy from the root": [{ "/policy.json": policy }, "POL-035"],
    "the policy by a longer way": [{ "./policy.json": policy }, "POL-035"],
  };
  kit.add("unknown-members", "bundle-files", {
    why: "The files of a bundle are those that its manifest lists, to the byte, and no other.",
    threats: [28, 29],
    arguments: bundled,
    inputs: Object.entries(cases).map(([name, [files, code]]) => ({
      name,
      file: evidenceBundle(execution, { policyBundle: { ...own, files: new Map(Object.entries(files)) } }),
      expect: refused({ "bundle.authentic": code }),
    })),
  });
}
