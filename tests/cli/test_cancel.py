"""A host's way to stop a run: a line on stdin."""

import os

import pytest

from vst_core.protocol import Cancel, encode


class Stop:
    asked = 0

    def request(self):
        self.asked += 1


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        (encode(Cancel()).encode() + b"\n", 1),
        (b"noise\n\xff\n" + encode(Cancel()).encode() + b"\n", 1),
        (b'{"vst": 1, "kind": "dance"}\n', 0),
        (b"", 0),
    ],
)
def test_only_a_cancel_stops(room, written, asked):
    reading, writing = os.pipe()
    stop = Stop()
    thread = room("cancel").listen_for_cancel(stop, reading)
    os.write(writing, written)
    os.close(writing)
    thread.join(10)
    os.close(reading)
    assert not thread.is_alive()
    assert stop.asked == asked


def test_no_stdin_at_all_is_fine(room):
    stop = Stop()
    reading, writing = os.pipe()
    os.close(reading)
    os.close(writing)
    room("cancel").listen_for_cancel(stop, reading).join(10)
    assert stop.asked == 0
