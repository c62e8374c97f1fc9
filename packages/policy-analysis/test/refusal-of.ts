import { ParmanaError } from "@parmanasystems/canonical";

/** The code and details of the error that the call throws. */
export function refusalOf(call: () => unknown): ParmanaError {
  try {
    call();
  } catch (error) {
    if (ParmanaError.isInstance(error)) return error;
    throw error;
  }
  throw new Error("The call threw nothing.");
}
