import { encodeBase64, noteKeyId } from "../packages.mjs";
import { join } from "node:path";
import { malformed } from "../kit.mjs";
import { checkpointOf } from "../log.mjs";
import { newKey } from "../new-key.mjs";
import { small } from "../policies.mjs";
import { json, text } from "../sign.mjs";

/** Options that do not fit, and homes that are not there: nobody takes for checked what was not looked at. */
export function commandLine(context) {
  const { kit, world, bundles, evidenceBundle, home, homed, bundled } = context;
  const execution = world.execute(bundles.claims, small);
  const statement = json(execution.attestation);
  const named = kit.share("attestation.json", statement);
  const bundle = evidenceBundle(execution);
  const add = (name, why, file, words, expect = malformed, place = home) =>
    kit.add("command-line", name, {
      why,
      ...(place !== undefined && { home: place }),
      arguments: words,
      alone: true,
      inputs: [{ file, expect }],
    });
  const unfit = (name, file, ...words) =>
    add(name, `The command line is wrong: ${name.replaceAll("-", " ")}.`, file, [...homed, ...words]);
  const path = { path: named };
  const remembered = text(checkpointOf([execution.leaf], world.keys.log));
  unfit("original-with-an-attestation", statement, "--original", path);
  unfit("votes-with-an-attestation", statement, "--votes", path);
  unfit("evidence-with-a-bundle", bundle, "--evidence", path);
  unfit("log-proof-with-a-bundle", bundle, "--log-proof", path);
  unfit("first-use-of-a-statement", statement, "--unsafe-trust-on-first-use");
  unfit("first-use-and-a-root-key", bundle, "--unsafe-trust-on-first-use", "--root-key", bundled[1]);
  unfit("origin-without-a-log-proof", statement, "--origin", "parmana.example.com/log");
  unfit("remembered-without-a-log-proof", statement, "--remembered", remembered);
  unfit("consistency-without-remembered", bundle, "--consistency", text(""));
  unfit("remembered-since-without-remembered", bundle, "--remembered-since", "2026-11-20T00:00:00.000Z");
  unfit("remembered-since-no-time", bundle, "--remembered", remembered, "--remembered-since", "yesterday");
  witnesses(unfit, statement, bundle);

  const nowhere = join(kit.shared, "nowhere");
  const none = { exitCode: 3 };
  add("no-home", "Without a trust root nothing is verified.", statement, homed, none, nowhere);
  add("no-home-and-a-root-key", "A root key is no trust root.", statement, bundled, none, nowhere);
  add("no-home-and-no-root-key", "A bundle does not say whom to believe.", bundle, homed, none, nowhere);
  add("no-home-and-no-statement", "Malformed goes before that.", text("{}"), homed, malformed, nowhere);
}

function witnesses(unfit, statement, bundle) {
  const { publicKey } = newKey();
  const name = "witness.example";
  const word = `${name}+${noteKeyId(name, 4, publicKey.raw)}+${encodeBase64(Buffer.from([4, ...publicKey.raw]))}`;
  const log = `${name}+${noteKeyId(name, 1, publicKey.raw)}+${encodeBase64(Buffer.from([1, ...publicKey.raw]))}`;
  unfit("witness-without-a-log-proof", statement, "--witness", `${word}=ann`);
  unfit("threshold-without-a-witness", bundle, "--threshold", "1");
  unfit("threshold-above-the-operators", bundle, "--witness", `${word}=ann`, "--threshold", "2");
  unfit("threshold-of-none", bundle, "--witness", `${word}=ann`, "--threshold", "0");
  unfit("witness-twice", bundle, "--witness", `${word}=ann`, "--witness", `${word}=bob`);
  const alias = "alias.example";
  const again = `${alias}+${noteKeyId(alias, 4, publicKey.raw)}+${word.split("+").slice(2).join("+")}`;
  unfit("witness-under-two-names", bundle, "--witness", `${word}=ann`, "--witness", `${again}=bob`);
  unfit("witness-without-operator", bundle, "--witness", `${word}=`);
  unfit("witness-of-an-operator-with-an-equals-sign", bundle, "--witness", `${word}=ann=bob`);
  unfit("witness-with-the-key-of-a-log", bundle, "--witness", `${log}=ann`);
}
