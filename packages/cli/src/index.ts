// For programs that run in a home as the command does, such as the server.
export { CliError, type CliErrorCode, cliErrors } from "./errors.js";
export { type ExitCode, exitCodes } from "./exit-codes.js";
export { type Home, homeAt } from "./home.js";
export { homeKeys, runtimeKey } from "./home-keys.js";
export { type CheckpointTerms, issueCheckpoint } from "./log-checkpoint.js";
export { main } from "./main.js";
export type { Output } from "./output.js";
export { rememberedCheckpoint } from "./remembered-checkpoint.js";
export { splitCommand } from "./split-command.js";
