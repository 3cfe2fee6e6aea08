"""The figures of one frame: which function gives which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from vst_core.evaluation.flip import flip_error
from vst_core.evaluation.learned_distance import LearnedDistance
from vst_core.evaluation.levels import channel_levels, clipped
from vst_core.evaluation.seen import FrameTransition, Seen
from vst_core.evaluation.similarity import mean_squared_error, structural_similarity
from vst_core.evaluation.strokes import edge_correlation
from vst_core.evaluation.target import StyleMeasure
from vst_core.evaluation.temporal_error import temporal_errors
from vst_core.evaluation.weave import weave
from vst_core.motion import warp

__all__ = ["Figures", "Gauge"]

Figures = dict[str, float | None]
_Features = Mapping[str, Tensor]


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """What frames are measured with, beside the motion.

    Attributes:
        style: What the style loss is held against.
        lpips: The learned distance; None = not measured.
        flip: Whether FLIP is measured.
    """

    style: StyleMeasure
    lpips: LearnedDistance | None = None
    flip: bool = False

    def of_source(self, now: Seen, features: _Features | None) -> Figures:
        """Return what is measured of the source itself, under names that begin with `source_`.

        Args:
            now: Any of the runs'.
            features: Of the source, see `StyleMeasure.features`; None = the slow ones are not due.
        """
        found = _of_picture(now.source)
        for prefix, transition in _transitions(now):
            before = transition.source_before
            found |= self._of_step(now.source, features, before, transition, prefix)
        own = {name: value for name, value in found.items() if not name.endswith("trusted")}
        return {f"source_{name}": value for name, value in own.items()}

    def of_out(self, now: Seen, source_features: _Features | None) -> Figures:
        """Return what is measured of a stylized frame.

        Args:
            now: The frame.
            source_features: Of its source; None = the slow ones are not due.
        """
        found = _of_picture(now.out)
        found["weave"] = weave(now.out, now.source)
        found["edges"] = edge_correlation(now.out, now.source)
        features = None if source_features is None else self.style.features(now.out)
        if features is not None and source_features is not None:
            found |= vars(self.style.measure(features, source_features))
        for prefix, transition in _transitions(now):
            found |= self._of_step(now.out, features, transition.before, transition, prefix)
        return found

    def _of_step(
        self,
        now: Tensor,
        features: _Features | None,
        before: Tensor,
        transition: FrameTransition,
        prefix: str,
    ) -> Figures:
        backward, trust = transition.motion.backward, transition.motion.trust
        errors = temporal_errors(now, before, backward=backward, trust=trust)
        slow = features is not None
        warped = warp(before, backward)
        found: Figures = {
            "trusted": trust.mean(dtype=torch.float64).item(),
            "m2": errors.m2,
            "lpips": self._distance(now, features, warped, trust),
        }
        if not prefix:
            found |= {
                "masked_mse": errors.masked_mse,
                "root": errors.root,
                "flip": flip_error(now, warped, trust) if self.flip and slow else None,
                "mse": mean_squared_error(now, before),
                "ssim": structural_similarity(now, before),
            }
        return {f"{prefix}{name}": value for name, value in found.items()}

    def _distance(
        self, now: Tensor, features: _Features | None, warped: Tensor, trust: Tensor
    ) -> float | None:
        """Return LPIPS of a frame and the warped one, which is the frame where not trusted."""
        if self.lpips is None or features is None:
            return None
        return self.lpips(features, self.style.features(torch.where(trust > 0, warped, now)))


def _transitions(now: Seen) -> list[tuple[str, FrameTransition]]:
    known = (("", now.transition), ("far_", now.far))
    return [(prefix, each) for prefix, each in known if each is not None]


def _of_picture(picture: Tensor) -> Figures:
    shadows, highlights = clipped(picture)
    return {"shadows": shadows, "highlights": highlights, **channel_levels(picture)}
