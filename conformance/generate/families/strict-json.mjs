import { malformed, refused, verified } from "../kit.mjs";
import { small } from "../policies.mjs";
import { json, text } from "../sign.mjs";

/** Strict JSON and canonical form, where they decide (threats 1 to 6). */
export function strictJson(context) {
  documents(context);
  evidence(context);
}

/** The presented file: what is not strict JSON is malformed, what is may be spelt as its writer likes. */
function documents({ kit, world, home, homed, bundles }) {
  const own = world.execute(bundles.claims, small, { requester: 'é\u{1f680} "\\/ x' }).attestation;
  const plain = new TextDecoder().decode(json(own));
  const pair = "\\ud83d\\ude80";
  const good = {
    canonical: plain,
    "escapes for letters": plain.replace("é", "\\u00e9").replace("\u{1f680}", pair),
    "escapes in capitals": plain
      .replace("é", "\\u00E9")
      .replace("\u{1f680}", pair.toUpperCase().replaceAll("\\U", "\\u")),
    "escaped slashes": plain.replaceAll("/", "\\/"),
    "a quotation mark as an escape": plain.replace('\\"', "\\u0022"),
    "white space everywhere": plain.replace(/,"/g, ' ,\t\r\n "').replace("{", " { "),
    "a number as 1.0": plain.replace('"trustRootVersion":1', '"trustRootVersion":1.0'),
    "a number as 10e-1": plain.replace('"trustRootVersion":1', '"trustRootVersion":10e-1'),
    "a number as 3E0": plain.replace('"policyIndexVersion":3', '"policyIndexVersion":3E+0'),
  };
  const nested = (depth) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const withMember = (member) => plain.replace("{", `{${member},`);
  const bad = {
    "a member twice": plain.replace('"action":"approve"', '"action":"approve","action":"approve"'),
    "a member twice, once escaped": plain.replace(
      '"action":"approve"',
      '"action":"approve","\\u0061ction":"reject"',
    ),
    "a member of provenance twice": plain.replace(
      '"schemaVersion":"1.0.0"',
      '"schemaVersion":"1.0.0","schemaVersion":"1.0.0"',
    ),
    __proto__: withMember('"__proto__":{"decision":"approved"}'),
    constructor: withMember('"constructor":1'),
    toJSON: withMember('"toJSON":null'),
    "a lone high surrogate": plain.replace("é", "\\ud83d"),
    "a lone low surrogate": plain.replace("é", "\\ude80"),
    "a pair the wrong way round": plain.replace("é", "\\ude80\\ud83d"),
    "an escape of three digits": plain.replace("é", "\\u0e9"),
    "an escape that is none": plain.replace("é", "\\x65"),
    "a raw control character": plain.replace("é", "\u0001"),
    "a raw newline in a string": plain.replace("é", "\n"),
    "a leading zero": plain.replace('"trustRootVersion":1', '"trustRootVersion":01'),
    "a plus sign": plain.replace('"trustRootVersion":1', '"trustRootVersion":+1'),
    "a bare point": plain.replace('"trustRootVersion":1', '"trustRootVersion":1.'),
    hexadecimal: plain.replace('"trustRootVersion":1', '"trustRootVersion":0x1'),
    NaN: plain.replace('"trustRootVersion":1', '"trustRootVersion":NaN'),
    "2^53": plain.replace('"trustRootVersion":1', '"trustRootVersion":9007199254740992'),
    "1e400": plain.replace('"trustRootVersion":1', '"trustRootVersion":1e400'),
    "1 and a hair": plain.replace('"trustRootVersion":1', '"trustRootVersion":1.0000000000000002'),
    "a trailing comma": plain.replace(/\}$/, ",}"),
    "a missing colon": plain.replace(":", " "),
    "a word in capitals": withMember('"x":True'),
    "a byte order mark": `\ufeff${plain}`,
    "a form feed around it": `\f${plain}`,
    "a no-break space around it": `\u00a0${plain}`,
    "trailing data": `${plain} {}`,
    "a NUL behind it": `${plain}\u0000`,
    "cut off": plain.slice(0, -1),
    empty: "",
    "white space alone": " \n",
    "65 deep": nested(65),
    "100,000 brackets": undefined,
    "UTF-16": Buffer.from(plain, "utf16le"),
    "UTF-16 with its mark": Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(plain, "utf16le")]),
    "Latin-1": Buffer.from(plain.replace("\u{1f680}", "x"), "latin1"),
    "an overlong form": replaceBytes(plain, [0xc0, 0xaf]),
    "a surrogate in UTF-8": replaceBytes(plain, [0xed, 0xa0, 0xbd, 0xed, 0xba, 0x80]),
    "above U+10FFFF": replaceBytes(plain, [0xf4, 0x90, 0x80, 0x80]),
    "a sequence cut off": replaceBytes(plain, [0xc3]),
  };
  kit.add("strict-json", "spellings", {
    why: "One attestation, as any JSON writer may spell it.",
    threats: [4],
    home,
    arguments: homed,
    inputs: Object.entries(good).map(([name, content]) => ({
      name,
      file: text(content),
      expect: verified("L2"),
    })),
  });
  kit.add("strict-json", "malformed", {
    why: "What another parser may let pass, mend or read otherwise is malformed.",
    threats: [1, 2, 3, 6, 7],
    home,
    arguments: homed,
    inputs: Object.entries(bad).map(([name, content]) => ({
      name,
      file:
        content === undefined
          ? { text: "[", times: 100000 }
          : content instanceof Uint8Array
            ? content
            : text(content),
      expect: malformed,
    })),
  });
}

