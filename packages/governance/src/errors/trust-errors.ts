import type { ErrorTable } from "@parmanasystems/canonical";

/** Files that are trusted, the trust root, and signatures by role. */
export const trustErrors = {
  "TRUST-001": {
    meaning: "A file that the runtime has to trust does not exist, or no path was given for it.",
    remedy: "Check the path. There is no built-in default key, trust root or policy.",
  },
  "TRUST-002": {
    meaning: "A file that the runtime has to trust could not be read.",
    remedy: "Check permissions and the disk; the cause names the operating system's error.",
  },
  "TRUST-003": {
    meaning:
      "A symbolic link, directory, device or pipe lies where a regular file or a real directory is expected.",
    remedy: "Put the file itself there. Links below a trusted directory are never followed.",
  },
  "TRUST-004": {
    meaning: "The file's mode lets others change it, or lets others read a private key.",
    remedy: "chmod o-w for documents and their directory, chmod 600 for private keys.",
  },
  "TRUST-005": {
    meaning: "A file is larger than its limit.",
    remedy: "Find out who made it so large; the message states the limit in bytes.",
  },
  "TRUST-006": {
    meaning: "A file changed while it was being read.",
    remedy: "Read it again once the writer has finished.",
  },
  "TRUST-010": {
    meaning: "The trust root is not strict JSON.",
    remedy: "Restore the signed file; the message names line and column.",
  },
  "TRUST-011": {
    meaning: "The trust root has an unknown, missing or mistyped member.",
    remedy: "Restore the signed file, or update the reader if the type is newer than it knows.",
  },
  "TRUST-012": {
    meaning: "A key of the trust root is not an admissible Ed25519 key, or its name is not its thumbprint.",
    remedy: "Generate the key again; small-order, mixed-order and non-canonical keys are never accepted.",
  },
  "TRUST-013": {
    meaning:
      "A role of the trust root has an unknown name, or names a key that the trust root does not hold.",
    remedy: "Use root, policy, release, runtime, log, approver:<name> or source:<name>, and list every key.",
  },
  "TRUST-014": {
    meaning: "One key serves two roles.",
    remedy: "Give every role its own keys.",
  },
  "TRUST-015": {
    meaning: "A role's threshold is higher than the number of distinct operators that hold its keys.",
    remedy: "Lower the threshold or add keys of further operators.",
  },
  "TRUST-016": {
    meaning: "The pinned root key file is not one Ed25519 public key in SPKI PEM form.",
    remedy: "Fetch root.pub again through the channel that you trust.",
  },
  "TRUST-017": {
    meaning: "The pinned root key is not in the trust root's root role, or did not sign the trust root.",
    remedy: "The trust root belongs to someone else, or root.pub is out of date: compare both out of band.",
  },
  "TRUST-018": {
    meaning: "No version of the chain of trust roots has the hash that was pinned.",
    remedy:
      "The chain belongs to someone else, or was cut back: compare the pinned hash with the trust root's operators.",
  },
  "TRUST-020": {
    meaning: "A trust root does not carry exactly the next version.",
    remedy: "Walk every version in order; versions never go back and are never skipped.",
  },
  "TRUST-021": {
    meaning: "Two trust roots of one version have different content (equivocation).",
    remedy: "Keep both files as evidence and ask the operators of the root role which one they signed.",
  },
  "TRUST-022": {
    meaning: "The trust root's `previous` is not the hash of the version before it.",
    remedy: "The two belong to different chains: fetch the chain again.",
  },
  "TRUST-023": {
    meaning:
      "A new trust root undoes a revocation, moves it to a later time, or is dated before the version it follows.",
    remedy: "Keep the revoked entry as it is or drop the key; bring a new key into service instead.",
  },
  "TRUST-024": {
    meaning: "The trust root has expired.",
    remedy: "Install the next version of the trust root. If there is none, someone may be withholding it.",
  },
  "TRUST-025": {
    meaning: "The clock reads a time before the trust root was issued.",
    remedy: "Correct the clock.",
  },
  "TRUST-026": {
    meaning: "The trust root is older than one that was already seen (rollback).",
    remedy: "Install the newest trust root; an old one is never accepted again.",
  },
  "TRUST-027": {
    meaning:
      "A trust root of a later version came without every version before it, so nothing vouches for it.",
    remedy:
      "Supply versions 1 to N-1 as well; on disk they lie beside trust-root.json as trust-root.1.json, trust-root.1.sig and so on.",
  },
  "TRUST-028": {
    meaning: "A chain of trust roots is empty or has more versions than are ever walked.",
    remedy: "Give version 1 and all that follow it; a chain has at most 1,024 versions.",
  },
  "TRUST-030": {
    meaning: "A signature file is malformed or signs another type of document.",
    remedy: "Restore the .sig file that was made for this very document.",
  },
  "TRUST-031": {
    meaning: "A signature by a key of the role does not verify, or one key is listed twice.",
    remedy: "The document or its .sig file was changed after signing: restore both, or sign again.",
  },
  "TRUST-032": {
    meaning: "Fewer keys or operators of the role signed than its threshold demands.",
    remedy: "Collect the missing signatures.",
  },
  "TRUST-033": {
    meaning: "The trust root does not declare the role.",
    remedy: "Add the role in the next version of the trust root.",
  },
  "TRUST-034": {
    meaning: "The key is not one of the role's keys.",
    remedy: "Sign with a key that the trust root delegates the role to.",
  },
  "TRUST-035": {
    meaning: "The document is dated outside the validity of the key that signed it.",
    remedy: "Sign with a key that is valid at that time, or delegate the role anew.",
  },
  "TRUST-036": {
    meaning: "The key was revoked at or before the time the document is dated.",
    remedy: "Sign with another key.",
  },
  "TRUST-037": {
    meaning:
      "The key is revoked; what it signed before needs a proof from the log that it existed before the revocation.",
    remedy: "Supply the log proof, or have it signed again with another key.",
  },
  "TRUST-038": {
    meaning: "The role demands several signatures, and this kind of document carries one.",
    remedy: "Set the threshold of this role to 1.",
  },
  "TRUST-039": {
    meaning: "The key is retired: it verifies what it signed, and signs nothing new.",
    remedy: "Sign with an active key of the role.",
  },
  "TRUST-040": {
    meaning: "A proposal is not a DSSE envelope of a document that is signed by a role.",
    remedy: "Take the file that `parmana trust` wrote, unchanged.",
  },
  "TRUST-041": {
    meaning: "Proposals that were to be merged hold different documents, or one key signed them differently.",
    remedy: "Merge only copies of one proposal; ask the parties which document they signed.",
  },
  "TRUST-042": {
    meaning: "The proposal was made for another state than the one in force.",
    remedy: "Make it again from what is in force now.",
  },
  "TRUST-043": {
    meaning: "The description of a ceremony has an unknown, missing or mistyped member.",
    remedy: "Compare it with the example in docs/trust.md.",
  },
  "TRUST-050": {
    meaning: "The input for a new trust root or signature is incomplete or contradictory.",
    remedy: "Follow the message: it names the field.",
  },
  "TRUST-051": {
    meaning: "A file that is never overwritten exists already.",
    remedy: "Move it away first if it is really to be replaced.",
  },
  "TRUST-052": {
    meaning: "A file could not be written durably.",
    remedy: "Check space, permissions and the disk, then repeat the command.",
  },
  "TRUST-053": {
    meaning: "Another process is writing in the directory.",
    remedy: "Wait for it. If none is running, delete the .parmana.lock that the message names.",
  },
  "TRUST-060": {
    meaning: "The file of API keys is not as `parmana keys` writes it.",
    remedy: "The message names the place. Restore the file, or make new keys with `parmana keys new`.",
  },
  "TRUST-061": {
    meaning: "The holder of an API key is neither a service nor a person as an OIDC provider names them.",
    remedy: "Write `service`, or `oidc:<issuer>:<subject>` as attestations name the person's own requests.",
  },
} as const satisfies ErrorTable;
