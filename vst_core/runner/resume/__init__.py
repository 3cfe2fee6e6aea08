"""What decides a frame's bytes, and what an earlier run has left.

| file | holds |
|------|-------|
| `frame_key`   | the run's key and the chain of frame keys |
| `manifest`    | the file that vouches for finished frames |
| `examine`     | which frames are verified, and which must be computed |
| `state_files` | the recurrent state between two frames, on disk |
| `run_paths`   | the hidden folder beside the results, and the names in it |
"""
