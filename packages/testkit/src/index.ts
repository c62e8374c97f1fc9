export { fixedClock, type FixedClock } from "./fixed-clock.js";
export { sealingTogether } from "./sealing-together.js";
export {
  createTestEnvironment,
  type TestEnvironment,
  type TestEnvironmentOptions,
} from "./test-environment.js";
export { type RunningWitness, startWitness } from "./witness.js";
export { parseXml, type XmlElement } from "./xml.js";
