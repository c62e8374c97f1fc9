import { importPublicKey } from "../../../packages/signing/dist/index.js";
import {
  parseEvidenceBundle,
  verifyAttestation,
  verifyResolution,
} from "../../../packages/verifier/dist/index.js";

/** An evidence bundle as the command line judges it: verdict, level and failed checks of its one or two statements. */
export function judgeKit({ file, rootKey, now }, isWeakened) {
  return [JSON.stringify(judgeBundle({ file, rootKey, now }, isWeakened))];
}

function judgeBundle({ file, rootKey, now }, isWeakened) {
  let bundle;
  try {
    bundle = parseEvidenceBundle(file);
  } catch (error) {
    if (error.code === undefined) throw error;
    return "malformed";
  }
  const { attestation, resolution, evidence, logProof, trustRoot, release, ...shared } = bundle;
  const material = {
    ...shared,
    trustRoot: { ...trustRoot, pinnedKey: importPublicKey(rootKey) },
    now,
    requiredLevel: "L4",
  };
  const ofLog = (proof) => (isWeakened ? undefined : proof);
  const first = verifyAttestation(attestation, {
    ...material,
    release,
    evidence,
    logProof: ofLog(logProof),
  });
  const second =
    resolution &&
    verifyResolution(resolution.attestation, {
      ...material,
      release: resolution.release,
      votes: resolution.votes,
      original: attestation,
      logProof: ofLog(resolution.logProof),
    });
  if ([first, second].some(isMalformed)) return "malformed";
  return [reported(first), second && reported(second)];
}

const FORMS = ["attestation.form", "resolution.form"];
const isMalformed = (report) =>
  report?.checks.some(({ id, status }) => FORMS.includes(id) && status === "fail") === true;

function reported({ verdict, level, checks }) {
  const failed = checks.filter(({ status }) => status === "fail").map(({ id, code }) => `${id} ${code}`);
  return [verdict, level, ...failed.sort()];
}
