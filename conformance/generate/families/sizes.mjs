import { malformed, refused, verified } from "../kit.mjs";
import { checkpointText, noteLine, proofFile } from "../log.mjs";
import { small } from "../policies.mjs";
import { json } from "../sign.mjs";

const MiB = 1024 * 1024;

/** Far more than any genuine file has: refused in bounded time and memory (threats 7 and 57). */
export function sizes({ kit, world, home, homed, bundled, bundles, evidenceBundle }) {
  const execution = world.execute(bundles.claims, small);
  const spaces = (times) => ({ text: " ", times });
  const padded = (bytes, times) => ({ concat: [{ text: new TextDecoder().decode(bytes) }, spaces(times)] });
  const { trustRoot, release } = world;
  const index = world.index();
  const cases = {
    evidence: [{ evidence: padded(execution.evidence, 4 * MiB) }, malformed],
    "log-proof": [{ logProof: padded(execution.logProof, MiB) }, malformed],
    attestation: [{ attestation: padded(json(execution.attestation), 65536) }, malformed],
    release: [
      { release: { document: padded(release.document, 4 * MiB), signature: release.signature } },
      malformed,
    ],
    "index-signature": [
      { policyIndex: { document: index.document, signature: padded(index.signature, 65536) } },
      malformed,
    ],
    "trust-root": [
      {
        trustRoot: {
          document: padded(trustRoot.document, 262144),
          signature: trustRoot.signature,
          predecessors: [],
        },
      },
      refused({ "trust-root.authentic": "TRUST-010" }),
    ],
    predecessors: [
      {
        trustRoot: {
          document: trustRoot.document,
          signature: trustRoot.signature,
          predecessors: Array.from({ length: 1025 }, () => ({
            document: { text: "" },
            signature: { text: "" },
          })),
        },
      },
      malformed,
    ],
    manifest: [
      {
        policyBundle: {
          manifest: padded(bundles.claims.manifest, 65536),
          signature: bundles.claims.signature,
          files: bundles.claims.files,
        },
      },
      refused({ "bundle.authentic": "POL-031" }),
    ],
    "bundle-files": [
      {
        policyBundle: {
          manifest: bundles.claims.manifest,
          signature: bundles.claims.signature,
          files: Object.fromEntries(Array.from({ length: 1025 }, (_, at) => [`f${at}`, { text: "" }])),
        },
      },
      malformed,
    ],
    "signature-lines": [
      {
        logProof: {
          concat: [
            { text: new TextDecoder().decode(execution.logProof) },
            { text: "— witness.example AAAAAAAAAAAAAAAA\n", times: 10000 },
          ],
        },
      },
      refused({ "log.form": "SIG-007" }),
    ],
    "hashes-in-a-proof": [
      {
        logProof: {
          concat: [
            { text: "c2sp.org/tlog-proof@v1\nextra AAAA\nindex 0\n" },
            { text: `${"A".repeat(43)}=\n`, times: 20000 },
            { text: "\nx\n1\n" },
          ],
        },
      },
      refused({ "log.form": "INV-084" }),
    ],
  };
  for (const [name, [changes, expect]] of Object.entries(cases)) {
    if (name === "predecessors" || name === "bundle-files") continue;
    kit.add("sizes", name, {
      why: `More than there may be: ${name.replaceAll("-", " ")}.`,
      threats: [7, 57],
      arguments: bundled,
      inputs: [{ file: evidenceBundle(execution, changes), expect }],
    });
  }
  const whole = largestProof(world, execution);
  kit.add("sizes", "largest-log-proof", {
    why: "A log proof has 1 MiB, and no byte more.",
    threats: [57],
    arguments: bundled,
    inputs: [
      { file: evidenceBundle(execution, { logProof: whole(0) }), expect: verified() },
      { name: "a byte more", file: evidenceBundle(execution, { logProof: whole(1) }), expect: malformed },
    ],
  });
  kit.add("sizes", "whole-files", {
    why: "Files that nobody could have made, as they are given to verify.",
    threats: [7, 57],
    home,
    arguments: homed,
    inputs: [
      { name: "100,000 objects in one another", file: { text: '{"a":', times: 100000 }, expect: malformed },
      {
        name: "20,000 members",
        file: { concat: [{ text: "{" }, { text: '"a":1,', times: 20000 }, { text: '"b":1}' }] },
        expect: malformed,
      },
      {
        name: "a million zeros",
        file: { concat: [{ text: "[0" }, { text: ",0", times: 1000000 }, { text: "]" }] },
        expect: malformed,
      },
      {
        name: "a text of 8 MiB",
        file: { concat: [{ text: '"' }, { text: "x", times: 8 * MiB }, { text: '"' }] },
        expect: malformed,
      },
      {
        name: "10 million empty lists",
        file: { concat: [{ text: "[0" }, { text: ",[]", times: 1e7 }, { text: "]" }] },
        expect: malformed,
      },
      {
        name: "8 million escapes in a text",
        file: { concat: [{ text: '"' }, { text: "\\n", times: 8e6 }, { text: '"' }] },
        expect: malformed,
      },
      { name: "a number of 1 MiB", file: { text: "1", times: MiB }, expect: malformed },
      {
        name: "an evidence bundle of 33 MiB",
        file: { concat: [{ text: '{"type":"parmana/evidence-bundle/v1"' }, spaces(33 * MiB), { text: "}" }] },
        expect: malformed,
      },
    ],
  });
}

/** A proof of 1 MiB and so many bytes more, by the length of an extension line that the log signed. */
function largestProof({ keys }, { leaf }) {
  const head = `${checkpointText([leaf])}x`;
  const proof = (times) => {
    const signed = `${head}${"x".repeat(times)}\n`;
    const checkpoint = `${head}\n\n${noteLine(keys.log, signed)}`;
    return new TextDecoder().decode(proofFile({ extra: leaf, index: 0, hashes: [], checkpoint }));
  };
  const shortest = Buffer.byteLength(proof(0));
  return (more) => {
    const times = MiB + more - shortest;
    const [before, after] = proof(times).split("x\n\n");
    return { concat: [{ text: `${before}x` }, { text: "x", times }, { text: `\n\n${after}` }] };
  };
}
