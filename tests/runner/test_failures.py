"""Errors say at which frame, and what helps."""

from __future__ import annotations

import threading

import pytest
import torch

from vst_core.errors import InputError, Interrupted, OutOfMemory, UsageError
from vst_core.runner import StopRequest, catch_signals, failed
from vst_core.runner.errors_at_frame import at_frame, memory_guard


def test_the_class_and_the_way_out_stay():
    with pytest.raises(InputError) as caught, at_frame(12):
        raise InputError("a.png: damaged", fix="Copy it again.")
    assert str(caught.value) == "Frame 12: a.png: damaged. Copy it again."
    assert failed(caught.value).frame == 12


def test_a_pass_is_named_too():
    with pytest.raises(UsageError) as caught, at_frame(12, "pass 3"):
        raise UsageError("The loss became nan", fix="Lower the weights.")
    assert str(caught.value) == "Frame 12, pass 3: The loss became nan. Lower the weights."


def test_an_error_that_nobody_foresaw_has_its_frame_too():
    with pytest.raises(ZeroDivisionError) as caught, at_frame(-3):
        raise ZeroDivisionError("no\nway")
    event = failed(caught.value)
    assert (event.code, event.exit_code, event.frame) == ("internal", 1, -3)
    assert event.message == "ZeroDivisionError: no way"


def test_real_lack_of_memory_is_said_with_a_way_out(job):
    with (
        pytest.raises(OutOfMemory, match="8192 x 4320") as caught,
        memory_guard(job("in"), 8192, 4320),
    ):
        torch.empty(2**52, dtype=torch.uint8)
    assert caught.value.exit_code == 5
    assert "--proxy 1/2" in caught.value.fix
    assert "--read-ahead 0" in caught.value.fix


@pytest.mark.parametrize(
    "error", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")]
)
def test_every_way_to_say_it_is_known(job, error):
    given = job("in", proxy="1/4", read_ahead=0, flow="raft-large", precision="fp32")
    with pytest.raises(OutOfMemory) as caught, memory_guard(given, 64, 64):
        raise error
    assert caught.value.fix == "Use --precision bf16 or --flow dis."


def test_an_optimizing_method_may_look_through_a_smaller_encoder(job):
    given = job("in", method="gatys", precision="auto")
    with pytest.raises(OutOfMemory) as caught, memory_guard(given, 4096, 2160):
        raise MemoryError
    assert caught.value.fix == (
        "Use --proxy 1/2 (a quarter of the memory) or --tile 1024 or --features lite "
        "or --read-ahead 0."
    )


@pytest.mark.parametrize(
    ("tile", "advice"), [("2048", "--tile 1024"), ("300", "--tile 256"), ("256", "")]
)
def test_a_smaller_tile_is_advised_while_there_is_one(job, tile, advice):
    given = job("in", method="gatys", precision="auto", tile=tile)
    with pytest.raises(OutOfMemory) as caught, memory_guard(given, 4096, 2160):
        raise MemoryError
    assert (advice in caught.value.fix) if advice else ("--tile" not in caught.value.fix)


def test_other_errors_pass(job):
    for error in (UsageError("out of memory lane"), RuntimeError("shape")):
        with pytest.raises(type(error)) as caught, memory_guard(job("in"), 64, 64):
            raise error
        assert caught.value is error


def test_a_stop_request_keeps_its_first_signal():
    stop = StopRequest()
    stop.check()
    stop.request(2)
    stop.request(15)
    with pytest.raises(Interrupted) as caught:
        stop.check()
    assert caught.value.exit_code == 130


def test_outside_the_main_thread_no_handler_is_installed():
    problems = []

    def enter() -> None:
        try:
            with catch_signals(StopRequest()):
                pass
        except ValueError as error:
            problems.append(error)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert not problems
