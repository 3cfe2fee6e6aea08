"""The commands that measure speed, memory and what methods bring.

Files:

- `bench`: `vst bench`: how fast this machine stylizes, against the paper's network alone
- `bench_features`: `vst bench features`: how near the pictures of an encoder come to those of
  VGG-19
- `bench_gatys`: `vst bench gatys`: the painter against the loop that most would write, in one
  run
- `bench_gpu`: `vst bench gpu`: what a graphics card makes of the engine's parts, in a minute and a
  half
- `bench_ruder`: `vst bench ruder`: what each part of Ruder's method brings, measured on real
  frames
- `bench_staying`: `vst bench staying`: whether methods drift or let go in a thousand frames
"""
