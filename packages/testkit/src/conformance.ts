export { replayStoreConformance } from "./replay-store-conformance.js";
