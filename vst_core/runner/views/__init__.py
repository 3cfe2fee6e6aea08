"""Stereo: two views of a shot, the second painted from what the first one became."""

from vst_core.runner.views.first_view import FirstView
from vst_core.runner.views.second_view import SecondView, first_of, open_second

__all__ = ["FirstView", "SecondView", "first_of", "open_second"]
