import { attestationLevels } from "./level-names.js";

/** What the page will show, before there is anything to show. */
export function Welcome() {
  return (
    <div class="card welcome">
      <h2>What will be checked</h2>
      <ol class="meanings">
        {Object.entries(attestationLevels).map(([level, { title, meaning }]) => (
          <li key={level}>
            <span class="level">{level}</span>
            <div>
              <strong>{title}</strong>
              <p>{meaning}</p>
            </div>
          </li>
        ))}
      </ol>
      <h2>What no check can show</h2>
      <ul class="limits">
        <li>That the signals were true. You will see which ones were decided on, and who stated them.</li>
        <li>
          That the root key is its owner&apos;s. It must have reached you some other way than the files: none
          that comes with them is used.
        </li>
        <li>That everybody is shown the same log, or that the trust root you were given is the newest.</li>
        <li>
          That this copy of the page is genuine. Get it from where you get your tools, not with the files.
        </li>
      </ul>
    </div>
  );
}
