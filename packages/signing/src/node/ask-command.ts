import { canonicalBytes, type JsonObject, ParmanaError, parseStrict } from "@parmanasystems/canonical";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { SigningError } from "../errors.js";

/** Far above any answer of the protocol: a signature, or a public key. */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Starts the command, writes one JSON request to its standard input and reads one JSON object from its standard output.
 * No shell is involved. Its standard error is the caller's, so that it can ask for a PIN or a touch; nothing of it gets into errors.
 * @throws SIG-012 to SIG-015
 */
export async function askCommand(
  command: readonly string[],
  request: JsonObject,
  timeoutMs: number,
): Promise<JsonObject> {
  const answer = await runCommand(command, canonicalBytes(request), timeoutMs);
  try {
    const value = parseStrict(answer);
    if (isObject(value)) return value;
  } catch (cause) {
    if (!ParmanaError.isInstance(cause)) throw cause;
    throw new SigningError("SIG-015", `The signer command's answer is not strict JSON: ${cause.message}`, {
      cause,
    });
  }
  throw new SigningError("SIG-015", "The signer command must answer with one JSON object.");
}

function isObject(value: ReturnType<typeof parseStrict>): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

function start([program = "", ...words]: readonly string[]): Child {
  try {
    return spawn(program, words, { stdio: ["pipe", "pipe", "inherit"], shell: false, windowsHide: true });
  } catch (cause) {
    throw notStarted(cause);
  }
}

function runCommand(command: readonly string[], input: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
  const child = start(command);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const giveUp = (error: SigningError): void => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      // Children of the command may keep the pipe open; nobody reads it any more.
      child.stdout.destroy();
      child.stdin.destroy();
      reject(error);
    };
    const timer = setTimeout(() => {
      giveUp(new SigningError("SIG-014", `The signer command did not answer within ${timeoutMs} ms.`));
    }, timeoutMs);
    child.once("error", (cause) => {
      giveUp(notStarted(cause));
    });
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_ANSWER_BYTES) chunks.push(chunk);
      else {
        giveUp(
          new SigningError("SIG-015", `The signer command must answer in ${MAX_ANSWER_BYTES} bytes at most.`),
        );
      }
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(Buffer.concat(chunks));
      else reject(new SigningError("SIG-013", `The signer command ended with ${endOf(code, signal)}.`));
    });
    // A command that ends without reading all of it says why by its exit code.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

function endOf(code: number | null, signal: string | null): string {
  return code === null ? `the signal ${signal ?? "unknown"}` : `exit code ${code}`;
}

function notStarted(cause: unknown): SigningError {
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return new SigningError("SIG-012", `The signer command could not be started${code}.`, { cause });
}
