import type { RequiredLevel } from "@parmanasystems/verifier";
import { CliError } from "../errors.js";
import { isEvidenceBundle, readEvidenceBundle } from "../evidence-bundle-input.js";
import type { Home } from "../home.js";
import { parsePresented } from "../parse-file.js";
import { type FileSource, type PresentedFile, presentFile } from "../presented-file.js";
import type { Companions } from "./companions.js";
import { homeVerifiers } from "./home-material.js";
import { bundleJudge } from "./judge-bundle.js";
import type { Judgement } from "./judgement.js";
import type { VerifyTerms } from "./terms.js";

/** What belongs to a file, by what it turns out to be. */
export interface CompanionSource {
  readonly of: (file: PresentedFile) => FoundCompanions;
  /** An evidence bundle has everything in it: refuses what was named besides. */
  readonly ofBundle: () => void;
}

interface FoundCompanions extends Companions {
  /** Not what happens to lie here decides how much must hold, but what was asked for. */
  readonly demands: RequiredLevel;
}

/** @throws CliError CLI-002, CLI-004, CLI-006; CanonicalError; SigningError; GovernanceError */
export type Judge = (file: FileSource, companions: CompanionSource) => Promise<Judgement>;

/** Judges file after file; trust root, index, bundles and releases that many of them name are read and opened once. */
export function createJudge(home: Home, terms: VerifyTerms): Judge {
  const judgeBundle = bundleJudge(home, terms);
  const verifiersFor = homeVerifiers(home, terms);
  return async (file, companions) => {
    const value = parsePresented(file.path, file.bytes);
    if (isEvidenceBundle(value)) {
      companions.ofBundle();
      return judgeBundle(readEvidenceBundle(file), file.path);
    }
    const presented = presentFile(value, file);
    const { evidence, original, votes, logProof, demands } = companions.of(presented);
    if (terms.log !== undefined && logProof === undefined)
      throw new CliError(
        "CLI-001",
        "--remembered, --consistency, --origin and --witness judge a log proof, and there is none: name it with --log-proof.",
      );
    const requiredLevel = terms.level ?? demands;
    const { attestations, resolutions } = await verifiersFor(presented.statement);
    const report =
      presented.kind === "resolution"
        ? resolutions(presented.input, { original, votes, logProof, requiredLevel })
        : attestations(presented.input, { evidence, logProof, requiredLevel });
    return { statement: { presented, requiredLevel, report } };
  };
}
