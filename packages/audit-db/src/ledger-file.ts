import { accessSync, closeSync, constants, openSync, statSync, type Stats } from "node:fs";
import { dirname, resolve } from "node:path";
import { LedgerError } from "./errors.js";

/** The file at a path, remembered so that its loss is noticed while the ledger is open. */
export interface LedgerFile {
  readonly path: string;
  /** @throws LedgerError SYS-013 when the path no longer leads to the file that was opened */
  requireStillThere(): void;
}

/**
 * Makes the file, empty and readable by its owner only, unless it is there. It is never opened for reading here:
 * closing any descriptor of a file drops the locks that SQLite holds on it in this process (fcntl(2)).
 * @throws LedgerError SYS-010, SYS-012, SYS-016, SYS-018
 */
export function ledgerFile(path: string): LedgerFile {
  if (typeof path !== "string" || path === "" || path === ":memory:" || path.includes("\0")) {
    throw new LedgerError("SYS-016", "The ledger's path must be the path of a file.");
  }
  const absolute = resolve(path);
  create(absolute);
  const opened = stat(absolute);
  if (!opened.isFile())
    throw new LedgerError("SYS-010", `${absolute} is not a regular file, so it cannot be a ledger.`);
  // Windows has no such bits and reports every file as writable by all.
  if (process.platform !== "win32" && (opened.mode & 0o002) !== 0) {
    throw new LedgerError("SYS-018", `Anyone may write the ledger ${absolute}; its mode must be 600.`, {
      details: { path: absolute, mode: (opened.mode & 0o777).toString(8) },
    });
  }
  requireWritable(absolute);
  return {
    path: absolute,
    requireStillThere() {
      const now = statSync(absolute, { throwIfNoEntry: false });
      if (now?.ino === opened.ino && now.dev === opened.dev) return;
      throw new LedgerError("SYS-013", `The ledger ${absolute} was deleted or replaced while it was open.`);
    },
  };
}

function create(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (cause) {
    const code = systemCode(cause);
    if (code === "EEXIST") return;
    const details = { path, system: code };
    if (code === "ENOENT") {
      throw new LedgerError(
        "SYS-010",
        `The directory ${dirname(path)} does not exist; create it before the ledger.`,
        { details, cause },
      );
    }
    if (code === "EROFS" || code === "EACCES" || code === "EPERM") {
      throw new LedgerError(
        "SYS-012",
        `The ledger ${path} cannot be created: this user may not write its directory.`,
        { details, cause },
      );
    }
    throw new LedgerError("SYS-010", `The ledger ${path} cannot be created.`, { details, cause });
  }
}

/** SQLite itself would open a file it may not write, and fail at the first write. */
function requireWritable(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new LedgerError("SYS-012", `The ledger ${path} or its directory may not be written by this user.`, {
      details: { path, system: systemCode(cause) },
      cause,
    });
  }
}

function stat(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw new LedgerError("SYS-010", `The ledger ${path} cannot be examined.`, {
      details: { path, system: systemCode(cause) },
      cause,
    });
  }
}

function systemCode(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "unknown";
}
