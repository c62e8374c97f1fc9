// A TCP proxy in front of a server, which can lose its connections or let them wait.
import { createServer, connect } from "node:net";

/** @returns {Promise<number>} a port that nobody listens on */
export async function freePort() {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param {{host: string, port: number}} target */
export async function startProxy(target) {
  const pairs = new Set();
  let isCut = false;
  let isStalled = false;
  const server = createServer((client) => {
    const upstream = connect(target);
    const pair = [client, upstream];
    const end = () => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) {
      socket.on("error", end);
      socket.on("close", end);
    }
    if (isCut) return end();
    pairs.add(pair);
    client.pipe(upstream);
    upstream.pipe(client);
    if (isStalled) for (const socket of pair) socket.pause();
  });
  const port = await listen(server);
  return {
    port,
    /** Breaks every connection, and refuses new ones for a while. */
    cut(ms) {
      isCut = true;
      for (const socket of [...pairs].flat()) socket.destroy();
      setTimeout(() => {
        isCut = false;
      }, ms);
    },
    /** Passes nothing on for a while. */
    stall(ms) {
      isStalled = true;
      for (const socket of [...pairs].flat()) socket.pause();
      setTimeout(() => {
        isStalled = false;
        for (const socket of [...pairs].flat()) socket.resume();
      }, ms);
    },
    async close() {
      for (const socket of [...pairs].flat()) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server) {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve(server.address().port);
    });
  });
}
