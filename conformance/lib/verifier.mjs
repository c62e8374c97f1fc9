// One call of the verifier under test, and what it said of each path.
import { spawn } from "node:child_process";

/** No verdict takes so long, on any input of the kit. */
const TIMEOUT_MS = 120_000;

/**
 * @param {string[]} command the executable and its first arguments
 * @param {import("./materialise.mjs").Call} call
 * @returns {Promise<{ results: Map<string, any>, problem?: string }>} results by path
 */
export async function judge(command, { options, inputs, directory, isListed = false }) {
  const paths = directory === undefined ? inputs.map(({ path }) => path) : [directory];
  const named = directory === undefined && inputs.length === 1 ? inputs[0].named : [];
  const { code, output, failure } = await run(command, ["verify", "--json", ...options, ...named, ...paths]);
  if (failure !== undefined) return { results: new Map(), problem: failure };
  try {
    if (isListed) return { results: new Map([[directory, readListing(output, code, directory)]]) };
    if (directory === undefined && inputs.length === 1) {
      const [{ path }] = inputs;
      return {
        results: new Map([[path, { ...(output.trim() === "" ? {} : JSON.parse(output)), exitCode: code }]]),
      };
    }
    return readLines(output, code);
  } catch (error) {
    return {
      results: new Map(),
      problem: `exit code ${code}, and what it printed is not as agreed: ${error.message}`,
    };
  }
}

/** Of a directory, which files there were, in their order; an error alone has none. */
function readListing(output, exitCode, directory) {
  const lines = output.split("\n").filter((line) => line.startsWith('{"file"'));
  const read = lines.map((line) => JSON.parse(line));
  return {
    exitCode,
    lines: read.map(({ file, exitCode: own }) => [file.slice(directory.length + 1), own]),
  };
}

function readLines(output, code) {
  const lines = output.split("\n").filter((line) => line !== "");
  const results = new Map(lines.map((line) => JSON.parse(line)).map((result) => [result.file, result]));
  const worst = worstOf([...results.values()].map(({ exitCode }) => exitCode));
  return code === worst
    ? { results }
    : { results, problem: `the process ended with ${code}, and the worst of its lines is ${worst}` };
}

/** Malformed before refused before verified. */
function worstOf(codes) {
  return [2, 1, 0].find((code) => codes.includes(code)) ?? 3;
}

function run([executable, ...first], words) {
  return new Promise((resolve) => {
    // Settings of whoever runs the kit must not decide what is verified.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith("PARMANA_")),
    );
    const child = spawn(executable, [...first, ...words], { env, stdio: ["ignore", "pipe", "pipe"] });
    const chunks = [];
    let complaint = "";
    const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT_MS);
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => {
      complaint = `${complaint}${chunk}`.slice(-2000);
    });
    child.on("error", (error) => resolve({ failure: error.message }));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const output = Buffer.concat(chunks).toString("utf8");
      if (code === null) resolve({ failure: `it was ended by ${signal}; ${complaint}` });
      else resolve({ code, output, complaint });
    });
  });
}
