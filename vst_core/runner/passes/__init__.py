"""Methods that go over a shot several times, forwards and backwards in turn.

Everything between two passes lies on disk: pictures (`PassPictures`), motion (`CachedFlow`).
So memory does not grow with the shot, and a run goes on at its pass and frame.
"""

from vst_core.runner.passes.walk import PassWalk

__all__ = ["PassWalk"]
