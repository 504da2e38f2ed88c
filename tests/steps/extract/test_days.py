"""Sixty short texts with days: from when an act holds, and until when it can be commented on."""

import sys
from datetime import date

from tests.steps.extract.dated import CASES, TOLD, Dated
from tests.steps.extract.test_shipped import reader

LEAST = 55


def read_out(case: Dated) -> tuple[set[date], set[date]] | None:
    """Every day that an act of the text bears; None where no act was found to bear one."""
    found = reader().extract(case.title, case.text, language=case.language, said=TOLD)
    if not found.acts:
        return None
    effective = {act.effective_on for act in found.acts if act.effective_on}
    return effective, {act.comments_until for act in found.acts if act.comments_until}


def meant(case: Dated) -> tuple[set[date], set[date]]:
    return (
        {case.effective} if case.effective else set(),
        {case.comments} if case.comments else set(),
    )


def test_the_days_of_acts_are_read_as_a_person_reads_them() -> None:
    read = [(case, read_out(case)) for case in CASES]

    missed = [(case, got) for case, got in read if got != meant(case)]

    for case, got in missed:
        sys.stdout.write(f"{case.language}: {case.text}\n    is {meant(case)}, read {got}\n")
    assert len(CASES) == 60
    assert len(CASES) - len(missed) >= LEAST
