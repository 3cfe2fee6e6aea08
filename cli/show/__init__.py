"""What the commands print: progress, events in words, tables, plans, and how a command ends.

Files:

- `bar`: the bar on a terminal: frame, frames per second, time left. The one place that needs rich
- `columns`: columns of text, the same in a terminal and in a pipe
- `dry_run`: `--dry-run`: what a run would do, as a table, before anything is done
- `event_text`: events in words for people
- `figures_table`: the table that `vst eval` prints: a line a figure, a column a run
- `outcome`: how every command ends: its exit code, and one calm line where something went wrong
- `picture_facts`: what a picture's header says, for people and for programs
- `plot`: numbers over time as a plot of characters, for terminals and for logs
- `progress`: telling whoever watches how a run goes on: five ways, one table
"""
