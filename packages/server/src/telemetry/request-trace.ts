import type * as OpenTelemetry from "@opentelemetry/api";
import type { StepReport } from "@parmanasystems/execution-runtime";
import { problemStatus } from "../http/problem-statuses.js";
import type { Harmless } from "./harmless.js";
import type { TraceClock } from "./trace-clock.js";

export interface RequestTraceParts {
  readonly api: typeof OpenTelemetry;
  readonly tracer: OpenTelemetry.Tracer;
  readonly span: OpenTelemetry.Span;
  /** Where the span is the active one. */
  readonly context: OpenTelemetry.Context;
  readonly clock: TraceClock;
  readonly harmless: Harmless;
}

/** The span of a request. Steps of executions are its children; what a request states is in none of them. */
export class RequestTrace {
  /** For the log. */
  readonly ids: { readonly traceId: string; readonly spanId: string };
  readonly #parts: RequestTraceParts;
  readonly #isRecorded: boolean;
  #code: string | undefined;
  #ended = false;

  constructor(parts: RequestTraceParts) {
    this.#parts = parts;
    const { traceId, spanId } = parts.span.spanContext();
    this.ids = { traceId, spanId };
    this.#isRecorded = parts.span.isRecording();
  }

  /** Lets what is instrumented below, such as the driver of a database, find its parent. */
  within(work: () => void): void {
    const { api, context, harmless } = this.#parts;
    let begun = false;
    const begin = () => {
      if (begun) return;
      begun = true;
      work();
    };
    harmless(() => {
      api.context.with(context, begin);
    });
    begin();
  }

  /** @param index of the item, in a batch */
  step(report: StepReport, index: number | undefined): void {
    if (!this.#isRecorded) return;
    const { span, harmless } = this.#parts;
    harmless(() => {
      this.#child(report, index);
      const isLast = report.code !== null || report.step === "append_and_confirm";
      if (isLast && index === undefined) span.setAttributes(factsOf(report));
    });
  }

  /** The problem that the request ends with. */
  refused(code: string): void {
    this.#code = code;
    this.#parts.harmless(() => this.#parts.span.setAttribute("parmana.code", code));
  }

  /** @param status undefined when the caller was gone before the answer */
  end(status: number | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    const { api, span, clock, harmless } = this.#parts;
    harmless(() => {
      if (status !== undefined) span.setAttribute("http.response.status_code", status);
      if (status === undefined || status >= 500) {
        span.setAttribute("error.type", status === undefined ? "aborted" : (this.#code ?? String(status)));
        span.setStatus({ code: api.SpanStatusCode.ERROR });
      }
      span.end(clock.now());
    });
  }

  #child(report: StepReport, index: number | undefined): void {
    const { api, tracer, context, clock } = this.#parts;
    const { step, beganMs, endedMs, code } = report;
    const attributes = {
      ...factsOf(report),
      ...(code !== null && { "parmana.code": code }),
      ...(index !== undefined && { "parmana.batch.index": index }),
    };
    const span = tracer.startSpan(`parmana.${step}`, { startTime: clock.at(beganMs), attributes }, context);
    // A refusal is an answer; trouble of the server is an error.
    if (code !== null && problemStatus(code) >= 500) {
      span.setAttribute("error.type", code);
      span.setStatus({ code: api.SpanStatusCode.ERROR });
    }
    span.end(clock.at(endedMs));
  }
}

function factsOf({ policyId, policyVersion, ruleId, decision }: StepReport): OpenTelemetry.Attributes {
  return {
    ...(policyId !== undefined && { "parmana.policy.id": policyId }),
    ...(policyVersion !== undefined && { "parmana.policy.version": policyVersion }),
    ...(ruleId !== undefined && { "parmana.rule.id": ruleId }),
    ...(decision !== undefined && { "parmana.decision": decision }),
  };
}
