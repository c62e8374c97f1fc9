// The steps of the Dockerfile without Docker: its files and production dependencies in an empty directory, a home, a start, the health
// check, an execution with its trace, SIGTERM. `node scripts/image-steps.mjs`, after the packages are built.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./lib/run.mjs";
import { filesBelow, root, rootManifest } from "./lib/workspace.mjs";

const directory = mkdtempSync(join(tmpdir(), "parmana-image-"));
const image = join(directory, "app");
const home = join(directory, "home");
const settings = { NODE_ENV: "production", PARMANA_HOST: "127.0.0.1", PARMANA_PORT: "0", PARMANA_HOME: home };

const spans = [];
const collector = createServer((request, response) => {
  request.on("data", (chunk) => spans.push(chunk.toString())).on("end", () => response.end("{}"));
});

try {
  mkdirSync(image);
  await must("the files of the image", process.execPath, [join(root, "scripts", "image-files.mjs"), image]);
  await must("production dependencies, by the lock file", "npx", [
    ...["--yes", rootManifest.packageManager, "install", "--prod", "--frozen-lockfile", "--prefer-offline"],
    "--filter=@parmanasystems/server-app...",
  ]);
  const installed = filesBelow(join(image, "node_modules", ".pnpm"), (name) => name !== "dist");
  for (const tool of ["typescript", "vitest", "turbo", "tsup"])
    if (installed.some((file) => file.startsWith(`${tool}@`)))
      fail("no tool of the build", `${tool} is installed`);
  const before = stateOf(image);

  await parmana("init");
  await parmana("policy", "sign", join(root, "policies", "claims-approval", "1.0.0"));
  await parmana("release", "build", "--module", join(image, "packages", "server", "dist", "index.js"));
  const made = await parmana(
    "keys",
    "new",
    "--name",
    "image",
    "--role",
    "evaluator",
    "--days",
    "1",
    "--json",
  );
  const [, key] = /"key":\s*"([^"]+)"/.exec(made) ?? fail("parmana keys new", "no key was printed");

  await new Promise((resolve) => collector.listen(0, "127.0.0.1", resolve));
  const tracing = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.address().port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  };
  const server = spawn(process.execPath, [join(image, "apps", "server", "dist", "main.js")], {
    cwd: image,
    env: { PATH: process.env.PATH, ...settings, ...tracing },
    stdio: ["ignore", "ignore", "pipe"],
  });
  try {
    const port = await portOf(server);
    const config = join(directory, "parmana.json");
    writeFileSync(config, JSON.stringify({ PARMANA_PORT: port }));
    for (const place of [{ PARMANA_PORT: port }, { PARMANA_CONFIG: config }])
      await must(
        `the health check of a running server, by ${Object.keys(place)}`,
        process.execPath,
        [healthCheck()],
        place,
      );
    await execute(port, key);
    const began = performance.now();
    server.kill("SIGTERM");
    const [code] = await once(server, "exit");
    if (code !== 0) fail("SIGTERM", `the server ended with exit code ${code}`);
    console.log(`SIGTERM: ended in ${Math.round(performance.now() - began)} ms`);
    // The API of OpenTelemetry must be found by a package that only names it as an optional peer.
    if (!spans.join("").includes("parmana.append_and_confirm"))
      fail("the trace", "no step reached the collector");
    console.log("the trace of the execution");
    const { code: unhealthy } = await run(process.execPath, [healthCheck()], { env: { PARMANA_PORT: port } });
    if (unhealthy !== 1) fail("the health check of a stopped server", `exit code ${unhealthy}`);
  } finally {
    server.kill("SIGKILL");
  }
  const after = stateOf(image);
  const changed = Object.keys({ ...before, ...after }).filter((file) => before[file] !== after[file]);
  if (changed.length > 0) fail("a read-only program", `${changed.slice(0, 5).join(", ")} changed`);
  console.log("every step of the image holds");
} finally {
  collector.close();
  rmSync(directory, { recursive: true, force: true });
}

async function must(what, command, words, env = {}) {
  const { code, output } = await run(command, words, {
    cwd: image,
    env: { ...env },
    shell: process.platform === "win32",
  });
  if (code !== 0) fail(what, `exit code ${code}\n${output}`);
  console.log(what);
  return output;
}

function parmana(...words) {
  const command = join(image, "packages", "cli", "dist", "bin.js");
  return must(
    `parmana ${words[0]} ${words[1] ?? ""}`.trim(),
    process.execPath,
    [command, ...words],
    settings,
  );
}

function healthCheck() {
  return join(image, "apps", "server", "dist", "healthcheck.js");
}

/** Reads on afterwards: a server whose notes nobody takes would fail at the next one. */
function portOf(server) {
  return new Promise((resolve, reject) => {
    let text = "";
    server.stderr.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port !== undefined) resolve(port);
    });
    server.once("exit", () => reject(new Error(`the start: ${text}`)));
  });
}

async function execute(port, key) {
  const answer = await fetch(`http://127.0.0.1:${port}/evaluate`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({
      policyId: "claims-approval",
      policyVersion: "1.0.0",
      signals: { claim_amount: 1_200, risk_score: 12, vip_customer: false },
    }),
  });
  const text = await answer.text();
  if (answer.status !== 200 || !text.includes('"decision":"approved"')) fail("an execution", text);
  console.log("an execution");
}

/** Size and time of every file: the root of the container is read-only. */
function stateOf(folder) {
  return Object.fromEntries(
    filesBelow(folder).map((file) => {
      const { size, mtimeMs } = lstatSync(join(folder, file));
      return [file, `${size} ${mtimeMs}`];
    }),
  );
}

function fail(what, sentence) {
  throw new Error(`${what}: ${sentence}`);
}
