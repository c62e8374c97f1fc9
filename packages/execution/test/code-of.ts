import { ParmanaError } from "@parmanasystems/canonical";

/** The code of the error that a call throws; undefined when it returns. Anything but our errors is thrown on. */
export function codeOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (ParmanaError.isInstance(error)) return error.code;
    throw error;
  }
}

/** The same for what is awaited. */
export async function codeOfAsync(call: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    if (ParmanaError.isInstance(error)) return error.code;
    throw error;
  }
}
