import { small } from "../policies.mjs";
import { json, text, votesFile } from "../sign.mjs";
import { createScene, two } from "./resolutions/scene.mjs";

/** What a directory stands for: nothing in it is left out, and what belongs to a file is no file of its own. */
export function directories(context) {
  const { kit, world, bundles, evidenceBundle, home, homed } = context;
  const execution = world.execute(bundles.claims, small);
  const statement = json(execution.attestation);
  const { evidence } = execution;
  const { pending, resolve } = createScene(context);
  const resolved = {
    "resolution.json": json(resolve(pending, two)),
    "original.json": json(pending.attestation),
    "votes.json": votesFile(pending.attestation.execution_id, two),
  };
  const add = (name, why, exitCode, lines, files, links) =>
    kit.add("directories", name, {
      why,
      home,
      arguments: homed,
      inputs: [{ directory: { files, ...(links !== undefined && { links }) }, expect: { exitCode, lines } }],
    });
  const all = (...names) => names.map((name) => [name, 0]);

  const sorted = [
    ".json",
    "a-.json",
    "a.json",
    "a/b.json",
    "a/c.json/d.json",
    "a0.json",
    "😀.json",
    "ｚ.json",
  ];
  const others = ["A.JSON", "a.json.txt", "json", "a/x"];
  add(
    "order",
    "Every file whose name ends in .json, sorted by path in code units.",
    0,
    all(...sorted),
    Object.fromEntries([...others, ...sorted].reverse().map((name) => [name, statement])),
  );
  add("empty", "Nothing to verify is not verified.", 2, [], { "a.txt": statement, "b/c": statement });
  add(
    "worst",
    "No file keeps another from being judged, and the worst decides.",
    2,
    [
      ["a.json", 0],
      ["b.json", 2],
      ["c.json", 1],
    ],
    {
      "a.json": statement,
      "b.json": text("{}"),
      "c.json": json({ ...execution.attestation, action: "else" }),
    },
  );
  add(
    "links",
    "A link to a directory is not followed, and one to nothing is not left out.",
    2,
    [
      ["a.json", 0],
      ["b/c.json", 0],
      ["link.json", 0],
      ["nowhere.json", 2],
    ],
    { "a.json": statement, "b/c.json": statement },
    { "link.json": "a.json", "nowhere.json": "nothing", "to-b": "b", "to-b.json": "b" },
  );
  add(
    "companions",
    "What a file is judged with has no line of its own.",
    0,
    [
      ["a/attestation.json", 0],
      ["b/resolution.json", 0],
      ["c.json", 0],
    ],
    {
      "a/attestation.json": statement,
      "a/evidence.json": evidence,
      ...Object.fromEntries(Object.entries(resolved).map(([name, bytes]) => [`b/${name}`, bytes])),
      "c.json": statement,
      "c.json.evidence": evidence,
      "c.json.votes": text("of no attestation"),
    },
  );
  add(
    "no-companions",
    "What a file has no use for is a file to verify.",
    2,
    [
      ["bundle/attestation.json", 0],
      ["bundle/evidence.json", 2],
      ["malformed/attestation.json", 2],
      ["malformed/evidence.json", 2],
      ["named/attestation.json", 0],
      ["named/evidence.json", 2],
      ["other/attestation.json", 1],
      ["other/votes.json", 2],
    ],
    {
      "bundle/attestation.json": evidenceBundle(execution),
      "bundle/evidence.json": evidence,
      "malformed/attestation.json": text("{}"),
      "malformed/evidence.json": evidence,
      "named/attestation.json": statement,
      "named/attestation.json.evidence": evidence,
      "named/evidence.json": evidence,
      "other/attestation.json": resolved["resolution.json"],
      "other/votes.json": resolved["votes.json"],
    },
  );
}
