import type { RouteOptions } from "fastify";

/**
 * A request's place among those worked on. Work goes on when its caller hangs up, so the place is free when the work is done; a
 * request whose work never began gives it back when its connection ends.
 */
export class Place {
  readonly #leave: () => void;
  #arrived: () => void = () => undefined;
  #begun = false;
  #kept = false;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  /** @param arrived is called when the work begins, or the connection ends before */
  awaitBody(arrived: () => void): void {
    this.#arrived = arrived;
  }

  begin(): void {
    this.#begun = true;
    this.#arrived();
  }

  /** For an answer that is still being made when the handler has returned; whoever keeps the place gives it back. */
  keep(): () => void {
    this.#kept = true;
    return this.#leave;
  }

  done(): void {
    if (!this.#kept) this.#leave();
  }

  hungUp(): void {
    this.#arrived();
    if (!this.#begun) this.#leave();
  }
}

/** Makes every handler hold its place as long as it works. */
export function keepPlaces(route: RouteOptions): void {
  const { handler } = route;
  route.handler = async function (request, reply) {
    request.place?.begin();
    try {
      return await handler.call(this, request, reply);
    } finally {
      request.place?.done();
    }
  };
}
