import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vst_core.image import Window

SIDES = st.integers(1, 12)
PLACES = st.integers(-9, 9)
WINDOWS = st.builds(Window, PLACES, PLACES, SIDES, SIDES)


def cells(window):
    columns, rows = range(window.x, window.right), range(window.y, window.bottom)
    return {(x, y) for x in columns for y in rows}


@given(WINDOWS, WINDOWS)
def test_union_is_the_smallest_window_that_holds_both(first, second):
    both = cells(first) | cells(second)
    union = first.union(second)
    assert both <= cells(union)
    assert union.x == min(x for x, _ in both)
    assert union.bottom == max(y for _, y in both) + 1


@given(WINDOWS, WINDOWS)
def test_intersection_is_what_both_hold(first, second):
    shared = first.intersection(second)
    assert (cells(shared) if shared else set()) == cells(first) & cells(second)


@given(WINDOWS, WINDOWS)
def test_slices_find_the_window_in_an_array(inner, other):
    outer = inner.union(other)
    array = np.zeros((outer.height, outer.width))
    array[inner.slices_in(outer)] = 1
    found = {(x + outer.x, y + outer.y) for y, x in zip(*np.nonzero(array), strict=True)}
    assert found == cells(inner)


@pytest.mark.parametrize(("width", "height"), [(0, 3), (3, -1)])
def test_a_window_has_pixels(width, height):
    with pytest.raises(ValueError, match="at least one pixel"):
        Window(0, 0, width, height)
