// What must hold of Dockerfile, docker-compose.yml and .dockerignore, and can be read from them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root, rootManifest } from "./lib/workspace.mjs";

const problems = [];
const must = (holds, sentence) => holds || problems.push(sentence);
const text = (file) => readFileSync(join(root, file), "utf8");

lintDockerfile(instructionsOf(text("Dockerfile")));
lintCompose(parse(text("docker-compose.yml"), { strict: true, uniqueKeys: true }));
const ignored = text(".dockerignore").split("\n");
for (const line of ["**", "deploy/secrets", "**/*.pem", "**/node_modules"])
  must(ignored.includes(line), `.dockerignore has no line ${line}`);

if (problems.length > 0) {
  console.log(problems.join("\n"));
  process.exitCode = 1;
}

/** One entry for each instruction, continued lines joined, comments gone. */
function instructionsOf(source) {
  return source
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n")
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
      must(name !== undefined, `Dockerfile: "${line}" is no instruction`);
      return { name, rest: rest?.trim() ?? "" };
    });
}

function lintDockerfile(instructions) {
  const all = (name) =>
    instructions.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
  const last = instructions.slice(instructions.findLastIndex(({ name }) => name === "FROM"));
  const inLast = (name) => last.filter((instruction) => instruction.name === name).map(({ rest }) => rest);
  const known = [
    "FROM",
    "RUN",
    "WORKDIR",
    "COPY",
    "LABEL",
    "ENV",
    "USER",
    "EXPOSE",
    "STOPSIGNAL",
    "HEALTHCHECK",
    "ENTRYPOINT",
    "CMD",
  ];
  for (const { name } of instructions) must(known.includes(name), `Dockerfile: ${name} is not used here`);

  must(all("FROM").length > 1, "Dockerfile: the build has a stage of its own");
  for (const from of all("FROM"))
    must(
      /^node:20\.\d+\.\d+-\w+-slim( AS \w+)?$/.test(from),
      `Dockerfile: "${from}" is no slim Node 20 with a whole version`,
    );
  for (const folder of all("WORKDIR"))
    must(folder.startsWith("/"), `Dockerfile: WORKDIR ${folder} is not absolute`);
  for (const command of all("RUN")) {
    must(!/\b(sudo|curl|wget)\b/.test(command), `Dockerfile: "${command}" takes something from elsewhere`);
    must(!/\bapt(-get)? (dist-)?upgrade\b/.test(command), "Dockerfile: no upgrade, a newer tag instead");
  }
  const pnpm = rootManifest.packageManager;
  must(
    all("RUN").some((command) => command.split(" ").includes(pnpm)),
    `Dockerfile: installs another pnpm than ${pnpm}`,
  );
  const installs = all("RUN").filter((command) => /^pnpm install\b/.test(command));
  for (const command of installs)
    must(command.includes("--frozen-lockfile"), `Dockerfile: "${command}" may pass by the lock file`);
  must(
    installs.at(-1)?.includes("--prod"),
    "Dockerfile: what is shipped is installed without development dependencies",
  );
  for (const line of [...all("ENV"), ...all("COPY"), ...all("LABEL")])
    must(
      !/(password|secret|\.pem|api[-_]?keys?)\b/i.test(line),
      `Dockerfile: "${line}" puts a secret into the image`,
    );

  must(
    inLast("COPY").length === 1 && inLast("COPY")[0].startsWith("--from=build "),
    "Dockerfile: the image takes files of the build stage only",
  );
  must(
    inLast("COPY").every((line) => !line.includes("--chown")),
    "Dockerfile: the program must not belong to the user it runs as",
  );
  const user = last.findLastIndex(({ name }) => name === "USER");
  must(user > 0 && !/^(root|0)\b/.test(last[user].rest), "Dockerfile: runs as root");
  must(
    last.slice(user).every(({ name }) => name !== "RUN" && name !== "COPY"),
    "Dockerfile: nothing is made as the user of the process",
  );
  for (const name of ["CMD", "HEALTHCHECK"]) {
    const [line = ""] = inLast(name);
    const words = /\[.*\]$/.exec(line)?.[0];
    must(
      inLast(name).length === 1 && words !== undefined,
      `Dockerfile: one ${name}, as a list, so that no shell is between`,
    );
    const script =
      words === undefined ? undefined : JSON.parse(words).find((word) => word.startsWith("/app/"));
    const source = script?.replace("/app/", "").replace(/\/dist\/(\w+)\.js$/, "/src/$1.ts");
    must(
      source !== undefined && existsSync(join(root, source)),
      `Dockerfile: ${name} starts a script that does not exist`,
    );
  }
  must(inLast("STOPSIGNAL")[0] === "SIGTERM", "Dockerfile: stops with SIGTERM");
}

