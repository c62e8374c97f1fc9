/** Drawn, not loaded; the word beside it says the same. */
const paths = {
  pass: "M4.5 12.5l5 5 10-11",
  fail: "M6 6l12 12M18 6L6 18",
  unmade: "M6 12h12",
  warn: "M12 5v9M12 18v.5",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  key: "M14.5 9.5a4 4 0 1 0-3.2 3.9L13 15h2v2h2v2h3v-3.2l-5.7-5.1",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
