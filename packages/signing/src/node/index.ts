export { commandSigner } from "./command-signer.js";
export type { CommandSigner, CommandSignerInput } from "./command-signer.js";
