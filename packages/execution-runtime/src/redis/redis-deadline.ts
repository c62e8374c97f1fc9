interface Waiting {
  readonly since: number;
  readonly reject: (error: Error) => void;
}

/**
 * One timer for everything that waits on one connection: answers come in the order of the questions, so whoever waits
 * longest is late first, and the others would be.
 */
export class RedisDeadline {
  readonly #limitMs: number;
  readonly #giveUp: () => Error;
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;

  /** @param giveUp called when something is late; everything that waits fails with what it returns */
  constructor(limitMs: number, giveUp: () => Error) {
    this.#limitMs = limitMs;
    this.#giveUp = giveUp;
  }

  /** @param otherwise goes on when the work fails, within the same time */
  within<Answer>(work: Promise<Answer>, otherwise: (cause: unknown) => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const waiting = { since: performance.now(), reject };
      this.#waiting.add(waiting);
      if (this.#timer === undefined) this.#look(this.#limitMs);
      const settled = (answer: Answer) => {
        this.#waiting.delete(waiting);
        resolve(answer);
      };
      const failed = (error: Error) => {
        this.#waiting.delete(waiting);
        reject(error);
      };
      work.then(settled, (cause: unknown) => {
        otherwise(cause).then(settled, failed);
      });
    });
  }

  #look(inMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const [oldest] = this.#waiting;
      if (oldest === undefined) return;
      const leftMs = oldest.since + this.#limitMs - performance.now();
      if (leftMs > 0) this.#look(Math.ceil(leftMs));
      else this.#failAll(this.#giveUp());
    }, inMs);
    // The socket keeps the process alive as long as something waits.
    this.#timer.unref();
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting) reject(error);
    this.#waiting.clear();
  }
}
