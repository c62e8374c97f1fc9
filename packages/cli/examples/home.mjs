import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { homeAt, main } from "@parmanasystems/cli";

const directory = join(mkdtempSync(join(tmpdir(), "parmana-")), "home");
const output = { out: console.log, note: console.error };

// The command line, within this process; it answers with the exit code.
console.log(await main(["init", "--home", directory], output));
console.log(homeAt(directory).environment.trustRootPath.endsWith("trust-root.json"));

rmSync(directory, { recursive: true });
