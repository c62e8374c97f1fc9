export { type Checkpoint, formatCheckpoint, parseCheckpoint } from "./checkpoint.js";
export { formatLogProof, type LogProof, parseLogProof } from "./log-proof.js";
export { emptyRoot, leafHash, nodeHash } from "./tree-hash.js";
export { type ConsistencyProof, verifyConsistency } from "./verify-consistency.js";
export { type InclusionProof, verifyInclusion } from "./verify-inclusion.js";
export { readWitnessPolicy } from "./read-witness-policy.js";
export {
  type ReadWitnessPolicy,
  requireWitnesses,
  type Witness,
  type WitnessPolicy,
} from "./witness-policy.js";
