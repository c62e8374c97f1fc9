import type { FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { errorLine } from "../log.js";
import type { Metrics } from "../metrics.js";
import { type ProblemAnswer, problemAnswer } from "./problem.js";

/** What the caller is told of an error; the log and the metrics are told as well. */
export type TellProblem = (error: unknown, request: FastifyRequest) => ProblemAnswer;

export function problemTeller(logger: Logger, metrics: Metrics): TellProblem {
  return (error, { id: requestId }) => {
    const answer = problemAnswer(error);
    metrics.refused(answer.body.code);
    const line = { requestId, ...errorLine(error, answer.status) };
    if (answer.status >= 500) logger.error(line, "problem");
    else logger.info(line, "problem");
    return answer;
  };
}
