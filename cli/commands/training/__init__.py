"""The commands that train.

Files:

- `train`: `vst train`: from a painting and a folder of photographs to a style card
- `train_features`: `vst train features`: the small encoder, distilled from VGG-19
- `train_grams`: `vst train grams`: what the light encoder sees of a style's painting, kept on
  its card
- `train_painting_features`: `vst train painting-features`: VGG-16's last convolution, tuned to
  know paintings
- `train_predictor`: `vst train predictor`: the network that paints in any painting it is shown
"""
