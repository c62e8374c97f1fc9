export { freePort } from "./servers/free-port.js";
export { hasPostgres, PostgresServer } from "./servers/postgres-server.js";
export { RedisServer } from "./servers/redis-server.js";
