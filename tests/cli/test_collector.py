"""The collector of garbage rests while modules are loaded, and not after that."""

import gc
import weakref

import pytest


@pytest.fixture(scope="module")
def collector_rests(room):
    return room("collector").collector_rests


class Thing:
    """Something that can hold itself."""


def test_it_rests_and_goes_on(collector_rests):
    with collector_rests():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_error(collector_rests):
    with pytest.raises(ImportError), collector_rests():
        raise ImportError
    assert gc.isenabled()


def test_what_is_made_later_is_collected(collector_rests):
    with collector_rests():
        pass
    thing = Thing()
    thing.itself = thing
    gone = weakref.ref(thing)
    del thing
    gc.collect()
    assert gone() is None


def test_it_stays_off_where_it_was(collector_rests):
    gc.disable()
    try:
        with collector_rests():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
