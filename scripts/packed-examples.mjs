// The stranger's experience: the tarballs of all public packages, installed by npm into an empty project. Every door imports, every
// example runs and ends by itself, every README shows its examples as they are, and nothing is shipped that should not be.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withTarballs } from "./lib/pack.mjs";
import { run } from "./lib/run.mjs";
import { filesBelow, packageDoors, root } from "./lib/workspace.mjs";

const exampleLimitMs = 60_000;
const mayBeShipped = /^(package\.json|README\.md|LICENSE|dist\/.+\.(js|d\.ts)|schema\/.+\.schema\.json)$/;
const mustBeShipped = ["package.json", "README.md", "LICENSE"];
/** Anything that works only here; tsup would leave a trace of it in a bundle or a source map. */
const leaks = ["workspace:", root, "sourceMappingURL"];

const problems = [];
const problem = (subject, sentence) => problems.push(`${subject}: ${sentence}`);

await withTarballs(async (packed, folder) => {
  const project = join(folder, "project");
  if (!(await installInto(project, packed))) return;
  for (const found of packed) {
    checkContents(found.shortName, join(project, "node_modules", found.name));
    await checkDoors(found, project);
    await checkExamples(found, project);
  }
});

if (problems.length > 0) {
  console.log(problems.join("\n"));
  process.exitCode = 1;
}

async function installInto(project, packed) {
  mkdirSync(project);
  const dependencies = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]));
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ private: true, type: "module", dependencies }),
  );
  const { code, output } = await run(
    "npm",
    ["install", "--prefix", project, "--prefer-offline", "--no-audit", "--no-fund"],
    {
      cwd: project,
      shell: process.platform === "win32",
    },
  );
  if (code !== 0) problem("npm install of the tarballs", `exit code ${code}\n${output}`);
  return code === 0;
}

function checkContents(name, installed) {
  const files = filesBelow(installed);
  for (const file of mustBeShipped) if (!files.includes(file)) problem(name, `the tarball holds no ${file}`);
  for (const file of files) {
    if (!mayBeShipped.test(file)) problem(name, `the tarball holds ${file}`);
    const text = readFileSync(join(installed, file), "utf8");
    for (const leak of leaks) if (text.includes(leak)) problem(name, `${file} contains "${leak}"`);
  }
}

async function checkDoors(found, project) {
  for (const { subpath } of packageDoors(found)) {
    const specifier = `${found.name}${subpath.slice(1)}`;
    const { code, output } = await run(
      process.execPath,
      ["--input-type=module", "-e", `await import(${JSON.stringify(specifier)})`],
      { cwd: project },
    );
    if (code !== 0) problem(found.shortName, `import "${specifier}" fails\n${output}`);
  }
  for (const command of Object.keys(found.manifest.bin ?? {})) {
    const { code, output } = await run(join(project, "node_modules", ".bin", command), ["--help"], {
      cwd: project,
    });
    if (code !== 0) problem(found.shortName, `${command} --help fails\n${output}`);
  }
}

async function checkExamples(found, project) {
  const source = join(found.path, "examples");
  const examples = existsSync(source) ? readdirSync(source).filter((file) => file.endsWith(".mjs")) : [];
  if (examples.length === 0 && packageDoors(found).length > 0)
    problem(found.shortName, "there is no example in examples/");
  const shown = codeBlocks(join(found.path, "README.md"));
  for (const example of examples) {
    const text = readFileSync(join(source, example), "utf8");
    if (!shown.includes(text.trim()))
      problem(found.shortName, `README.md does not show examples/${example} word for word in a js block`);

    // A folder of its own inside the project: imports resolve as a stranger's would, and files it writes meet no others.
    const folder = join(project, "examples", found.shortName, example.replace(/\.mjs$/, ""));
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(source, example), join(folder, example));
    const { code, output } = await run(process.execPath, [example], {
      cwd: folder,
      timeoutMs: exampleLimitMs,
    });
    if (code !== 0) problem(found.shortName, `examples/${example} ends with exit code ${code}\n${output}`);
    else if (output.trim() === "") problem(found.shortName, `examples/${example} prints nothing`);
  }
}

/** The text of every js block of a Markdown file. */
function codeBlocks(path) {
  if (!existsSync(path)) return [];
  return [...readFileSync(path, "utf8").matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, text]) => text.trim());
}
