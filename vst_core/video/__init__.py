"""Movie files <-> frames: counted, decoded exactly, turned upright; encoded with their sound.

facts = movie_facts(path)                             # frames counted, not taken on trust
write_movie(path, frames, MovieSettings(codec="h264", rate=facts.rate))

`vst_core.video.movie` gives frames as plates, `vst_core.video.inputs` those of movies and of files
alike; they stand apart, because they need torch.

Files:

- `chroma`: color at fewer places than light: from every place to fewer, and back
- `container`: opening movie files that may be anything, and turning every failure into an
  `InputError`
- `decoder`: any frame of a movie, exactly: seek to a key frame before it, and decode forward to
  it
- `demux`: packets from a place in the file on, and the decoder past what it cannot decode
- `facts`: what a movie file is, found out by looking at its pictures: no torch is needed for
  that
- `frame_pace`: frames a second, from the times at which frames are really shown
- `index`: which frames a movie has: counted by its packets, or by decoding, never by its header
- `inputs`: where plates come from: files, a frame each, or one movie
- `matrices`: from luma and color difference to red, green and blue, and back
- `movie`: `Movie`: any frame of a movie file as a plate
- `movie_encoder`: frames -> a movie file, the same bytes every time
- `orientation`: the display matrix: how a player turns and mirrors a picture before it is shown
- `pixels`: from a decoded frame to red, green and blue, and back to what encoders take
- `planes`: A decoded frame in any of FFmpeg's pixel formats as planes of whole numbers
- `sound`: sound, copied from movie to movie packet by packet, never coded again
- `sound_times`: when each packet of sound is heard, also where a file's times begin anew
- `timecode`: SMPTE timecode: the number of a frame as hours, minutes, seconds, frames, and back
- `truncation`: movies whose end is missing: how many frames were promised, and which are
  certainly whole
"""

from vst_core.video.facts import MovieFacts, movie_facts
from vst_core.video.movie_encoder import MovieSettings, check_encoder, movie_size, write_movie
from vst_core.video.sound import Sound, carried, jumps_in
from vst_core.video.timecode import Timecode

__all__ = [
    "MovieFacts",
    "MovieSettings",
    "Sound",
    "Timecode",
    "carried",
    "check_encoder",
    "jumps_in",
    "movie_facts",
    "movie_size",
    "write_movie",
]
