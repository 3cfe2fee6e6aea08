"""A table within a time: in order, nothing begun too late, and no failure ends it."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.gpu_benchmark.rows import Task, run_tasks

CPU = torch.device("cpu")


class Clock:
    """Goes on by as much as the tasks take."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def filled(clock, tasks, seconds):
    told = []
    rows = run_tasks(tasks, seconds=seconds, device=CPU, tell=told.append, clock=clock)
    assert told == rows
    return rows


def taking(clock, name, seconds, needs=0.0):
    def work():
        clock.now += seconds
        return {"took": seconds}

    return Task(name=name, work=work, needs=needs)


def failing(error):
    def work():
        raise error

    return work


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9)), max_size=8), st.floats(0.5, 30))
def test_no_task_is_begun_that_needs_more_than_is_left(plans, seconds):
    clock = Clock()
    tasks = [taking(clock, str(i), took, needs) for i, (took, needs) in enumerate(plans)]
    rows, passed = filled(clock, tasks, seconds), 0.0
    assert [row.name for row in rows] == [task.name for task in tasks]
    for row, (took, needs) in zip(rows, plans, strict=True):
        if seconds - passed < needs:
            assert row.figures == {}
            assert "not begun" in row.error
        else:
            assert row.figures == {"took": took}
            assert row.seconds == pytest.approx(took)
            passed += took


@pytest.mark.parametrize(
    "error",
    [RuntimeError("CUDA error:\n no kernel"), torch.OutOfMemoryError("too much"), KeyError("x")],
)
def test_what_fails_is_a_row_with_its_words_and_the_rest_goes_on(error):
    clock = Clock()
    tasks = [Task(name="bad", work=failing(error)), taking(clock, "good", 1.0)]
    bad, good = filled(clock, tasks, 60.0)
    assert bad.error.startswith(type(error).__name__)
    assert "\n" not in bad.error
    assert good.figures == {"took": 1.0}


def test_a_person_can_stop_it():
    with pytest.raises(KeyboardInterrupt):
        filled(Clock(), [Task(name="stopped", work=failing(KeyboardInterrupt()))], 60.0)
