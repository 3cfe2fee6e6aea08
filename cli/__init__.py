"""The command line: `vst`, and `vst-seq` for the main job. Installed as `vst_cli`.

Files:

- `cancel`: the other direction of `--progress json`: a host's `cancel` on stdin stops the run
- `cluster_options`: `--cluster`: the same work on several machines
- `commands/`: the commands, a file each: `parser(prog)` and `run(options)`, listed in
  `main.COMMANDS`
- `extension`: the Blender extension as a zip: made here, checked by Blender's own validator or
  else by ours
- `job_options`: the parameter table as flags: one for each, in the table's groups and words
- `main`: the way in: `vst` with its table of commands, and `vst-seq`, which is `vst seq`
- `metal`: what Apple's Metal cannot do
- `openmp`: cores that other programs on this machine want too
- `parser`: argparse with errors of this project's kind, and help texts that keep their lines
- `show/`: what the commands print: progress, events in words, tables, plans, and how a command
  ends
- `train_options`: what `vst train` can be told
"""
