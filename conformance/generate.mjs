#!/usr/bin/env node
// Makes the kit anew, with fresh keys that are never written: node conformance/generate.mjs. Needs the packages built.
import { createContext, finish } from "./generate/context.mjs";
import { byteFlips } from "./generate/families/byte-flips.mjs";
import { commandLine } from "./generate/families/command-line.mjs";
import { envelopes } from "./generate/families/envelopes.mjs";
import { internalDefects } from "./generate/families/internal-defects.mjs";
import { keys } from "./generate/families/keys.mjs";
import { log } from "./generate/families/log.mjs";
import { policies } from "./generate/families/policies.mjs";
import { policyDocuments } from "./generate/families/policy-documents.mjs";
import { policyIndex } from "./generate/families/policy-index.mjs";
import { resolutions } from "./generate/families/resolutions.mjs";
import { signals } from "./generate/families/signals.mjs";
import { sizes } from "./generate/families/sizes.mjs";
import { strictJson } from "./generate/families/strict-json.mjs";
import { transplants } from "./generate/families/transplants.mjs";
import { trustRoot } from "./generate/families/trust-root.mjs";
import { unknownMembers } from "./generate/families/unknown-members.mjs";
import { valid } from "./generate/families/valid.mjs";

const families = [
  valid,
  internalDefects,
  transplants,
  envelopes,
  unknownMembers,
  byteFlips,
  trustRoot,
  keys,
  log,
  resolutions,
  policies,
  policyDocuments,
  policyIndex,
  signals,
  strictJson,
  sizes,
  commandLine,
];

const context = createContext();
for (const family of families) await family(context);
finish(context);
