// node run-judge.mjs <bundle> <vectors> <outcomes>: judges with the Node that runs it. Plain enough for any Node that the packages support.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [bundle, vectors, outcomes] = process.argv.slice(2);
const { judge } = await import(pathToFileURL(bundle).href);
writeFileSync(outcomes, JSON.stringify(judge(JSON.parse(readFileSync(vectors, "utf8")))));
