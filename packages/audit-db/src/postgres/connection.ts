import type { ConnectionOptions } from "node:tls";
import type { ClientConfig } from "pg";
import { LedgerError } from "../errors.js";

/** Where the server is, and as whom to talk to it. What is left out comes from the PG* variables, as in psql. */
export interface PostgresConnection {
  /** Name, address, or the directory of a Unix socket. */
  readonly host?: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  readonly ssl?: boolean | ConnectionOptions;
}

/** How to connect, and how to name the server in messages: host, port and database, never a password. */
export interface ConnectionSettings {
  readonly config: ClientConfig;
  readonly where: string;
}

const MEMBERS = ["host", "port", "database", "user", "password", "ssl"];

/** @throws LedgerError SYS-030 */
export async function connectionSettings(
  connection: string | PostgresConnection,
  schema: string,
): Promise<ConnectionSettings> {
  const { Client } = await import("pg");
  const config: ClientConfig = {
    ...(typeof connection === "string" ? { connectionString: url(connection) } : members(connection)),
    application_name: `parmana ${schema}`,
    keepAlive: true,
    pipeline: true,
  };
  try {
    const { host, port, database = "" } = new Client(config);
    return { config, where: `${host}:${String(port)}/${database}` };
  } catch {
    // The reason may quote the address with its password.
    return refuse("is not usable: check its escapes, its parameters and the files that it names");
  }
}

function url(text: string): string {
  if (!/^postgres(?:ql)?:\/\//.test(text) || !URL.canParse(text)) {
    refuse("must be a URL such as postgres://user:password@host:5432/database");
  }
  return text;
}

function members(connection: PostgresConnection): ClientConfig {
  // Callers without types too: a misspelt "pasword" would connect as someone else.
  const given: unknown = connection;
  if (typeof given !== "object" || given === null) return refuse("must be a URL or an object");
  const unknown = Object.keys(given).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) refuse(`has no member "${unknown}"; it has ${MEMBERS.join(", ")}`);
  return { ...connection };
}

function refuse(sentence: string): never {
  throw new LedgerError("SYS-030", `The address of the PostgreSQL server ${sentence}.`);
}
