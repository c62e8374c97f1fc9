import { hash } from "node:crypto";

/** A script that Redis runs as one step, and its name there. */
export interface RedisScript {
  readonly source: string;
  readonly sha1: string;
}

/** A step of the state machine, as the script takes it: on a record and, if the fingerprint is an identity, on who holds it. */
export interface RedisStep {
  readonly name: "reserve" | "confirm" | "fail" | "resolve" | "find" | "probe";
  readonly record: string;
  readonly holder: string | undefined;
  readonly values: readonly [string?, string?, string?];
}

// A record is one string, which a step reads and writes whole (redis-record.ts reads it):
//   <state> <fencing> <lease expires at> <identity> <fingerprint> <execution id> <attestation hash, or ->
// The holder of a fingerprint is the key of a record. Everything lies in one hash slot. A key of another type fails its GET.
// Numbers are exact, since they are below 2^53; Lua writes 14 digits by itself.
//
// One run takes many steps, since a run costs more than a step. A step that fails says so, and the others go on.
//   KEYS  1 the fencing counter; for each step its record and its holder, or the record again
//   ARGV  1 ttl in ms; for each step its name and three values
const source = `
local call, sub, written = redis.call, string.sub, string.format
local counter, ttl = KEYS[1], ARGV[1]
local now, micros, last
-- One function, since the script makes it anew for each run.
local function take(step, execution, holder, first, second, third)
  local found = call('GET', execution)
  if step == 'find' then return { 'done', found } end
  if step == 'probe' then
    -- first: ttl in ms
    call('SET', execution, '', 'PX', first)
    return { 'done' }
  end
  if step == 'reserve' then
    -- first: " <identity> <fingerprint> <execution id> ", second: lease in ms
    if not now then
      local time = call('TIME')
      micros = time[1] * 1000000 + time[2]
      now = math.floor(micros / 1000)
    end
    local outcome, own, other, abandoned = 'reserved', found, nil, nil
    if not own and holder then
      other = call('GET', holder)
      found = other and call('GET', other)
    end
    if found then
      local state, lease, known = string.match(found, '^(%S+) %d+ (%d+)( %S+ %S+ %S+ )%S+$')
      if not state then return { 'damaged' } end
      if own and known ~= first then return { 'conflict', own } end
      if state ~= 'reserved' then return { 'replay', found } end
      if lease - now > 0 then return { 'in_flight', found, lease - now .. '' } end
      if own then outcome = 'taken over' else abandoned = 'failed' .. sub(found, 9) end
    end
    if last then last = last + 1 else
      -- Not below the time, so that numbers still grow after a server that forgot everything.
      last = math.max((call('GET', counter) or 0) + 1, micros)
      -- As if every step of this run took one.
      call('SET', counter, written('%.0f', last + #KEYS))
    end
    local fencing, lease = written('%.0f', last), now + second .. ''
    if abandoned then call('SET', other, abandoned, 'PX', ttl) end
    call('SET', execution, 'reserved ' .. fencing .. ' ' .. lease .. first .. '-', 'PX', ttl)
    if holder then call('SET', holder, execution, 'PX', ttl) end
    return { outcome, fencing, lease, abandoned }
  end
  if step == 'resolve' then
    -- first: state
    local pending = 'pending_override'
    if not found or sub(found, 1, #pending + 1) ~= pending .. ' ' then return { 'lost', found } end
    call('SET', execution, first .. sub(found, #pending + 1), 'PX', ttl)
    if holder then call('PEXPIRE', holder, ttl) end
    return { 'done' }
  end
  -- confirm or fail; first: fencing
  local start = 'reserved ' .. first .. ' '
  if not found or sub(found, 1, #start) ~= start then return { 'lost', found } end
  if step == 'fail' then
    call('SET', execution, 'failed' .. sub(found, 9), 'PX', ttl)
    if holder and call('GET', holder) == execution then call('DEL', holder) end
    return { 'done' }
  end
  -- second: state, third: attestation hash
  local record = second .. sub(found, 9, -2) .. third
  if second == 'pending_override' then
    -- What waits for a person waits as long as it takes.
    call('SET', execution, record)
    if holder then call('PERSIST', holder) end
  else
    call('SET', execution, record, 'PX', ttl)
    if holder then call('PEXPIRE', holder, ttl) end
  end
  return { 'done' }
end
local answers = {}
for at = 1, (#KEYS - 1) / 2 do
  local execution, holder = KEYS[2 * at], KEYS[2 * at + 1]
  if holder == execution then holder = nil end
  local ran, answer = pcall(take, ARGV[4 * at - 2], execution, holder, unpack(ARGV, 4 * at - 1, 4 * at + 1))
  if not ran then answer = { 'error', type(answer) == 'table' and answer.err or tostring(answer) } end
  answers[at] = answer
end
return answers
`;

export const stepsScript: RedisScript = { source, sha1: hash("sha1", source, "hex") };
