export function Masthead() {
  return (
    <header class="masthead">
      <svg class="seal" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
        <circle cx="24" cy="24" r="21" />
        <circle cx="24" cy="24" r="15" />
        <path d="M16.5 24.5l5 5 10-11" />
      </svg>
      <div>
        <h1>Verify a decision</h1>
        <p>
          What was decided, by which signed rule, on which facts, and whether that holds: checked here, in
          this file, with nothing but what you give it.
        </p>
      </div>
      <p class="offline">
        <strong>Offline.</strong> This page sends nothing: its own policy forbids the browser every
        connection.
      </p>
    </header>
  );
}
