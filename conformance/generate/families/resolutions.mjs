import { verified } from "../kit.mjs";
import { envelopeOf, json, votesFile } from "../sign.mjs";
import { NOW } from "../world.mjs";
import { forms, statements } from "./resolutions/forms.mjs";
import { originals } from "./resolutions/originals.mjs";
import { createScene, two } from "./resolutions/scene.mjs";
import { signatures } from "./resolutions/signatures.mjs";
import { deadlines, ends, votersThatMayNot, votesThatDoNotCarry } from "./resolutions/votes.mjs";

/** How what was pending ended, and who ended it (threat 40). */
export function resolutions(context) {
  const scene = createScene(context);
  ends(scene);
  votesThatDoNotCarry(scene);
  votersThatMayNot(scene);
  deadlines(scene);
  originals(scene);
  signatures(scene);
  forms(scene);
  statements(scene);
  alone(scene);
}

/** Not in a bundle, with what belongs to it named. */
function alone({ kit, home, pending, resolve }) {
  const file = json(resolve(pending, two));
  const original = json(pending.attestation);
  const votes = votesFile(pending.attestation.execution_id, two);
  const words = ["--at", NOW];
  const cases = {
    "with-original-and-votes": [["--original", original, "--votes", votes], file, verified()],
    "envelope-with-original-and-votes": [
      ["--original", original, "--votes", votes],
      json(envelopeOf(resolve(pending, two), "resolution")),
      verified(),
    ],
    "with-original": [["--original", original], file, verified("L2")],
    "without-original": [
      ["--level", "L1"],
      file,
      { exitCode: 1, verdict: "refused", level: "none", failed: [] },
    ],
    "without-votes-at-l4": [
      ["--original", original, "--level", "L4"],
      file,
      { exitCode: 1, verdict: "refused", level: "L2", failed: [] },
    ],
  };
  for (const [name, [options, bytes, expect]] of Object.entries(cases)) {
    kit.add("resolutions", `alone-${name}`, {
      why: `A resolution by itself, ${name.replaceAll("-", " ")}.`,
      threats: [40],
      home,
      arguments: [...words, ...options],
      inputs: [{ file: bytes, expect }],
    });
  }
}
