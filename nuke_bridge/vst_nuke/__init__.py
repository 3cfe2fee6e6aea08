# SPDX-License-Identifier: Apache-2.0
"""VST Stylize for Nuke: a node whose input the engine paints, as a process of its own.

Standard library only, Python 3.9 syntax: Nuke's own Python runs it.

Files, each of which knows those above it:

- `hosts/`: what all host applications share, copied in when the folder is built
- `style_previews`: the shipped styles with their small pictures
- `knob_table`: which knobs the node has, from the parameter table
- `knobs`: the knobs themselves
- `settings`: the knobs' values as the engine's settings
- `upstream`: what the pictures depend on, as a hash
- `color`: which color space the script works in
- `input_frames`: the input's frames as EXR files, rendered where they are missing
- `node`: the node: a Group with its inner nodes
- `job`: from the node to a job for the engine
- `watching`: how a run is shown, and asked whether to go on
- `background`: work beside Nuke's interface
- `stylize`: one run, from the input's frames to the result in the node
- `callbacks`: what happens when a knob is changed, or a Write is rendered
- `menus`: the menu
- `batch`: `nuke -t` and farms
"""
