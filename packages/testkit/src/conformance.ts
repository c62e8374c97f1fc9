export { replayStoreConformance, type StoreUnderTest } from "./replay-store-conformance.js";
export type { ReviewedStores, VoteRow } from "./reviewed-environment.js";
export { reviewsConformance } from "./reviews-conformance.js";
export { replayTableConformance } from "./replay-table-conformance.js";
