"""Networks that need no flow at run time, trained on moving clips with exact flow.

- `moving_clip`: clips out of scenes, and which of their frames are held to which
- `clip_session`: from a style's card and photographs to a card with one more network
- `lstm_stage`: the LSTM video network of Agria 2020, and what keeps it from drifting
- `pair_stage`: Huang 2017, pairs of frames
"""
