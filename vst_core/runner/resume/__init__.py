"""What decides a frame's bytes, and what an earlier run has left.

| file | holds |
|------|-------|
| `frame_key`   | the run's key and the chain of frame keys |
| `manifest`    | the file that vouches for finished frames |
| `examine`     | which frames are verified, and which must be computed |
| `state_files` | the recurrent state between two frames, on disk |
| `hand_over`   | the state that one chunk hands to the next |
| `contributor` | the protocol of masks, motion and curves: files, key parts, values |
| `run_paths`   | the hidden folder beside the results, and the names in it |
"""
