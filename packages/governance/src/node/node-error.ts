/** An error of the operating system or of Node's own argument checks. */
export function isNodeError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";
}
