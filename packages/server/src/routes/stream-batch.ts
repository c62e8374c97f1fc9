import { Readable } from "node:stream";
import { canonicalize } from "@parmanasystems/canonical";
import type { ExecutionAttestation } from "@parmanasystems/execution";
import type { ExecutionRequest } from "@parmanasystems/execution-runtime";
import type { FastifyRequest } from "fastify";
import type { TellProblem } from "../http/tell-problem.js";

/** A line for each item as soon as it is decided; nothing is begun for a reader that is gone or slow. */
export function streamBatch(
  items: readonly ExecutionRequest[],
  execute: (item: ExecutionRequest, index: number) => Promise<ExecutionAttestation>,
  tellProblem: TellProblem,
  request: FastifyRequest,
): Readable {
  // The stream works on after the handler has returned, so it keeps the handler's place.
  const leave = request.place?.keep() ?? (() => undefined);
  const work = { begun: false, leave };
  const problemOf = (error: unknown) => tellProblem(error, request).body;
  const source = lines(items, execute, problemOf, work);
  const stream = Readable.from(source, { objectMode: true, highWaterMark: 1 });
  // A generator that was never begun ends without its finally.
  stream.once("close", () => {
    if (!work.begun) work.leave();
  });
  return stream;
}

interface Work {
  begun: boolean;
  readonly leave: () => void;
}

async function* lines(
  items: readonly ExecutionRequest[],
  execute: (item: ExecutionRequest, index: number) => Promise<ExecutionAttestation>,
  problemOf: (error: unknown) => object,
  work: Work,
): AsyncGenerator<string> {
  work.begun = true;
  try {
    for (const [index, item] of items.entries()) {
      try {
        const attestation = await execute(item, index);
        yield `{"index":${String(index)},"attestation":${canonicalize(attestation)}}\n`;
      } catch (error) {
        yield `${JSON.stringify({ index, problem: problemOf(error) })}\n`;
        return;
      }
    }
  } finally {
    work.leave();
  }
}
