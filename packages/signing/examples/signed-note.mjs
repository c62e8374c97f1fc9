// A log signs a checkpoint, a witness cosigns it, a reader verifies both.
import { createCosigner, createNoteSigner, formatNote, generatePrivateKey } from "@parmanasystems/signing";
import { parseNote, signNote, verifyNote } from "@parmanasystems/signing";

const log = createNoteSigner({ name: "log.example/a", privateKey: generatePrivateKey() });
const witness = createCosigner({ name: "witness.example/w", privateKey: generatePrivateKey() });
const note = parseNote(
  await signNote("log.example/a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", [log]),
);
const cosigned = formatNote({
  text: note.text,
  signatures: [...note.signatures, await witness.cosign(note.text, 1_800_000_000)],
});
for (const { key, timeSeconds } of verifyNote(parseNote(cosigned), [log.verifierKey, witness.verifierKey]))
  console.log(key.name, timeSeconds ?? "the log itself");
