export { fixedClock, type FixedClock } from "./fixed-clock.js";
export {
  createTestEnvironment,
  type TestEnvironment,
  type TestEnvironmentOptions,
} from "./test-environment.js";
