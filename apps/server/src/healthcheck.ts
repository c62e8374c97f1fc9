import { readSettings } from "./settings.js";

// Whether the process answers, asked where its own settings say that it listens; the image has no curl. Exit code 0 or 1.
const { host, port } = readSettings(process.env).place();
const answer = await fetch(`http://${reachable(host)}:${String(port)}/healthz`, {
  signal: AbortSignal.timeout(4_000),
}).catch(() => undefined);
process.exitCode = answer?.status === 200 ? 0 : 1;

/** An address of this machine, where the host stands for all of them. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
