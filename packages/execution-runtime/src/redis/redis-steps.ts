import type { RedisConnection } from "./redis-connection.js";
import { damaged } from "./redis-record.js";
import { type RedisStep, stepsScript } from "./scripts.js";

interface Asked {
  readonly step: RedisStep;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** So that nobody waits long for the others, here or at the server. */
const MOST_STEPS = 32;

/** Sends the steps that are asked for in one turn as one run of the script. Each has its own answer. */
export class RedisSteps {
  readonly #connection: RedisConnection;
  readonly #counter: string;
  readonly #ttl: string;
  #asked: Asked[] = [];
  #sent = 0;

  constructor(connection: RedisConnection, counter: string, ttl: string) {
    this.#connection = connection;
    this.#counter = counter;
    this.#ttl = ttl;
  }

  /** Steps that were asked for and have no answer yet. */
  get waiting(): number {
    return this.#asked.length + this.#sent;
  }

  /** @throws RuntimeError SYS-007, SYS-020 to SYS-027 */
  take(step: RedisStep): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#asked.push({ step, resolve, reject });
      if (this.#asked.length === MOST_STEPS) this.#send();
      else if (this.#asked.length === 1)
        process.nextTick(() => {
          this.#send();
        });
    });
  }

  #send(): void {
    const asked = this.#asked;
    if (asked.length === 0) return;
    this.#asked = [];
    const [keys, values] = [[this.#counter], [this.#ttl]];
    for (const { step } of asked) {
      const { name, record, holder, values: own } = step;
      keys.push(record, holder ?? record);
      values.push(name, own[0] ?? "", own[1] ?? "", own[2] ?? "");
    }
    this.#sent += asked.length;
    this.#connection.run(stepsScript, keys, values).then(
      (answers) => {
        this.#sent -= asked.length;
        for (const [index, { resolve, reject }] of asked.entries()) {
          try {
            resolve(this.#answerAt(answers, index));
          } catch (error) {
            reject(error);
          }
        }
      },
      (error: unknown) => {
        this.#sent -= asked.length;
        for (const { reject } of asked) reject(error);
      },
    );
  }

  #answerAt(answers: unknown, index: number): unknown {
    if (!Array.isArray(answers)) return damaged();
    const answer = (answers as readonly unknown[])[index];
    if (Array.isArray(answer) && answer[0] === "error") throw this.#connection.refusal(String(answer[1]));
    return answer;
  }
}
