import { Ajv, type Options } from "ajv";

/**
 * Strict mode, no coercion, no defaults, nothing removed, no remote references, and own properties only:
 * inherited names such as `toString` never count as present.
 */
const strict: Options = {
  strict: true,
  strictTypes: true,
  strictTuples: true,
  allErrors: false,
  coerceTypes: false,
  useDefaults: false,
  removeAdditional: false,
  ownProperties: true,
  validateFormats: true,
  logger: false,
  // The code runs a few times; making it smaller takes longer than it saves.
  code: { optimize: false },
};

export function createStrictAjv(): Ajv {
  return new Ajv(strict);
}
