import fc from "fast-check";

// So that a score can be had again.
fc.configureGlobal({ seed: 1 });
