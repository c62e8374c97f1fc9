/** A setting that cannot be worked with. The message names its variable, and is all that a person needs. */
export class ConfigError extends Error {}
