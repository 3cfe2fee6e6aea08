"""Movie files <-> frames: counted, decoded exactly, turned upright; encoded with their sound.

facts = movie_facts(path)                             # frames counted, not taken on trust
write_movie(path, frames, MovieSettings(codec="h264", rate=facts.rate))

`vst_core.video.movie` gives frames as plates; it stands apart, because it needs torch.
"""

from vst_core.video.encoder import MovieSettings, check_encoder, movie_size, write_movie
from vst_core.video.facts import MovieFacts, movie_facts
from vst_core.video.sound import Sound, carried

__all__ = [
    "MovieFacts",
    "MovieSettings",
    "Sound",
    "carried",
    "check_encoder",
    "movie_facts",
    "movie_size",
    "write_movie",
]
