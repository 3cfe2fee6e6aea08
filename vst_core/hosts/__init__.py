# SPDX-License-Identifier: Apache-2.0
"""What every host application needs to run the engine: standard library only, Python 3.9 syntax.

Hosts (Blender, Nuke) get a copy of this folder when their packages are built (`vst hosts build`),
with the parameter table as `table.json` in it. Nothing here knows any host.

Files:

- `curve_text`: values over time, as the engine reads them
- `engine`: where the engine is, and how it is asked
- `engine_facts`: what the engine at hand says of itself
- `file_names`: which names of picture files count up
- `hashes`: SHA-256, of files and of texts
- `job_file`: the job file, its key, and what is done already
- `job_progress`: what one run has told, and the frames that it made
- `messages`: what the engine and its host tell each other, a JSON line a message
- `movie_facts`: what the engine says of a movie, and whether the host shows the same pictures
- `named_files`: which files on disk a job's settings name
- `own_folders`: folders of our own among a user's files
- `parameter_table`: the engine's parameters, from the table
- `process`: the engine's process, which can always be ended
- `run_progress`: how far the engine is, from its messages
- `style_text`: styles as they are typed: names, weights, frames, and names in quotes
- `toml_values`: single values as TOML writes them
"""
