"""What a source of motion saw, as files: flow fields as .flo or EXR, trust masks as pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from vst_core.evaluation.shot_motion import MovingShot, SeenMotion
from vst_core.flow import write_flo
from vst_core.image import write_picture, write_planes

__all__ = ["MOTION_CHANNELS", "MOTION_FORMATS", "MotionWriter"]

MOTION_CHANNELS = ("forward.u", "forward.v", "backward.u", "backward.v", "trust")
"""The channels of an EXR file of motion, as Nuke names them: pixels, u right, v up."""


class MotionWriter:
    """Writes the motion of a shot while it is found out, pair after pair.

    Files, with four digits for the number of the frame on which the field lives:

    - `flo`: `forward.0001.flo` (to the next frame) and `backward.0002.flo` (to the one before), y
      down, as `--flow files:` reads them;
    - `exr`: `motion.0001.exr` with `MOTION_CHANNELS`, 32-bit floats, y **up**, as Nuke's
      VectorDistort reads them. The first frame has nothing before it and the last nothing after
      it: zeros, and no trust;
    - `trust.0002.png`: the trust mask of the frame before, brought here; white is believed.

    Args:
        folder: Must exist.
        shot: Whose frames these are.
        form: One of `MOTION_FORMATS`.
        masks: Write the trust masks too.
    """

    def __init__(self, folder: Path, shot: MovingShot, *, form: str, masks: bool = True) -> None:
        self._folder = folder
        self._last = shot.frames[-1]
        self._write = MOTION_FORMATS[form]
        self._masks = masks
        self._arrived: Tensor | None = None

    def add(self, seen: SeenMotion) -> None:
        """Write what is known once a pair of frames is.

        Raises:
            OutputError: A file cannot be written.
        """
        self._write(self, seen)
        if self._masks:
            path = self._folder / f"trust.{seen.current.number:04d}.png"
            write_picture(path, seen.trust.cpu().expand(-1, 3, -1, -1))

    def _write_flo(self, seen: SeenMotion) -> None:
        fields = (
            ("forward", seen.previous.number, seen.flow.forward),
            ("backward", seen.current.number, seen.flow.backward),
        )
        for name, frame, flow in fields:
            write_flo(self._folder / f"{name}.{frame:04d}.flo", flow)

    def _write_exr(self, seen: SeenMotion) -> None:
        """Write the frame before, whose motion is now known both ways; the last one too."""
        self._write_frame(seen.previous.number, seen.flow.forward, self._arrived)
        self._arrived = torch.cat((_y_up(seen.flow.backward), seen.trust), dim=1).cpu()
        if seen.current.number == self._last:
            nowhere = torch.zeros_like(seen.flow.forward)
            self._write_frame(self._last, nowhere, self._arrived)

    def _write_frame(self, frame: int, forward: Tensor, arrived: Tensor | None) -> None:
        forward = _y_up(forward).cpu()
        behind = forward.new_zeros(1, 3, *forward.shape[-2:]) if arrived is None else arrived
        path = self._folder / f"motion.{frame:04d}.exr"
        planes = torch.cat((forward, behind), dim=1)[0]
        write_planes(path, planes, names=MOTION_CHANNELS, half=False)


MOTION_FORMATS: dict[str, Callable[[MotionWriter, SeenMotion], None]] = {
    "flo": MotionWriter._write_flo,
    "exr": MotionWriter._write_exr,
}
"""The forms in which motion can be written."""


def _y_up(flow: Tensor) -> Tensor:
    return flow * flow.new_tensor((1, -1)).view(1, 2, 1, 1)
