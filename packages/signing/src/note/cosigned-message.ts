import { encodeUtf8 } from "@parmanasystems/canonical";

/** The big-endian u64 in front of a cosignature. */
export const TIME_BYTES = 8;

/** What a v1 cosignature is over: the header keeps it apart from everything else that is signed. */
export function cosignedMessage(text: string, timeSeconds: number): Uint8Array {
  return encodeUtf8(`cosignature/v1\ntime ${String(timeSeconds)}\n${text}`);
}

/** @param timeSeconds a safe integer, 0 or more */
export function encodeTime(timeSeconds: number): Uint8Array {
  const bytes = new Uint8Array(TIME_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(timeSeconds));
  return bytes;
}

/** Undefined beyond 2^53 - 1 seconds: no such time is ever meant, and a number could not hold it. */
export function decodeTime(signature: Uint8Array): number | undefined {
  const { buffer, byteOffset } = signature;
  const time = Number(new DataView(buffer, byteOffset, TIME_BYTES).getBigUint64(0));
  return Number.isSafeInteger(time) ? time : undefined;
}
