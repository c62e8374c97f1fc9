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
  if (cause instanceof Error && cause.name === "ReplyError") return replyFailure(cause.message, shown, cause);
  if (isAboutCertificate(cause)) {
    const sentence = `The certificate of Redis at ${shown} is not trusted, or not its own.`;
    return new RuntimeError("SYS-027", sentence, { cause });
  }
  return new RuntimeError("SYS-020", `Redis at ${shown} does not answer.`, { cause });
}

/** The error for an error reply. */
export function replyFailure(message: string, shown: string, cause?: unknown): RuntimeError {
  const reply = message.replace(/^ERR Error running script.*?: /, "");
  const known = replies.find(([prefix]) => prefix.test(reply));
  const [, code, sentence] = known ?? [undefined, "SYS-026", "refuses the operation"];
  return new RuntimeError(code, `Redis at ${shown} ${sentence}.`, { cause });
}

/** By the codes of OpenSSL's checks, as Node.js names them. */
function isAboutCertificate(cause: unknown): boolean {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return /^(?:ERR_TLS_CERT_|CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|INVALID_CA|INVALID_PURPOSE)/.test(
    code,
  );
}
