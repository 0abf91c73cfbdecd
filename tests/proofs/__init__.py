"""What must hold always, tried over many arrivals, interleavings and faults: `make proofs`."""
