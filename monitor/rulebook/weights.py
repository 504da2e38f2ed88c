"""rules/weights.json and rules/story_weights.json -> plain numbers. Optional, both: without them
the rules alone decide, and weights set by hand.

Not here: what the numbers mean (steps.extract.weights, steps.identify.stories) and how they are
learnt.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from monitor.errors import Complaint, PackError

FILE = "weights.json"
STORY_FILE = "story_weights.json"
MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class WeightsFile:
    content: bytes
    """As it lies on disk; the pack's digest counts it in."""
    numbers: Mapping[str, Any]


def read_weights(folder: Path, file: str = FILE) -> WeightsFile | None:
    """None where there is no file; PackError where it is no JSON object of bearable size."""
    path = folder / file
    if not path.exists():
        return None
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES:,} bytes")
        content = path.read_bytes()
        numbers = json.loads(content, parse_constant=_refuse)
        if not isinstance(numbers, dict):
            raise ValueError("it holds no object")
    except OSError as error:
        raise unusable(error.strerror or str(error), file) from error
    except (ValueError, RecursionError) as error:
        raise unusable(str(error), file) from error
    return WeightsFile(content, numbers)


def unusable(problem: str, file: str = FILE) -> PackError:
    """The refusal of a pack for its weights, with the remedy."""
    remedy = "run `make train` to write it anew, or delete it to let the rules alone decide"
    told = f"cannot be used: {problem}; {remedy}"
    return PackError((Complaint(file, 0, 0, "", told, "broken-weights"),))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number to count with")
