"""Several styles in one picture, as a run sees it.

| file | holds |
|------|-------|
| `region_plan` | the masks' files, and which style goes where |
| `mattes`      | the masks of a frame, given or made, turned into mattes |
| `composer`    | paints every style's picture and composes them |
"""
