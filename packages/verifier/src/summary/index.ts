export {
  type ResourceDescriptor,
  type SummaryInput,
  type VerificationSummary,
  verificationSummary,
  verificationSummaryBytes,
  VSA_PREDICATE_TYPE,
} from "./verification-summary.js";
