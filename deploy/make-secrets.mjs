#!/usr/bin/env node
// Makes the passwords of docker-compose.yml, once, in deploy/secrets: node deploy/make-secrets.mjs [directory]
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const directory = process.argv[2] ?? fileURLToPath(new URL("secrets", import.meta.url));
if (existsSync(directory)) {
  console.error(`${directory} exists; the databases know what is in it, so nothing was changed.`);
  process.exit(1);
}
const [postgres, ledger, redis] = [1, 2, 3].map(() => randomBytes(24).toString("base64url"));
const settings = {
  PARMANA_POSTGRES_URL: `postgres://parmana:${ledger}@postgres:5432/parmana`,
  PARMANA_REDIS_URL: `redis://:${redis}@redis:6379/0`,
};
mkdirSync(directory, { mode: 0o700 });
// The users inside the containers read them, whom this machine does not know: the directory is what keeps others out.
const write = (name, text) => writeFileSync(join(directory, name), `${text}\n`, { mode: 0o444, flag: "wx" });
write("postgres-password", postgres);
write("ledger-password", ledger);
write("redis.conf", `requirepass ${redis}`);
write("parmana.json", JSON.stringify(settings, undefined, 2));
console.log(`Made ${directory}. Keep a copy where back-ups of secrets lie.`);
