"""What the trainings on moving clips are told: the LSTM network, and Huang's pairs."""

from __future__ import annotations

from dataclasses import dataclass

from vst_core.errors import UsageError, nearest

__all__ = ["LstmSettings", "PairSettings"]

_CHOICES = {"feedback": ("itn", "own"), "back_norm": ("instance", "response")}


@dataclass(frozen=True, kw_only=True)
class LstmSettings:
    """Training of the LSTM video network (Agria 2020, 5.5), and what keeps it from drifting.

    The defaults are the thesis's training; what has been found since is in the recipe `lstm`.

    Attributes:
        steps: Optimizer steps; each is a frame of a clip.
        rate: As in `StageSettings`.
        temporal: Weight of the temporal loss.
        length: Frames of a clip. The state is carried from frame to frame, without gradients.
        feedback: What the network is given as the previous frame: `itn`, the ITN's picture of
            it, as in the thesis; `own`, what it painted itself, as at run time.
        noise: Largest spread of what is added to the previous frame, in [0, 1]: grain, and a
            shift of its colors.
        long_term: Weight, against the short-term one's 1, of the loss to the frame `gap` back.
        gap: See there.
        ping_pong: Share of the clips that go forth and back: on its way back every frame is
            held to the picture that it got before (Chu 2020, "TecoGAN", eq. 3).
        spectral: Bound of the spectral norm of what leads from state to gates; 0 = none.
        back_norm: Of the previous frame's stream: `instance`, or `response` (filter response
            norm), which sees a drift of colors that instance norm takes away.
    """

    steps: int
    rate: float = 1e-3
    temporal: float = 200.0
    length: int = 5
    feedback: str = "itn"
    noise: float = 0.0
    long_term: float = 0.0
    gap: int = 5
    ping_pong: float = 0.0
    spectral: float = 0.0
    back_norm: str = "instance"

    def __post_init__(self) -> None:
        """Check the words.

        Raises:
            UsageError: One is none of those that are allowed.
        """
        for name, allowed in _CHOICES.items():
            value = getattr(self, name)
            if value not in allowed:
                fix = nearest(str(value), allowed)
                raise UsageError(f"'{name}' of a recipe cannot be {value!r}", fix=fix)
        if self.length < 2:
            raise UsageError(f"A clip of {self.length} frame does not move", fix="Give 2 or more.")


@dataclass(frozen=True, kw_only=True)
class PairSettings:
    """Training on pairs of frames (Huang 2017): flow in training only.

    Attributes:
        steps: Optimizer steps.
        rate: As in `StageSettings`.
        temporal: Weight of the temporal loss between the two pictures of a pair.
        taught: So many steps come first in which the network learns, of stills, to paint what the
            style's ITN paints. They cost little, and spare thousands from nothing.
        taught_batch: Stills of each of them.
    """

    steps: int
    rate: float = 1e-3
    temporal: float = 200.0
    taught: int = 800
    taught_batch: int = 6
