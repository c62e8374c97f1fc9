import { Icon } from "./icon.js";

interface Properties {
  readonly isConfirmed: boolean;
  /** Whether the root key is one that the person knows. */
  readonly isTrusted: boolean;
}

/** Whether what is shown is bound to a signature that somebody trusted made. */
export function Badge({ isConfirmed, isTrusted }: Properties) {
  if (!isConfirmed) {
    return (
      <span class="badge is-refused">
        <Icon name="fail" /> not confirmed: only what the file says
      </span>
    );
  }
  return isTrusted ? (
    <span class="badge is-holds">
      <Icon name="pass" /> bound by the signature
    </span>
  ) : (
    <span class="badge is-unsafe">
      <Icon name="warn" /> agrees with an unconfirmed key
    </span>
  );
}
