import { connect, createServer, type Server, type Socket } from "node:net";

/** What becomes of a message that commits. */
export type CommitFate = "passes" | "is lost" | "loses its answer" | "is the last that passes";

/** A wire to the server that can be cut at chosen moments. */
export class Proxy {
  fate: CommitFate = "passes";
  /** Nothing is let through, and nothing is refused. */
  stalled = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: URL) {
    this.#server = createServer((client) => {
      const server = connect(Number(target.port), target.hostname);
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          this.#sockets.delete(socket);
          client.destroy();
          server.destroy();
        });
      }
      let deaf = false;
      client.on("data", (bytes) => {
        if (this.stalled) return;
        const commits = bytes.includes("COMMIT\0");
        if (commits && this.fate === "is lost") {
          client.destroy();
          return;
        }
        if (commits && this.fate === "loses its answer") deaf = true;
        server.write(bytes);
        if (commits && this.fate === "is the last that passes") this.stalled = true;
      });
      server.on("data", (bytes) => {
        if (this.stalled) return;
        if (!deaf) client.write(bytes);
        // Answers to what came before it may come first; cut then, the server would never read it.
        else if (bytes.includes("COMMIT\0")) client.destroy();
      });
    });
  }

  static async to(url: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(url));
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  /** The same address, by way of the proxy. */
  through(url: string): string {
    const address = this.#server.address();
    const through = new URL(url);
    through.host = `127.0.0.1:${String(typeof address === "object" ? address?.port : "")}`;
    return through.href;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
