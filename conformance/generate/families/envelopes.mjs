import { encodeBase64 } from "../packages.mjs";
import { malformed, refused, verified } from "../kit.mjs";
import { small } from "../policies.mjs";
import { envelopeOf, json, statementOf, text } from "../sign.mjs";

/** DSSE envelopes that are not quite one (threats 16 to 18). */
export function envelopes({ kit, world, homed, home, bundles }) {
  const { attestation } = world.execute(bundles.claims, small);
  const { attestation: other } = world.execute(bundles.claims, small);
  const envelope = envelopeOf(attestation);
  const [own] = envelope.signatures;
  const payload = json(statementOf(attestation));
  const add = (name, why, threats, inputs) =>
    kit.add("envelopes", name, {
      why,
      threats,
      home,
      arguments: homed,
      inputs: Object.entries(inputs).map(([title, found]) => {
        const [value, expect] = Array.isArray(found) ? found : [found, malformed];
        return {
          name: title,
          file: value instanceof Uint8Array ? value : typeof value === "string" ? text(value) : json(value),
          expect,
        };
      }),
    });

  const signedBy = (changes) => ({ ...envelope, signatures: [{ ...own, ...changes }] });
  const elsewhere = { keyid: world.keys.log.keyId, sig: own.sig };
  add("signatures", "An attestation is signed exactly once, by the key that it names.", [16, 17], {
    none: { ...envelope, signatures: [] },
    "twice the same": { ...envelope, signatures: [own, own] },
    "another after it": { ...envelope, signatures: [own, elsewhere] },
    "another before it": { ...envelope, signatures: [elsewhere, own] },
    "no array": { ...envelope, signatures: own },
    null: { ...envelope, signatures: null },
    "that of another attestation": [
      signedBy({ sig: other.signature }),
      refused({ "attestation.signature": "INV-065" }),
    ],
    "the log's key id": signedBy({ keyid: world.keys.log.keyId }),
    "no key id": { ...envelope, signatures: [{ sig: own.sig }] },
    "an empty key id": signedBy({ keyid: "" }),
    "a key id like a path": signedBy({ keyid: "../../trust/root.pub" }),
    "a key id of 44 characters": signedBy({ keyid: `${own.keyid}A` }),
    "a key id with unused bits": signedBy({ keyid: `${own.keyid.slice(0, -1)}B` }),
    "a key id of 32 KiB": signedBy({ keyid: "A".repeat(32768) }),
    "a key id that is a number": signedBy({ keyid: 1 }),
    "a member more": signedBy({ cert: "" }),
    "66 of them": { ...envelope, signatures: Array.from({ length: 66 }, () => own) },
  });
  const bytes = Buffer.from(own.sig, "base64");
  add("signature-bytes", "A signature is 64 bytes in strict base64.", [11], {
    "63 bytes": signedBy({ sig: encodeBase64(bytes.subarray(1)) }),
    "65 bytes": signedBy({ sig: encodeBase64(Buffer.concat([bytes, Buffer.alloc(1)])) }),
    "96 bytes": signedBy({ sig: encodeBase64(Buffer.alloc(96)) }),
    empty: signedBy({ sig: "" }),
    "without padding": signedBy({ sig: own.sig.replace(/=+$/, "") }),
    "more padding": signedBy({ sig: `${own.sig}=` }),
    "unused bits": signedBy({
      sig: own.sig.replace(/(.)==$/, (_, letter) => `${String.fromCharCode(letter.charCodeAt(0) + 1)}==`),
    }),
    base64url: signedBy({ sig: `-_${own.sig.slice(2)}` }),
    "a newline": signedBy({ sig: `${own.sig}\n` }),
    "a space in it": signedBy({ sig: `${own.sig.slice(0, 44)} ${own.sig.slice(44)}` }),
    hexadecimal: signedBy({ sig: bytes.toString("hex") }),
    null: signedBy({ sig: null }),
  });
  const carrying = (content) => ({
    ...envelope,
    payload: typeof content === "string" ? content : encodeBase64(content),
  });
  const canonical = new TextDecoder().decode(payload);
  const parsed = JSON.parse(canonical);
  add("payload-spelling", "The payload is byte for byte the canonical statement.", [18], {
    "a space after it": carrying(text(`${canonical} `)),
    "a newline after it": carrying(text(`${canonical}\n`)),
    "a space within": carrying(text(canonical.replace(":", ": "))),
    "members in another order": carrying(
      text(JSON.stringify(Object.fromEntries(Object.entries(parsed).reverse()))),
    ),
    "members of the predicate in another order": carrying(
      text(
        JSON.stringify({
          ...parsed,
          predicate: Object.fromEntries(Object.entries(parsed.predicate).reverse()),
        }),
      ),
    ),
    "a slash escaped": carrying(text(canonical.replace("//", "\\/\\/"))),
    "a letter escaped": carrying(text(canonical.replace('"action"', '"\\u0061ction"'))),
    "a number as 1.0": carrying(text(canonical.replace('"trustRootVersion":1', '"trustRootVersion":1.0'))),
    "a byte order mark": carrying(text(`\ufeff${canonical}`)),
    "two documents": carrying(text(`${canonical}${canonical}`)),
    "a member twice": carrying(
      text(canonical.replace('"action":"approve"', '"action":"reject","action":"approve"')),
    ),
    "a member twice, once escaped": carrying(
      text(canonical.replace('"action":"approve"', '"\\u0061ction":"reject","action":"approve"')),
    ),
    "invalid UTF-8": carrying(Buffer.concat([payload.slice(0, 40), Buffer.from([0xff]), payload.slice(40)])),
    empty: carrying(""),
    "no object": carrying(text("[]")),
    null: carrying(text("null")),
    "the flat attestation": carrying(json(attestation)),
    "another envelope": carrying(json(envelope)),
  });
  const coded = envelope.payload;
  add("payload-base64", "Base64 is strict: one text for each sequence of bytes.", [11, 18], {
    "without padding": carrying(coded.replace(/=*$/, "").slice(0, coded.endsWith("=") ? undefined : -1)),
    base64url: carrying(`${coded.slice(0, 60)}-${coded.slice(61)}`),
    "a newline every 64 letters": carrying(coded.replace(/.{64}/g, "$&\n")),
    "a space before": carrying(` ${coded}`),
    "padding in the middle": carrying(`${coded.slice(0, 100)}==${coded.slice(100)}`),
    "a NUL": carrying(`${coded}\u0000`),
    "a number": { ...envelope, payload: 1 },
    "an object": { ...envelope, payload: statementOf(attestation) },
  });
  const outer = JSON.stringify(envelope);
  add(
    "outer-object",
    "The outer object is closed and strict, and otherwise spelt as its writer likes.",
    [18, 19],
    {
      "payload twice, the first another": outer.replace(
        '"payload":',
        `"payload":${JSON.stringify(envelopeOf(other).payload)},"payload":`,
      ),
      "payload twice, the second another": outer.replace(
        '"signatures":',
        `"payload":${JSON.stringify(envelopeOf(other).payload)},"signatures":`,
      ),
      "payload twice, once escaped": outer.replace('"payload":', '"p\\u0061yload":"","payload":'),
      "a member more": { ...envelope, extra: 1 },
      "a member more, __proto__": outer.replace("{", '{"__proto__":null,'),
      "no payload": { payloadType: envelope.payloadType, signatures: envelope.signatures },
      "no signatures": { payloadType: envelope.payloadType, payload: envelope.payload },
      "payloadType null": { ...envelope, payloadType: null },
      "payloadType empty": { ...envelope, payloadType: "" },
      "payloadType with a newline": { ...envelope, payloadType: `${envelope.payloadType}\n` },
      "trailing data": `${outer}x`,
      "two envelopes": `${outer}${outer}`,
      "a comma more": outer.replace(/\}$/, ",}"),
      "a comment": `/* */${outer}`,
      "single quotes": outer.replaceAll('"', "'"),
      "a byte order mark": `\ufeff${outer}`,
      "UTF-16": Buffer.from(outer, "utf16le"),
      "in an array": `[${outer}]`,
      "the two spellings in one": { ...envelope, ...attestation },
      "members reversed": [
        JSON.stringify(Object.fromEntries(Object.entries(envelope).reverse())),
        verified("L2"),
      ],
      "a tab and a carriage return": [`\t${outer}\r\n`, verified("L2")],
    },
  );
}
