import { RuntimeError, type RuntimeErrorCode } from "../errors.js";

/** What the first word of an error reply says. */
const replies: readonly (readonly [prefix: RegExp, code: RuntimeErrorCode, sentence: string])[] = [
  [
    /^(?:NOAUTH|WRONGPASS|NOPERM|ERR (?:invalid password|Client sent AUTH|AUTH))/,
    "SYS-021",
    "refuses the login",
  ],
  [/^READONLY/, "SYS-022", "is a replica and takes no writes"],
  [/^OOM/, "SYS-022", "has no memory left"],
  [/^LOADING/, "SYS-022", "is still loading its data"],
  [/^MISCONF/, "SYS-022", "cannot store its data, and takes no writes"],
  [/^(?:MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS)/, "SYS-022", "takes no writes for now"],
  [/^(?:MOVED|ASK|CROSSSLOT)/, "SYS-023", "is a node of a cluster that keeps these keys elsewhere"],
  [/^WRONGTYPE/, "SYS-026", "holds something else under a key of this store"],
];

/** The error for what went wrong with a server. Nothing of the URL but host and port is in it. */
export function redisFailure(cause: unknown, shown: string): RuntimeError {
  if (cause instanceof RuntimeError) return cause;
  const message = cause instanceof Error ? cause.message : "";
  const isReply = cause instanceof Error && cause.name === "ReplyError";
  const known = isReply
    ? replies.find(([prefix]) => prefix.test(message.replace(/^ERR Error running script.*?: /, "")))
    : undefined;
  if (known !== undefined) {
    const [, code, sentence] = known;
    return new RuntimeError(code, `Redis at ${shown} ${sentence}.`, { cause });
  }
  if (isReply) return new RuntimeError("SYS-026", `Redis at ${shown} refuses the operation.`, { cause });
  return new RuntimeError("SYS-020", `Redis at ${shown} does not answer.`, { cause });
}
