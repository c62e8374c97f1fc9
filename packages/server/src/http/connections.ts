import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Lets go of connections that nothing is under way on when the server closes. Node stops its timeouts then, so that one that never asked,
 * or not to the end, would keep the server from closing for as long as the caller likes; and what was answered and is not read yet it
 * cuts off.
 */
export class Connections {
  /** How many requests of each are under way. */
  readonly #underWay = new Map<Socket, number>();
  #closing = false;

  constructor(server: Server) {
    server.closeIdleConnections = () => undefined;
    server.on("connection", (socket) => {
      if (this.#closing) {
        socket.destroy();
        return;
      }
      this.#underWay.set(socket, 0);
      socket.once("close", () => this.#underWay.delete(socket));
    });
    server.on("request", ({ socket }, response) => {
      this.#count(socket, 1);
      response.once("close", () => {
        this.#count(socket, -1);
      });
    });
  }

  close(): void {
    this.#closing = true;
    for (const [socket, underWay] of this.#underWay) if (underWay === 0) socket.destroy();
  }

  #count(socket: Socket, change: number): void {
    const known = this.#underWay.get(socket);
    if (known === undefined) return;
    this.#underWay.set(socket, known + change);
    // What was answered is still written to its end.
    if (this.#closing && known + change === 0) socket.destroySoon();
  }
}
