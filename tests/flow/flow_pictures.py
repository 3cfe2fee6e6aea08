"""What the flow tests read: pictures as working pictures, and Sintel's ground truth."""

from pathlib import Path

import cv2
import torch

from vst_core.flow import read_flo


def read_picture(path: Path) -> torch.Tensor:
    """Return an 8-bit picture as `1 x 3 x H x W`, RGB in [0, 1]."""
    grid = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    return torch.from_numpy(grid).permute(2, 0, 1).unsqueeze(0).float() / 255


def balloon(frame: int) -> torch.Tensor:
    """Return a frame of the example shot."""
    return read_picture(Path(__file__).parents[1] / f"shot/balloon_{frame:04d}.png")


def alley_1(shared: Path, frame: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return (frame, the next frame, ground-truth flow from frame to next)."""
    folder = shared / "data/sequences/sintel_alley_1"
    first, second = (read_picture(folder / f"frame_{n:04d}.png") for n in (frame, frame + 1))
    return first, second, read_flo(shared / f"data/flow/sintel_alley_1/frame_{frame:04d}.flo")


def sintel_pair(shared: Path, name: str) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return (frame 2, frame 3, ground-truth flow of frame 2) of a Sintel pair."""
    folder = shared / "data/flow/sintel_pairs" / name
    first, second = (read_picture(folder / f"frames/frame_{n:04d}.png") for n in (2, 3))
    return first, second, read_flo(folder / "flow/frame_0002.flo")


def end_point_error(found: torch.Tensor, truth: torch.Tensor) -> float:
    """Return the mean length of the difference, in pixels."""
    return float((found - truth).norm(dim=1).mean())


def moved_texture(height: int, width: int, x: int, y: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return two windows of one smooth texture; its content moves by (x, y) between them."""
    generator = torch.Generator().manual_seed(7)
    noise = torch.rand(1, 3, height + 32, width + 32, generator=generator)
    texture = torch.nn.functional.avg_pool2d(noise, 5, 1, 2)
    texture = (texture - texture.min()) / (texture.max() - texture.min())
    first = texture[..., 16 : 16 + height, 16 : 16 + width]
    second = texture[..., 16 - y : 16 - y + height, 16 - x : 16 - x + width]
    return first.contiguous(), second.contiguous()
