import { hash } from "node:crypto";

/** A script that Redis runs as one step, and its name there. */
export interface RedisScript {
  readonly source: string;
  readonly sha1: string;
}

// KEYS and ARGV are the same for all scripts, so that a key is made in one place only:
//   KEYS  1 the execution's record, 2 who holds the fingerprint, 3 the fencing counter
//   ARGV  1 execution id, 2 fingerprint, 3 identity, 4 name of the record, 5 where records are kept, 6 ttl in ms, 7… the script's own
// Everything lies in one hash slot. Numbers travel as text, since Lua's are doubles.
const shared = `
local execution, holder, counter = KEYS[1], KEYS[2], KEYS[3]
local id, fingerprint, identity, name, prefix, ttl = unpack(ARGV, 1, 6)
local function read(key)
  local found = redis.call('HMGET', key, 'executionId', 'fingerprint', 'identity', 'fencing', 'leaseExpiresAt', 'state', 'attestationHash')
  if not found[1] and redis.call('EXISTS', key) == 0 then return nil end
  return { executionId = found[1], fingerprint = found[2], identity = found[3], fencing = found[4], leaseExpiresAt = found[5],
    state = found[6], attestationHash = found[7] }
end
local function answer(outcome, more)
  more = more or {}
  more.outcome = outcome
  return cjson.encode(more)
end
`;

const reserve = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local leaseMs = tonumber(ARGV[7])
local function inFlight(record)
  return answer('in_flight', { record = record, retryAfterMs = string.format('%.0f', tonumber(record.leaseExpiresAt) - now) })
end
local function hold(takenOver, abandoned)
  local before = tonumber(redis.call('GET', counter) or '0')
  -- Not below the time, so that numbers still grow after a server that forgot everything.
  local fencing = string.format('%.0f', math.max(before + 1, time[1] * 1000000 + time[2]))
  redis.call('SET', counter, fencing)
  local lease = string.format('%.0f', now + leaseMs)
  redis.call('HSET', execution, 'executionId', id, 'fingerprint', fingerprint, 'identity', identity, 'fencing', fencing,
    'leaseExpiresAt', lease, 'state', 'reserved', 'attestationHash', '')
  redis.call('PEXPIRE', execution, ttl)
  if identity == 'fingerprint' then redis.call('SET', holder, name, 'PX', ttl) end
  return answer('reserved', { takenOver = takenOver, abandoned = abandoned, record = { executionId = id, fingerprint = fingerprint,
    identity = identity, fencing = fencing, leaseExpiresAt = lease, state = 'reserved', attestationHash = '' } })
end
local own = read(execution)
if own then
  if own.fingerprint ~= fingerprint or own.identity ~= identity then return answer('conflict', { record = own }) end
  if own.state ~= 'reserved' then return answer('replay', { record = own }) end
  if tonumber(own.leaseExpiresAt) > now then return inFlight(own) end
  return hold(true)
end
if identity ~= 'fingerprint' then return hold(false) end
local other = redis.call('GET', holder)
local held = other and read(prefix .. other)
if not held then return hold(false) end
if held.state ~= 'reserved' then return answer('replay', { record = held }) end
if tonumber(held.leaseExpiresAt) > now then return inFlight(held) end
redis.call('HSET', prefix .. other, 'state', 'failed')
return hold(false, read(prefix .. other))
`);

const confirm = script(`
local fencing, state, attestationHash = ARGV[7], ARGV[8], ARGV[9]
local record = read(execution)
if not record or record.state ~= 'reserved' or record.fencing ~= fencing then return answer('lost', { record = record }) end
redis.call('HSET', execution, 'state', state, 'attestationHash', attestationHash)
for _, key in ipairs({ execution, holder }) do
  -- What waits for a person waits as long as it takes.
  if state == 'pending_override' then redis.call('PERSIST', key) else redis.call('PEXPIRE', key, ttl) end
end
return answer('done')
`);

const fail = script(`
local record = read(execution)
if not record or record.state ~= 'reserved' or record.fencing ~= ARGV[7] then return answer('lost', { record = record }) end
redis.call('HSET', execution, 'state', 'failed')
redis.call('PEXPIRE', execution, ttl)
if redis.call('GET', holder) == name then redis.call('DEL', holder) end
return answer('done')
`);

const resolve = script(`
local record = read(execution)
if not record or record.state ~= 'pending_override' then return answer('lost', { record = record }) end
redis.call('HSET', execution, 'state', ARGV[7])
redis.call('PEXPIRE', execution, ttl)
redis.call('PEXPIRE', holder, ttl)
return answer('done')
`);

const find = script(`return answer('done', { record = read(execution) })`);

/** One script for each step of the state machine. */
export const scripts = { reserve, confirm, fail, resolve, find } as const;

function script(own: string): RedisScript {
  const source = `${shared}${own}`;
  return { source, sha1: hash("sha1", source, "hex") };
}
