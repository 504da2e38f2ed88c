"""A peer's side of stories.py: candidates from MinHash bands. Runs in the peers' environment."""

from bench.sides.datasketch_copies import Bands
from bench.sides.window import run

if __name__ == "__main__":
    run(Bands())
