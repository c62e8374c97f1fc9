// The public surface of every door, as a committed file: packages/<name>/etc/<name>.api.md. A change of the surface is a change of that
// file, so a reviewer sees it. Reads the built declarations. `--update` writes the files; without it a difference is an error.
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { CompilerState, Extractor, ExtractorConfig } from "@microsoft/api-extractor";
import { packageDoors, publicPackages, root } from "./lib/workspace.mjs";

const update = process.argv.includes("--update");
const base = ExtractorConfig.loadFile(join(root, "api-extractor.base.json"));

const doors = publicPackages().flatMap((found) => packageDoors(found).map((door) => ({ ...found, ...door })));
const configurations = doors.map(({ path, shortName, subpath, types }) => {
  const reportName = `${shortName}${subpath.slice(1).replaceAll("/", "-")}`;
  return {
    subject: `${shortName}${subpath.slice(1)}`,
    report: join(path, "etc", `${reportName}.api.md`),
    configuration: ExtractorConfig.prepare({
      configObject: {
        ...base,
        projectFolder: path,
        mainEntryPointFilePath: types,
        apiReport: { ...base.apiReport, reportFileName: `${reportName}.api.md` },
        messages: subpath === "." ? base.messages : withoutForgottenExports(base.messages),
      },
      configObjectFullPath: undefined,
      packageJsonFullPath: join(path, "package.json"),
    }),
  };
});

/** A side door speaks in types that the main door exports; API Extractor knows one door at a time. */
function withoutForgottenExports({ extractorMessageReporting, ...messages }) {
  return {
    ...messages,
    extractorMessageReporting: { ...extractorMessageReporting, "ae-forgotten-export": { logLevel: "none" } },
  };
}

// One compiler for all doors: each report alone costs over a second of type checking.
const compilerState = CompilerState.create(configurations[0].configuration, {
  additionalEntryPoints: doors.map(({ types }) => types),
});

const problems = [];
for (const { subject, report, configuration } of configurations) {
  const missing = !existsSync(report);
  if (update) mkdirSync(dirname(report), { recursive: true }); // api-extractor refuses to make it
  const result = Extractor.invoke(configuration, {
    compilerState,
    localBuild: update,
    printApiReportDiff: !update && !missing,
    messageCallback: (message) => {
      // The diff is worth reading; the rest of the chatter says what the exit code says.
      if (message.logLevel === "error" || message.messageId === "console-api-report-diff") {
        console.log(`${subject}: ${message.formatMessageWithLocation(root)}`);
      }
      message.handled = true;
    },
  });
  if (result.errorCount > 0)
    problems.push(`${subject}: the declarations have ${result.errorCount} problems, listed above`);
  else if (!update && missing) problems.push(`${subject}: no report yet; npm run api:update, and commit it`);
  else if (!update && result.apiReportChanged)
    problems.push(
      `${subject}: the public surface changed; if that is meant: npm run api:update, and commit the report`,
    );
  else if (update && result.apiReportChanged)
    console.log(`${subject}: ${missing ? "new" : "updated"} report`);
}

if (problems.length > 0) {
  console.log(problems.join("\n"));
  process.exitCode = 1;
}