function lintCompose({ services, secrets, volumes, networks }) {
  for (const [name, service] of Object.entries(services)) {
    const at = `docker-compose.yml: ${name}`;
    must(/^[a-z-]+(:\d[\w.-]*)?$/.test(service.image), `${at} has an image without a version`);
    must(
      service.image === "parmana-server" || service.image.includes(":"),
      `${at} has an image without a version`,
    );
    must(service.security_opt?.includes("no-new-privileges:true"), `${at} may gain privileges`);
    must(service.privileged === undefined, `${at} is privileged`);
    for (const [variable, value] of Object.entries(service.environment ?? {}))
      must(
        !/(PASSWORD|SECRET|TOKEN|_URL)$/.test(variable) || String(value).startsWith("/run/secrets/"),
        `${at} has ${variable} in its environment`,
      );
    must(
      !JSON.stringify(service.command ?? []).includes("requirepass"),
      `${at} has its password on the command line`,
    );
    for (const secret of service.secrets ?? []) must(secret in secrets, `${at} needs a secret ${secret}`);
    for (const volume of service.volumes ?? []) {
      const [source] = volume.split(":");
      must(source.startsWith("./") || source in volumes, `${at} needs a volume ${source}`);
      must(!volume.includes("docker.sock"), `${at} commands Docker`);
    }
    for (const network of service.networks ?? [])
      must(network in networks, `${at} needs a network ${network}`);
    for (const port of service.ports ?? [])
      must(port.startsWith("127.0.0.1:"), `${at} is open to the network`);
    for (const [other, terms] of Object.entries(service.depends_on ?? {})) {
      must(other in services, `${at} waits for ${other}, which is not there`);
      must(
        terms.condition === "service_healthy" && services[other]?.healthcheck !== undefined,
        `${at} does not wait until ${other} answers`,
      );
    }
  }
  for (const name of ["server", "parmana"]) {
    const { read_only: readOnly, cap_drop: dropped } = services[name];
    must(
      readOnly === true && dropped?.includes("ALL"),
      `docker-compose.yml: ${name} is read-only and without capabilities`,
    );
  }
  must(
    services.server.volumes.every((volume) => volume.endsWith(":ro")),
    "docker-compose.yml: the server writes to its home",
  );
  must(
    networks[services.postgres.networks[0]]?.internal === true,
    "docker-compose.yml: the stores have a network of their own",
  );
  must(
    services.postgres.environment.POSTGRES_PASSWORD_FILE.startsWith("/run/secrets/"),
    "docker-compose.yml: the password comes by file",
  );
  must(
    services.postgres.environment.POSTGRES_USER === undefined &&
      services.postgres.volumes.includes(
        "./deploy/postgres-init.sql:/docker-entrypoint-initdb.d/parmana.sql:ro",
      ),
    "docker-compose.yml: the server has a role of its own, which is not the superuser",
  );
  must(services.postgres.image.startsWith("postgres:16"), "docker-compose.yml: PostgreSQL 16");
  must(services.redis.image.startsWith("redis:7"), "docker-compose.yml: Redis 7");
  const redis = services.redis.command.join(" ");
  must(
    redis.includes("--appendonly yes") && redis.includes("--maxmemory-policy noeviction"),
    "docker-compose.yml: Redis keeps what it was told",
  );
  for (const { file } of Object.values(secrets))
    must(file.startsWith("deploy/secrets/"), `docker-compose.yml: ${file} is not ignored by git`);
  must(
    text(".gitignore").split("\n").includes("/deploy/secrets/"),
    ".gitignore does not have deploy/secrets",
  );
}