/** The first letter that is not ASCII gives way to these bytes. */
function replaceBytes(plain, bytes) {
  const whole = Buffer.from(plain);
  const at = whole.indexOf(Buffer.from("é"));
  return Buffer.concat([whole.subarray(0, at), Buffer.from(bytes), whole.subarray(at + 2)]);
}

/** Evidence is read by the same rules, and its code is said. */
function evidence({ kit, world, home, homed, bundles }) {
  const { attestation, evidence: file } = world.execute(bundles.claims, small);
  const plain = new TextDecoder().decode(file);
  const cases = {
    "a signal twice": [plain.replace('"risk_score":80', '"risk_score":80,"risk_score":80'), "CANONICAL-011"],
    "a signal twice, once escaped": [
      plain.replace('"risk_score":80', '"risk_score":80,"risk\\u005fscore":80'),
      "CANONICAL-011",
    ],
    "2^53": [plain.replace("100000", "9007199254740992"), "CANONICAL-012"],
    "2^53 - 1 and a bit": [plain.replace("100000", "9007199254740991.4"), "CANONICAL-012"],
    "1e-400": [plain.replace("100000", "1e-400"), "CANONICAL-012"],
    "a lone surrogate": [plain.replace("C-1", "\\ud800"), "CANONICAL-008"],
    "65 deep": [plain.replace("100000", `${"[".repeat(63)}1${"]".repeat(63)}`), "CANONICAL-007"],
    "a byte order mark": [`\ufeff${plain}`, "CANONICAL-014"],
    "invalid UTF-8": [Buffer.concat([Buffer.from([0x80]), Buffer.from(plain)]), "CANONICAL-014"],
    "two documents": [`${plain}${plain}`, "CANONICAL-010"],
    "a signal twice, and cut off": [
      plain.replace('"risk_score":80', '"risk_score":80,"risk_score":80').slice(0, -1),
      "CANONICAL-011",
    ],
    "a signal twice, without a colon": [
      plain.replace('"risk_score":80', '"risk_score":80,"risk_score" 80'),
      "CANONICAL-011",
    ],
    "2^53, and then a signal twice": [
      plain
        .replace("100000", "9007199254740992")
        .replace('"risk_score":80', '"risk_score":80,"risk_score":80'),
      "CANONICAL-012",
    ],
    "2^53 and a bare point": [plain.replace("100000", "9007199254740992."), "CANONICAL-010"],
    "65 deep, and cut off": [`${plain.slice(0, plain.indexOf("100000"))}${"[".repeat(63)}`, "CANONICAL-007"],
    "a lone surrogate, and an escape that is none": [plain.replace("C-1", "\\ud800\\x"), "CANONICAL-010"],
  };
  kit.add("strict-json", "evidence", {
    why: "Evidence that is not strict JSON is none.",
    threats: [1, 2, 6, 7],
    home,
    arguments: [...homed, "--level", "L4"],
    inputs: Object.entries(cases).map(([name, [content, code]]) => ({
      name,
      file: json(attestation),
      beside: { ".evidence": content instanceof Uint8Array ? content : text(content) },
      expect: refused({ "evidence.form": code }, "L2"),
    })),
  });
}
