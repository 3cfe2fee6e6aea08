# SPDX-License-Identifier: Apache-2.0
"""What every host application needs to run the engine: standard library only, Python 3.9 syntax.

Hosts (Blender, Nuke) get a copy of this folder when their packages are built (`vst hosts build`),
with the parameter table as `table.json` in it. Nothing here knows any host.

| module | what it is for |
|---|---|
| `engine`, `engine_facts`, `movie_facts` | where the engine is, what it says of itself |
| `process`, `protocol`, `run_progress` | its process, what it tells, how far it is |
| `job_file` | the job file, its key, and what is done already |
| `own_folders` | folders of our own among a user's files |
| `parameter_table` | the engine's parameters, from the table |
| `curve_text` | values over time, as the engine reads them |
| `file_names` | which names of picture files count up |
"""
