import { refused, verified } from "../kit.mjs";
import { DAY, ISSUED, MADE, NOW, at } from "../world.mjs";
import { chains } from "./trust-root/chains.mjs";
import { rotatedHome } from "./trust-root/homes.mjs";
import { runtimeKeys, thresholds } from "./trust-root/keys.mjs";
import { pins, revocations } from "./trust-root/revocations.mjs";
import { createScene } from "./trust-root/scene.mjs";

/** Rotations of the trust root, and keys that come and go (threats 21 to 26). */
export function trustRoot(context) {
  const scene = createScene(context);
  chains(scene);
  revocations(scene);
  times(scene);
  pins(scene);
  runtimeKeys(scene);
  thresholds(scene);
  rotatedHome(scene);
}

function times({ versioned, first, words, input, add }) {
  const signers = ["alice", "bob"];
  const until = (time) => versioned({ signers, expiresAt: at(time) });
  const from = (time) => versioned({ signers, issuedAt: at(time), changes: {} });
  const expired = until(ISSUED);
  add(
    "expiry",
    "The newest is in force at the time of verification, the one named was when it was issued.",
    [23],
    [
      input("expires a millisecond after the verification", [until("2026-11-21T00:00:00.001Z")], verified()),
      input("expires at the verification", [until(NOW)], refused({ "trust-root.unexpired": "TRUST-024" })),
      input(
        "expired when it was issued, and now",
        [expired],
        refused({ "trust-root.unexpired": "TRUST-024", "trust-root.in-force": "TRUST-024" }),
      ),
      input(
        "expired when it was issued, renewed since",
        [expired, versioned({ previous: expired, signers })],
        refused({ "trust-root.in-force": "TRUST-024" }),
        { named: expired },
      ),
      input(
        "issued a millisecond after the attestation",
        [from("2026-11-20T12:00:00.001Z")],
        refused({ "trust-root.in-force": "TRUST-025" }),
      ),
      input("issued with the attestation", [from(ISSUED)], verified()),
      input(
        "issued after the verification",
        [from("2026-11-21T00:00:00.001Z")],
        refused({ "trust-root.unexpired": "TRUST-025", "trust-root.in-force": "TRUST-025" }),
      ),
    ],
  );
  const short = versioned({ signers, expiresAt: MADE + DAY });
  add(
    "expired-on-the-way",
    "Whether an old version had expired when it was followed does not matter.",
    [23],
    [input("version 1 of a day", [short, versioned({ previous: short, signers })], verified())],
  );
  const clocks = { "ten-years-back": "2016-11-21T00:00:00.000Z", "ten-years-on": "2036-11-21T00:00:00.000Z" };
  for (const [name, time] of Object.entries(clocks)) {
    const back = name === "ten-years-back";
    const code = back ? ["TRUST-025", "POL-046"] : ["TRUST-024", "POL-045"];
    add(
      `clock-${name}`,
      "A clock that is wrong by ten years stops everything.",
      [23],
      [
        input(
          name,
          [first],
          refused({
            ...(back && { "attestation.date": "INV-067", "log.inclusion": "INV-086" }),
            "trust-root.unexpired": code[0],
            "policy-index.unexpired": code[1],
          }),
        ),
      ],
      ["--root-key", words[1], "--at", time],
    );
  }
}
