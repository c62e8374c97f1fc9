import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { once } from "node:events";

export interface CuttingProxy {
  readonly url: string;
  /** Requests that were handed on. */
  readonly requests: number;
  close(): Promise<void>;
}

/**
 * A network that fails: requests reach the server, and of the answers to the first ones so many bytes come through before the
 * connection ends. The server begins to answer only when its work is done, so the work of a cut answer is done.
 */
export async function cuttingProxy(
  targetPort: () => number,
  { cuts, bytes = 0, onCut }: { readonly cuts: number; readonly bytes?: number; onCut?: () => Promise<void> },
): Promise<CuttingProxy> {
  let requests = 0;
  let cut = 0;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(targetPort(), "127.0.0.1");
    let passed = 0;
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", () => {
        client.destroy();
        server.destroy();
      });
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on("data", (chunk: Buffer) => {
      if (/^(GET|POST) /.test(chunk.toString("latin1"))) requests += 1;
      server.write(chunk);
    });
    server.on("data", (chunk: Buffer) => {
      if (cut >= cuts) {
        client.write(chunk);
        return;
      }
      cut += 1;
      const part = chunk.subarray(0, bytes - passed);
      passed += part.length;
      void (onCut?.() ?? Promise.resolve()).then(() => client.end(part, () => client.destroy()));
    });
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    url: `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
    get requests() {
      return requests;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
      await once(proxy, "close");
    },
  };
}
