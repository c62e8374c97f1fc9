import { ParmanaError } from "@parmanasystems/canonical";
import { type Logger, pino } from "pino";
import type { ServerOptions } from "./server-options.js";

/** One JSON line for each request. What a request says, and who may do what with which secret, is not in it. */
export function createLog({ level, stream }: NonNullable<ServerOptions["log"]>): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return stream === undefined ? pino(options) : pino(options, stream);
}

/** What may be written of an error: messages can quote what a caller sent, so only those of the server's own trouble. */
export function errorLine(error: unknown, status: number): object {
  const code = ParmanaError.isInstance(error) ? error.code : "UNEXPECTED";
  if (status < 500) return { code };
  const chain: string[] = [];
  for (let link: unknown = error; link instanceof Error && chain.length < 5; link = link.cause)
    chain.push(`${link.name}: ${link.message}`);
  const stack = ParmanaError.isInstance(error) || !(error instanceof Error) ? undefined : error.stack;
  return { code, reasons: chain, ...(stack !== undefined && { stack }) };
}
