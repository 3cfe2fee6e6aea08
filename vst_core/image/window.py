"""Rectangles of pixels: data windows, display windows, and the canvas of a sequence."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Window"]


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of whole pixels, y down, in the coordinates of the image file.

    >>> Window(0, 0, 4, 4).union(Window(-2, 1, 3, 9))
    Window(x=-2, y=0, width=6, height=10)
    """

    x: int
    y: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise ValueError(f"a window needs at least one pixel, got {self.width} x {self.height}")

    @property
    def right(self) -> int:
        """The first column to the right of the window."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below the window."""
        return self.y + self.height

    @property
    def pixels(self) -> int:
        """How many pixels the window holds."""
        return self.width * self.height

    def union(self, other: Window) -> Window:
        """Return the smallest window that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right, bottom = max(self.right, other.right), max(self.bottom, other.bottom)
        return Window(x, y, right - x, bottom - y)

    def intersection(self, other: Window) -> Window | None:
        """Return what both windows hold, or None when they do not touch."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Window(x, y, right - x, bottom - y) if right > x and bottom > y else None

    def slices_in(self, outer: Window) -> tuple[slice, slice]:
        """Return the rows and columns of this window in an array that covers `outer`.

        The window has to lie inside `outer`.

        >>> Window(2, 1, 3, 4).slices_in(Window(0, 0, 8, 8))
        (slice(1, 5, None), slice(2, 5, None))
        """
        row, column = self.y - outer.y, self.x - outer.x
        return slice(row, row + self.height), slice(column, column + self.width)
