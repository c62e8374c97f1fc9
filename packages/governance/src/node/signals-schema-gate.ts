import type { Ajv } from "ajv";
import { decimalToScaled } from "../policy/decimal.js";
import type { Policy } from "../policy.js";
import { signalsJsonSchema } from "../signals-json-schema.js";
import { createStrictAjv } from "./ajv-strict.js";

/**
 * Compiles the JSON Schema of a policy's signals with Ajv, once per policy: the fast check for servers that may
 * generate code. Of what JSON can represent it accepts exactly what validateSignals accepts.
 */
export function compileSignalsSchema(policy: Policy): (signals: unknown) => boolean {
  const ajv = createStrictAjv();
  addSignalFormats(ajv);
  const validate = ajv.compile(signalsJsonSchema(policy));
  return (signals) => validate(signals);
}

// Independent of the code-generation-free checks on purpose: the test that compares the two finds defects in either.
function addSignalFormats(ajv: Ajv): void {
  ajv.addFormat("decimal", (text: string) => /^-?[0-9]+(?:\.[0-9]+)?$/.test(text));
  ajv.addFormat("date", (text: string) => isRealTime(`${text}T00:00:00.000Z`));
  ajv.addFormat("date-time", isRealTime);
  ajv.addFormat("email", isEmail);
  ajv.addFormat("hostname", isHostname);
  ajv.addFormat("ipv4", isIpv4);
  ajv.addFormat("uuid", isUuid);
  addDecimalBound(ajv, "formatMinimum", (value, bound) => value >= bound);
  addDecimalBound(ajv, "formatMaximum", (value, bound) => value <= bound);
}

// Date.parse accepts 31 February in this spelling and moves it to March, so it is written back and compared.
function isRealTime(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}

function isEmail(text: string): boolean {
  const [local = "", domain = "", ...more] = text.split("@");
  const atoms = local.split(".");
  const isAtom = (atom: string): boolean => atom !== "" && /^[!#$%&'*+\-/=?^_`{|}~0-9A-Za-z]*$/.test(atom);
  return (
    more.length === 0 && text.length <= 254 && local.length <= 64 && atoms.every(isAtom) && isHostname(domain)
  );
}

function isHostname(text: string): boolean {
  const labels = text.split(".");
  const isLabel = (label: string): boolean =>
    label.length <= 63 && /^[0-9a-z-]+$/.test(label) && !label.startsWith("-") && !label.endsWith("-");
  return text.length <= 253 && labels.every(isLabel) && !/^[0-9]+$/.test(labels.at(-1) ?? "");
}

function isIpv4(text: string): boolean {
  const bytes = text.split(".");
  return bytes.length === 4 && bytes.every((byte) => String(Number(byte) & 0xff) === byte);
}

function isUuid(text: string): boolean {
  const groups = text.split("-");
  return (
    groups.every((group) => /^[0-9a-f]+$/.test(group)) &&
    groups.map(({ length }) => length).join() === "8,4,4,4,12"
  );
}

function addDecimalBound(ajv: Ajv, keyword: string, holds: (value: bigint, bound: bigint) => boolean): void {
  ajv.addKeyword({
    keyword,
    type: "string",
    schemaType: "string",
    // The pattern has made both sides decimals of one scale, so their digits compare as they are.
    compile: (bound: string) => {
      const limit = decimalToScaled(bound).digits;
      return (value: string) => holds(BigInt(value.replace(".", "")), limit);
    },
  });
}
