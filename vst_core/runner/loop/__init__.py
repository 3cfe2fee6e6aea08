"""The loop over frames: read ahead, stylize, write behind, report.

| file | holds |
|------|-------|
| `single_pass`    | the loop of every method that goes over a shot once |
| `frame_stylizer` | one frame: guidance, method, colors, size |
| `prefetch`       | reads frames ahead in threads |
| `write_behind`   | writes frames in threads, finished in order |
| `reporter`       | takes finished frames to the writer and events to the watcher |
| `frame_rate`     | frames per second over the last frames |
"""
