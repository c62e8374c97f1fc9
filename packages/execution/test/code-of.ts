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

/** The same with everything that the error says. */
export function errorOf(call: () => unknown): object | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    if (!ParmanaError.isInstance(error)) throw error;
    const { name, code, message, details } = error;
    return { name, code, message, details };
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
