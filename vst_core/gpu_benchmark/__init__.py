"""What a graphics card makes of the engine's parts: agreement with a processor, speed, memory.

measure_gpu(GpuSettings(device="cuda", seconds=90), tell=lambda figures: ...).rows

Imports and runs with torch, numpy, safetensors and Pillow alone, because the machines that are
lent for minutes are often bare; the motion needs torchvision besides, and says so where it is not.

Files:

- `agreement`: how near a device comes to a processor in float32
- `everything`: all that is measured on a device, the most important first
- `frame_times`: frames a second, and the memory for them: the network, the motion, and both
- `graphs`: what CUDA graphs, a search for kernels and torch.compile bring; and where the time goes
- `iterations`: an iteration of the optimizer against one of the textbook's loop
- `network_forms`: the forms in which a network can run, by name, between pictures with their
  margin
- `rows`: rows of a table that is filled within a time: what fails, or comes too late, says so
- `settings`: what is measured, and on what
- `textbook_loop`: the textbook's loop, and the painter doing the same, timed
- `timed_encoders`: encoders to time with: with their weights where these are here, else with
  random ones
- `timing`: time and memory on a device
- `training_step`: a step of training, as `vst train` takes it
"""

from vst_core.gpu_benchmark.everything import GpuFigures, measure_gpu
from vst_core.gpu_benchmark.rows import Row
from vst_core.gpu_benchmark.settings import GpuSettings
from vst_core.gpu_benchmark.textbook_loop import (
    BenchTask,
    Textbook,
    TimedPainting,
    paint,
    usual_task,
)

__all__ = [
    "BenchTask",
    "GpuFigures",
    "GpuSettings",
    "Row",
    "Textbook",
    "TimedPainting",
    "measure_gpu",
    "paint",
    "usual_task",
]
