"""A peer's side of stories.py: candidates from simhash. Runs in the peers' environment."""

from bench.sides.simhash_copies import Bits
from bench.sides.window import run

if __name__ == "__main__":
    run(Bits())
