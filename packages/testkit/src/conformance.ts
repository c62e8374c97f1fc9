export { replayStoreConformance, type StoreUnderTest } from "./replay-store-conformance.js";
export { type ReviewedStores, reviewsConformance } from "./reviews-conformance.js";
