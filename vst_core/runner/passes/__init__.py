"""Methods that go over a shot several times, forwards and backwards in turn.

Everything between two passes lies on disk: pictures (`PassPictures`), motion (`FlowCache`).
So memory does not grow with the shot, and a run goes on at its pass and frame.

Files:

- `flow_cache`: flow that is asked for again in every pass, kept on disk
- `multi_pass`: the loop over shots, for methods of several passes
- `pass_folder`: the folder of a run's passes: whose it is, and what in it is whole
- `pass_pictures`: stylized frames between two passes, on disk
- `schedule`: which frame comes when: passes over a shot, in alternating direction
- `shot`: paints one shot: pass after pass, frame after frame
- `shot_finder`: finds where shots begin, before their first pass
- `work_picture`: reads a frame's working picture at the size of the work
"""

from vst_core.runner.passes.multi_pass import MultiPass

__all__ = ["MultiPass"]
