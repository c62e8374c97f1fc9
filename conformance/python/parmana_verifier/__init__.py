"""An independent verifier of Parmana attestations, written from docs/attestation-format.md alone."""
