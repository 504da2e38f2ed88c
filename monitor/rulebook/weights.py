"""rules/weights.json -> plain numbers. Optional: without it the rules alone decide.

Not here: what the numbers mean (steps.extract.weights) and how they are learnt.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from monitor.errors import Complaint, PackError

FILE = "weights.json"
MAX_BYTES = 4 * 1024 * 1024


def read_weights(folder: Path) -> Mapping[str, Any] | None:
    """None where there is no file; PackError where it is no JSON object of bearable size."""
    path = folder / FILE
    if not path.exists():
        return None
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES:,} bytes")
        read = json.loads(path.read_bytes())
        if not isinstance(read, dict):
            raise ValueError("it holds no object")
    except (OSError, ValueError) as error:
        remedy = "run `make train` to write it anew, or delete it to let the rules alone decide"
        problem = f"cannot be used: {error}; {remedy}"
        raise PackError((Complaint(FILE, 0, 0, "", problem, "broken-weights"),)) from error
    return read
