"""The commands, a file each: `parser(prog)` and `run(options)`, listed in `main.COMMANDS`.

Files:

- `batch`: `vst batch`: many shots, one after the other
- `benchmarks/`: the commands that measure speed, memory and what methods bring
- `blender`: `vst blender`: the short form of `vst hosts build blender`
- `describe`: `vst describe`: the whole catalog as JSON, for tools that build on vst, or as a page
- `doctor`: `vst doctor`: what works on this machine, what is missing, and how to get it
- `eval`: `vst eval`: how good a stylized sequence is, in figures and on a contact sheet
- `farm`: `vst farm`: jobs for render farms, as text
- `flow`: `vst flow`: what a source of motion sees of a shot, and which of two sees it better
- `hosts`: `vst hosts`: build what is installed into a host application
- `keyframes`: `vst keyframes`: which frames of a clip stand out, and how it changes over time
- `mattes`: `vst mattes`: the objects that a file has mattes of, as `--mask` takes them
- `movie`: `vst movie`: finished frames as a movie
- `nuke_export`: a style in the form of Nuke's Cattery
- `probe`: `vst probe`: what a movie is, counted and decoded; what a picture has: layers and views
- `report`: `vst report`: a page with pictures about the results in a folder
- `seq`: `vst seq`, which is `vst-seq`: stylize an image sequence or a movie
- `serve`: `vst serve`: an engine that stays, for the tasks of a farm's session
- `styles`: `vst styles`: what there is to choose from, and everything that is known about one
  style
- `styles_predict`: `vst styles predict`: a card for any painting, without training
- `training/`: the commands that train
"""
