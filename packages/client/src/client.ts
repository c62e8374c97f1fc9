import type {
  Answers,
  DsseEnvelope,
  EvaluateRequest,
  ExecutionAttestation,
  ExecutionEntry,
  GetExecutionProofQuery,
  ListExecutionsQuery,
  PolicyList,
  Readiness,
  ResolveRequest,
  ReviewOutcome,
  ReviewTask,
  SimulateRequest,
  Simulation,
  VerificationReport,
  VerifyRequest,
} from "./api.js";
import { type Call, call } from "./call.js";
import { type CallOptions, type ClientOptions, connectionOf } from "./client-options.js";
import { ParmanaApiError, ParmanaClientError } from "./errors.js";
import { evaluate, type EvaluateOptions, type Evaluation } from "./evaluate.js";
import { requestOf } from "./request-of.js";

const ENVELOPE_TYPE = "application/vnd.dsse+json";

/** The attestation, as `evaluate` gave it or as `envelope` did, with what the verification shall look at. */
export interface Verification extends Omit<VerifyRequest, "attestation"> {
  readonly attestation: ExecutionAttestation | DsseEnvelope;
}

export interface ExecutionsQuery extends Omit<ListExecutionsQuery, "limit"> {
  /** How many are fetched at once, 1 to 1,000. */
  readonly pageSize?: number;
}

/** Every method rejects with ParmanaApiError, ParmanaClientError or the reason of the caller's signal, and with nothing else. */
export interface ParmanaClient {
  /** Decides once: signed and recorded. Never executes twice, whatever happens to requests and answers. */
  evaluate(request: EvaluateRequest, options?: EvaluateOptions): Promise<Evaluation>;
  /** What would be decided; nobody may act on it. */
  simulate(request: SimulateRequest, options?: CallOptions): Promise<Simulation>;
  /** By the server's judgement; whoever does not believe the server verifies with @parmanasystems/verifier. */
  verify(verification: Verification, options?: CallOptions): Promise<VerificationReport>;
  /** Undefined where there is none that the caller may see. */
  execution(executionId: string, options?: CallOptions): Promise<ExecutionAttestation | undefined>;
  /** The same in the standard spelling (DSSE). */
  envelope(executionId: string, options?: CallOptions): Promise<DsseEnvelope | undefined>;
  /**
   * That the log has it, as a stranger verifies it: a .tlog-proof (C2SP). Undefined where there is no execution that the
   * caller may see; rejects with HTTP-017 while no checkpoint covers it.
   */
  proof(executionId: string, of?: GetExecutionProofQuery, options?: CallOptions): Promise<string | undefined>;
  /** Attested executions in the order of the log, fetched page by page as they are read. */
  executions(query?: ExecutionsQuery, options?: CallOptions): AsyncGenerator<ExecutionEntry, void, undefined>;
  /** All that waits for people, oldest first, fetched page by page. */
  reviews(options?: CallOptions): Promise<readonly ReviewTask[]>;
  /** Votes. A vote whose answer is lost is not sent again: the error says outcomeUnknown. */
  resolve(executionId: string, vote: ResolveRequest, options?: CallOptions): Promise<ReviewOutcome>;
  policies(options?: CallOptions): Promise<PolicyList>;
  /** Whether the process answers now. */
  healthy(options?: CallOptions): Promise<boolean>;
  /** Whether decisions can be made now, and what keeps them from it. */
  ready(options?: CallOptions): Promise<Readiness>;
}

/** @throws ParmanaClientError CLIENT-004 */
export function createClient(options: ClientOptions): ParmanaClient {
  const connection = connectionOf(options);

  return {
    evaluate: async (wanted, terms) => evaluate(connection, wanted, terms),
    simulate: async (body, terms) => answerOf("simulate", requestOf("simulate", { body }), terms),
    verify: async ({ attestation, ...rest }, terms) => {
      const body = { ...rest, attestation: { ...attestation } };
      return answerOf("verify", requestOf("verify", { body }), terms);
    },
    execution: async (executionId, terms) => {
      const wanted = requestOf("getExecution", { path: { execution_id: executionId } });
      return unlessMissing(answerOf("getExecution", wanted, terms));
    },
    envelope: async (executionId, terms) => {
      const headers = { accept: `${ENVELOPE_TYPE}, application/problem+json` };
      const wanted = requestOf("getExecution", { path: { execution_id: executionId }, headers });
      return unlessMissing(call(connection, wanted, terms).then(({ content }) => content as DsseEnvelope));
    },
    proof: async (executionId, query = {}, terms) => {
      const headers = { accept: "text/plain, application/problem+json" };
      const path = { execution_id: executionId };
      const wanted = requestOf("getExecutionProof", { path, query: { ...query }, headers });
      return unlessMissing(call(connection, wanted, terms).then(({ content }) => content as string));
    },
    executions,
    reviews,
    resolve: async (executionId, body, terms) => {
      const path = { execution_id: executionId };
      return answerOf("resolveReview", requestOf("resolveReview", { path, body, effect: "each" }), terms);
    },
    policies: async (terms) => answerOf("listPolicies", requestOf("listPolicies"), terms),
    healthy: async (terms) => {
      try {
        await answerOf("getHealth", requestOf("getHealth", { asksOnce: true }), terms);
        return true;
      } catch (error) {
        if (terms?.signal?.aborted === true || isUsage(error)) throw error;
        return false;
      }
    },
    ready: async (terms) =>
      answerOf("getReadiness", requestOf("getReadiness", { asksOnce: true, expected: [503] }), terms),
  };

  async function* executions(
    { pageSize, cursor, ...query }: ExecutionsQuery = {},
    terms: CallOptions = {},
  ): AsyncGenerator<ExecutionEntry, void, undefined> {
    const limit = pageSize === undefined ? undefined : String(pageSize);
    let next = cursor;
    do {
      const wanted = requestOf("listExecutions", { query: { ...query, limit, cursor: next } });
      const page = await answerOf("listExecutions", wanted, terms);
      yield* page.executions;
      next = page.next;
    } while (next !== undefined);
  }

  async function reviews(terms?: CallOptions): Promise<readonly ReviewTask[]> {
    const tasks: ReviewTask[] = [];
    let after: string | undefined;
    do {
      const page = await answerOf("listReviews", requestOf("listReviews", { query: { after } }), terms);
      tasks.push(...page.reviews);
      after = page.next;
    } while (after !== undefined);
    return tasks;
  }

  /** The description says that a route answers so, and the server is held to it. */
  async function answerOf<Name extends keyof Answers>(
    _: Name,
    wanted: Call,
    terms?: CallOptions,
  ): Promise<Answers[Name]> {
    return (await call(connection, wanted, terms)).content as Answers[Name];
  }
}

function isUsage(error: unknown): boolean {
  return ParmanaClientError.isInstance(error) && error.code === "CLIENT-004";
}

async function unlessMissing<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (ParmanaApiError.isInstance(error) && error.status === 404 && error.code === "HTTP-005")
      return undefined;
    throw error;
  }
}
