"""Comparisons with peers, measured side by side in one run; `bench/README.md` tells how to read
them. Nothing in the project stands on this folder.
"""

import os

# Before numpy is first imported, and for every side: `make` and `monitor` say the same. With more
# threads than one a reading costs twice the CPU, most of it spent waiting.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251 - the sides inherit it
