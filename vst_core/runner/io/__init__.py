"""Where frames come from and go to.

Files:

- `arrival`: waits for frames that are still being made
- `conflicts`: refuses to replace files that this job did not make, and any that it reads
- `destination`: where plates go: files of frames, or one movie
- `frame_folder`: frames in files as the result
- `frame_views`: what flow sources see of a run's frames
- `framing`: what of a frame is picture: not its bars, nor what is transparent
- `header_scan`: reads the headers of a sequence: one size, one canvas
- `job_input`: the input of a job, opened
- `live_preview`: writes a picture of the frame at hand now and then
- `movie_output`: A movie as the result: its frames are kept as files until all are there, then
  encoded
- `movie_record`: what vouches for a finished movie: its own hash, and the frames that it was
  made of
- `movie_timing`: when the frames of a new movie are shown, and what is heard meanwhile
- `open_destination`: from a job to where its frames go: files of frames, or one movie
- `output_folder`: where results go: the folder, the format
- `output_names`: what the files of finished frames are called
- `understood`: how the pictures of a run were understood: which layer, which colors
"""
