import { Worker } from "node:worker_threads";
import type { Home } from "../home.js";
import type { InputFile } from "./file-finding.js";
import type { JudgedChunk } from "./judge-chunk.js";
import type { VerifyTerms } from "./terms.js";

/** What a thread is told when it starts. */
export interface WorkerTask {
  readonly home: Home;
  readonly terms: VerifyTerms;
  readonly json: boolean;
}

interface Thread {
  readonly worker: Worker;
  /** Answers come in the order of the questions. */
  readonly waiting: {
    readonly resolve: (chunk: JudgedChunk) => void;
    readonly reject: (cause: unknown) => void;
  }[];
}

/** Threads that judge chunks of files, each with trust root, index, bundles and releases of its own. */
export class WorkerPool {
  readonly #threads: readonly Thread[];

  constructor(count: number, task: WorkerTask) {
    this.#threads = Array.from({ length: count }, () => startThread(task));
  }

  /** By the thread that has the least to do. */
  judge(files: readonly InputFile[]): Promise<JudgedChunk> {
    const [first, ...others] = this.#threads;
    if (first === undefined) throw new RangeError("A pool needs a thread.");
    const idlest = others.reduce(
      (least, thread) => (thread.waiting.length < least.waiting.length ? thread : least),
      first,
    );
    return new Promise((resolve, reject) => {
      idlest.waiting.push({ resolve, reject });
      idlest.worker.postMessage(files);
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }
}

function startThread(workerData: WorkerTask): Thread {
  // Built, it lies beside the file that this one is in.
  const worker = new Worker(new URL("./verify-worker.js", import.meta.url), { workerData });
  const waiting: Thread["waiting"] = [];
  worker.on("message", (chunk: JudgedChunk) => waiting.shift()?.resolve(chunk));
  const fail = (cause: unknown) => {
    for (const { reject } of waiting.splice(0)) reject(cause);
  };
  worker.on("error", fail);
  worker.on("exit", (code) => {
    fail(new Error(`A thread of parmana verify ended with ${String(code)}.`));
  });
  return { worker, waiting };
}
