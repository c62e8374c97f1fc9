import { type ErrorTable, ParmanaError } from "@parmanasystems/canonical";

export const runtimeErrors = {
  "INV-013": {
    meaning:
      "Replay detected: the execution id, or facts that this policy executes only once, were consumed before.",
    remedy:
      "Read the original attestation; `details.executionId` names it. Facts that may recur need a policy with replay.identity execution, and each attempt an id of its own.",
  },
  "INV-014": {
    meaning: "The same identity is being executed right now by another caller.",
    remedy: "Wait for `retryAfterMs` in the details, then ask again.",
  },
  "INV-015": {
    meaning: "The execution id was used before with other facts.",
    remedy: "Give every attempt at a transaction an execution id of its own.",
  },
  "INV-016": {
    meaning: "The request is not well-formed: a member is missing, unknown or of the wrong type.",
    remedy: "Send policyId, policyVersion and signals; the message names the member and what it must be.",
  },
  "INV-017": {
    meaning: "A store or the runtime was given an option or argument that it cannot work with.",
    remedy: "The message names the argument and what it must be.",
  },
  "INV-018": {
    meaning:
      "The reservation is no longer held: its lease ran out and another process took over, or it has ended.",
    remedy: "Nothing was released. Ask for the state of the execution id before trying again.",
  },
  "INV-019": {
    meaning: "The execution is not waiting for an override.",
    remedy: "Only a pending_override execution can be resolved, and only once.",
  },
  "INV-REPLAY-001": {
    meaning: "No replay store was given, so single use could not be enforced.",
    remedy:
      "Pass a ReplayStore: MemoryReplayStore for one process, a ledger from audit-db to survive restarts.",
  },
  "INV-080": {
    meaning: "A batch stopped at its first failing item.",
    remedy:
      "Read `results` for what finished, `failedIndex` and `cause` for what failed, and send the rest again.",
  },
  "INV-081": {
    meaning: "Signer and verifier do not belong together: their key ids differ.",
    remedy: "Build the verifier from the public key of the signer.",
  },
  "INV-082": {
    meaning:
      "The release manifest is of another runtime version or of other evaluation rules than the running code.",
    remedy: "Install the released version, or build and sign a release manifest for this installation.",
  },
  "INV-083": {
    meaning: "Time ran out, or jumped, between the decision and its attestation.",
    remedy: "Check the signer's latency and the clock. The execution id is burnt; retry with a new one.",
  },
  "INV-090": {
    meaning:
      "Nobody decides about an execution that they asked for, or may have asked for under another name.",
    remedy: "Let someone else decide: the requester is in the attestation.",
  },
  "INV-091": {
    meaning: "The approver's role is none that the policy lets decide, or nobody may: the task has no terms.",
    remedy: "Vote in one of the roles of the policy's override.approverRoles.",
  },
  "INV-092": {
    meaning: "The vote needs a signature that the trust root vouches for, and has none that holds.",
    remedy:
      "Sign with a key of the trust root's role approver:<role>, valid when you vote, whose operator is the approver.",
  },
  "INV-093": {
    meaning: "A vote is dated outside the time in which it may be cast.",
    remedy: "Date it after the execution and not in the future; check the clock of the machine that signs.",
  },
  "INV-094": {
    meaning:
      "This approver has voted already, and otherwise; or may have, under another name. A vote that was cast stays.",
    remedy:
      "Read the review: its votes say who decided what, and the details name the other name, if there is one. Where none of its votes is this person's, what was in the way does not count: vote again.",
  },
  "INV-095": {
    meaning: "Nobody resolved the execution in the time that its policy gives; it is refused.",
    remedy: "Execute again, under a new execution id and with facts that name the new attempt.",
  },
  "INV-096": {
    meaning: "Someone else is working on this review task.",
    remedy: "Wait until the claim runs out, or vote without one: a claim keeps nobody from voting.",
  },
  "INV-097": {
    meaning: "The policy version was revoked since the execution, so nothing is approved under it any more.",
    remedy: "Reject the execution, or let it expire; execute under a version that is active.",
  },
  "INV-101": {
    meaning: "What the store says about a review is not what was executed.",
    remedy: "Somebody changed the store. Nothing was signed; keep it as evidence, and verify the audit log.",
  },
  "INV-106": {
    meaning:
      "The approver has not voted: while the vote was cast, somebody wrote one that says the same into the store under the approver's name, or the runtime's clock is behind the date of the attestation. Neither counts.",
    remedy:
      "Send the same vote once more: what does not count is in nobody's way. If INV-106 comes back, do not repeat it: let the operator compare the runtime's clock with the attestation's issuedAt, and find out who else writes into the store.",
  },
  "SYS-001": {
    meaning: "The replay store is unavailable or answered something it must not.",
    remedy: "Check the store. Nothing was executed; the same request may be sent again when it is back.",
  },
  "SYS-002": {
    meaning: "The store is full, and it never evicts a live identity.",
    remedy: "Raise its limit or move to a larger store. Nothing was executed.",
  },
  "SYS-003": {
    meaning: "The audit log could not be written, and there is no decision without its record.",
    remedy: "Restore the log. The outcome of the execution id can be asked for afterwards.",
  },
  "SYS-004": {
    meaning: "The store met an I/O error or corruption and refuses further work until it is reopened.",
    remedy: "Check disk and file, then restart the process.",
  },
  "SYS-005": {
    meaning: "The store was written by a newer version of this software.",
    remedy: "Upgrade this installation; nothing was changed in the store.",
  },
  "SYS-007": {
    meaning: "The runtime or store is closed.",
    remedy: "Create a new one; a closed one does not come back.",
  },
  "SYS-008": {
    meaning: "The signer failed.",
    remedy: "Check the signer. The execution id is burnt; retry with a new one.",
  },
  "SYS-009": {
    meaning: "A PARMANA_* variable that names a file is not set, or the pinned hash is none.",
    remedy: "Set the variable, or pass runtimeEnvironment explicitly. `parmana init` prints the values.",
  },
  "SYS-020": {
    meaning: "The Redis server does not answer in time, or the connection broke.",
    remedy:
      "Check server and network; the store connects again by itself. Ask for the execution id before trying again.",
  },
  "SYS-021": {
    meaning: "The Redis server refuses the login, or the user may not do what the store needs.",
    remedy: "Check user and password in the URL, and the user's rights.",
  },
  "SYS-022": {
    meaning: "The Redis server takes no writes: a replica, out of memory, still loading, or a failing disk.",
    remedy: "Connect to the primary, give it memory, or wait; nothing was executed.",
  },
  "SYS-023": {
    meaning: "The Redis server is a node of a cluster, and keeps the keys of this store elsewhere.",
    remedy: "Connect to the node that owns the slot of the key prefix, or use a server without cluster mode.",
  },
  "SYS-024": {
    meaning: "The Redis server may evict keys when its memory is full, and so forget what was executed.",
    remedy: "Set maxmemory-policy noeviction: then it refuses writes instead.",
  },
  "SYS-025": {
    meaning: "The URL is none of a Redis server.",
    remedy:
      "Use redis://[user:password@]host[:port][/database], or rediss:// for TLS, with nothing behind it.",
  },
  "SYS-026": {
    meaning:
      "Redis holds something under the keys of this store that the store did not write, or refuses its scripts.",
    remedy: "Give the store a keyPrefix of its own, and find out who writes to its keys.",
  },
  "SYS-027": {
    meaning:
      "The Redis server shows a certificate that is not trusted, has expired, or belongs to another host.",
    remedy:
      "Pass its authority as tls.ca (or in NODE_EXTRA_CA_CERTS), and connect by a name that it certifies.",
  },
} as const satisfies ErrorTable;

export type RuntimeErrorCode = keyof typeof runtimeErrors;

export class RuntimeError extends ParmanaError<RuntimeErrorCode> {}
