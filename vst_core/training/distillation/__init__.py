"""Distillation: from VGG-19 to a small encoder that sees nearly as much.

Files:

- `base_encoder`: the encoder that a distillation goes on from, and what of it can be kept as it
  is
- `distill`: distillation of the small encoder: the stage that the training loop runs
- `distill_start`: where the distillation begins: the teacher's kernels, squeezed, or fitted by
  least squares
- `distiller`: the student in training: its trunk, its heads, the teacher's components, and its
  own visits
- `factors`: linear algebra of activations and kernels: components, pivots, columns and rows
- `features_export`: from a distilled student to an encoder's card and weights that
  `load_encoder` reads
- `features_recipe`: what the distillation of the small encoder is told: a recipe as TOML, every
  number named
- `features_session`: A whole distillation: photographs and paintings in, an encoder's card out
- `regression`: least squares from running moments, and the best answer of a given rank
"""
