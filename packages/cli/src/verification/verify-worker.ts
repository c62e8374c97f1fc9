import { parentPort, workerData } from "node:worker_threads";
import type { InputFile } from "./file-finding.js";
import { createJudge } from "./judge.js";
import { judgeChunk } from "./judge-chunk.js";
import type { WorkerTask } from "./worker-pool.js";

// A thread of `parmana verify`: judges the files that it is told, in their order.
const { home, terms, json } = workerData as WorkerTask;
const judge = createJudge(home, terms);
let last = Promise.resolve();

parentPort?.on("message", (files: readonly InputFile[]) => {
  last = last.then(async () => {
    parentPort?.postMessage(await judgeChunk(judge, files, json));
  });
});
