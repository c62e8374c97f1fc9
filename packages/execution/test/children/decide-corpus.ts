// What determinism.test.ts runs in processes of their own: node decide-corpus.mjs <corpus>
import { readFileSync } from "node:fs";
import { decisionsOf, hashOf, readCorpus } from "../decision-corpus.js";

const [path = ""] = process.argv.slice(2);

function generatesCode(): boolean {
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    new Function("");
    return true;
  } catch {
    return false;
  }
}

process.stdout.write(
  JSON.stringify({
    hash: hashOf(decisionsOf(readCorpus(readFileSync(path, "utf8")))),
    generatesCode: generatesCode(),
    locale: new Intl.NumberFormat().resolvedOptions().locale,
    hour: new Date(Date.UTC(2026, 10, 21, 12)).getHours(),
  }),
);
