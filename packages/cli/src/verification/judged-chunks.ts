import type { Home } from "../home.js";
import type { InputFile } from "./file-finding.js";
import { createJudge } from "./judge.js";
import { judgeChunk, type JudgedChunk } from "./judge-chunk.js";
import type { VerifyTerms } from "./terms.js";
import { WorkerPool } from "./worker-pool.js";

/** Small enough that all threads end together, and that few findings wait for a slow one. */
const CHUNK_FILES = 64;
/** A thread needs so long to start as it needs for about as many files. */
const FILES_PER_THREAD = 1_000;
/** Chunks that each thread has at hand, so that it never waits. */
const CHUNKS_AHEAD = 3;

export interface ChunkOptions {
  readonly home: Home;
  readonly terms: VerifyTerms;
  /** Threads at most; where there are few files none is started. */
  readonly workers: number;
  readonly json: boolean;
}

/** Judges the files in chunks, whose order is that of the files, on several cores where there are many. */
export async function* judgedChunks(
  files: Iterable<InputFile>,
  options: ChunkOptions,
): AsyncGenerator<JudgedChunk, void> {
  const chunks = chunksOf(files);
  const first: (readonly InputFile[])[] = [];
  for (let left = options.workers * FILES_PER_THREAD; left > 0; left -= CHUNK_FILES) {
    const next = chunks.next();
    if (next.done === true) break;
    first.push(next.value);
  }
  const threads = Math.min(options.workers, Math.floor((first.length * CHUNK_FILES) / FILES_PER_THREAD));
  const all = joined(first, chunks);
  if (threads > 1) yield* onThreads(all, threads, options);
  else {
    const { home, terms, json } = options;
    const judge = createJudge(home, terms);
    for (const chunk of all) yield await judgeChunk(judge, chunk, json);
  }
}

async function* onThreads(
  chunks: Iterable<readonly InputFile[]>,
  threads: number,
  { home, terms, json }: ChunkOptions,
): AsyncGenerator<JudgedChunk, void> {
  const pool = new WorkerPool(threads, { home, terms, json });
  const ahead: Promise<JudgedChunk>[] = [];
  try {
    for (const chunk of chunks) {
      const judged = pool.judge(chunk);
      // It is awaited in its turn; until then a failure is not unhandled.
      judged.catch(() => undefined);
      ahead.push(judged);
      const oldest = ahead.length < threads * CHUNKS_AHEAD ? undefined : ahead.shift();
      if (oldest !== undefined) yield await oldest;
    }
    for (const judged of ahead) yield await judged;
  } finally {
    await pool.close();
  }
}

function* chunksOf(files: Iterable<InputFile>): Generator<readonly InputFile[], void> {
  let chunk: InputFile[] = [];
  for (const file of files) {
    chunk.push(file);
    if (chunk.length < CHUNK_FILES) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function* joined<Value>(first: Iterable<Value>, then: Iterable<Value>): Generator<Value, void> {
  yield* first;
  yield* then;
}
