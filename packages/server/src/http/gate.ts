import { ServerError } from "../errors.js";
import { Arrivals } from "./arrivals.js";

/** Lets so much work in at once and refuses the rest. */
export class Gate {
  /** Is called whenever a place is given back, and when the gate closes. */
  onRoom: () => void = () => undefined;
  /** Who is in, and its body not yet. */
  readonly arrivals = new Arrivals();
  readonly #most: number;
  #inside = 0;
  #closing = false;

  constructor(most: number) {
    this.#most = most;
  }

  get inside(): number {
    return this.#inside;
  }

  /** Places that are free. */
  get room(): number {
    return this.#closing ? 0 : this.#most - this.#inside;
  }

  get isClosing(): boolean {
    return this.#closing;
  }

  /** From now on nothing new is let in. */
  close(): void {
    this.#closing = true;
    this.onRoom();
  }

  /** @returns what to call, once, when the work is done. @throws ServerError HTTP-008 */
  enter(): () => void {
    if (this.#closing) throw new ServerError("HTTP-008", "The server is being stopped.");
    if (this.#inside >= this.#most)
      throw new ServerError("HTTP-008", "The server has all the work it takes.");
    this.#inside += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#inside -= 1;
      this.onRoom();
    };
  }
}
