"""The order of passes, and what a run can have left behind."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from vst_core.runner.passes.schedule import Schedule

SCHEDULES = st.builds(
    lambda start, length, passes: Schedule(range(start, start + length), passes),
    st.integers(0, 5), st.integers(1, 6), st.integers(1, 6),
)  # fmt: skip


@given(SCHEDULES)
def test_passes_alternate_and_the_last_goes_forwards(schedule):
    ways = [schedule.forwards(number) for number in range(1, schedule.passes + 1)]
    assert ways[-1]
    assert all(one != other for one, other in itertools.pairwise(ways))


@given(SCHEDULES)
def test_a_pass_goes_over_every_frame_coming_from_its_neighbor(schedule):
    for number in range(1, schedule.passes + 1):
        order = list(schedule.order(number))
        assert sorted(order) == list(schedule.shot)
        assert schedule.neighbor(number, order[0]) is None
        for before, index in itertools.pairwise(order):
            assert schedule.neighbor(number, index) == before
            assert abs(before - index) == 1


@settings(deadline=None)
@given(SCHEDULES, st.data())
def test_what_a_run_left_at_any_moment_is_recognized(schedule, data):
    steps = [(n, i) for n in range(1, schedule.passes + 1) for i in schedule.order(n)]
    done: dict[int, int] = {}
    for number, index in steps[: data.draw(st.integers(1, len(steps)))]:
        done[index] = number
    assert schedule.reached(done)


def test_what_no_run_can_have_left_is_recognized():
    schedule = Schedule(range(3), 3)
    assert not schedule.reached({0: 1, 1: 0, 2: 1})  # a hole
    assert not schedule.reached({0: 1, 1: 1, 2: 3})  # two passes ahead
    assert not schedule.reached({0: 2, 1: 1, 2: 1})  # the second pass comes from the end
    assert schedule.reached({0: 1, 1: 1, 2: 2})
