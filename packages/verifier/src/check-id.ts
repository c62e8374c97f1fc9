import type { checkCatalogue } from "./check-catalogue.js";
import type { resolutionCatalogue } from "./resolution-catalogue.js";

/** Every check there is, of attestations and of resolutions. */
export type CheckId = (typeof checkCatalogue | typeof resolutionCatalogue)[number]["id"];
