"""Movie files <-> frames: counted, decoded exactly, turned upright; encoded with their sound.

movie = Movie(path)                                   # frames counted, not taken on trust
plate = movie.read(12, canvas=None, settings=...)     # as from an image file
write_movie(path, frames, MovieSettings(codec="h264", rate=movie.facts.rate))
"""

from vst_core.video.encoder import MovieSettings, check_encoder, movie_size, write_movie
from vst_core.video.movie import Movie, MovieFacts
from vst_core.video.sound import Sound, carried

__all__ = [
    "Movie",
    "MovieFacts",
    "MovieSettings",
    "Sound",
    "carried",
    "check_encoder",
    "movie_size",
    "write_movie",
]
