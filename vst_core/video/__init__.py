"""Movie files <-> frames: counted, decoded exactly, turned upright; encoded with their sound."""
