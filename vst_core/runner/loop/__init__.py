"""The loop over frames: read ahead, stylize, write behind, report.

Files:

- `backdrop`: what stands behind frames of which little is seen
- `frame_rate`: frames per second over the last frames
- `frame_stylizer`: one frame: what it is, guidance, the method, and the state after it
- `open_method`: the method of a run between pictures at the size of the canvas
- `prefetch`: reads frames ahead in threads
- `reporter`: takes finished frames to the writer and events to the watcher
- `single_pass`: the loop of every method that goes over a shot once
- `stereo_stylizer`: stylizes both views of a frame, the second from the first
- `succession`: what a frame is to those before it: painted, held, or nothing to paint
- `write_behind`: writes frames in threads, finished in order
"""
