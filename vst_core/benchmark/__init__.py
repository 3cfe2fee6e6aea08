"""What the engine is measured by: figures as data. Nothing here prints.

measure_speed(job, rounds=3, say=print).comparison.ratio

Files:

- `any_painting`: how well unseen paintings are painted: a shot in each of them, measured
- `encoders`: how near the pictures of an encoder come to those of VGG-19
- `paper_network`: the network of the paper, run as most would run it
- `runs`: whole runs: their seconds, those of each stage, and their memory
- `speed`: how fast whole runs are beside the paper's network alone, and the memory they take
- `staying`: staying power: what a method makes of a shot that goes on and on
- `textbook`: the painter against the loop that most would write, in one run
- `variants`: what each part of Ruder's method brings: one shot stylized five ways, measured
"""

from vst_core.benchmark.encoders import (
    EncoderBench,
    EncoderPair,
    EncoderSettings,
    EncoderSummary,
    summary_of,
)
from vst_core.benchmark.runs import make_clip
from vst_core.benchmark.speed import (
    BenchSetting,
    MemoryFigures,
    SpeedFigures,
    measure_memory,
    measure_speed,
)
from vst_core.benchmark.staying import (
    KeptFrame,
    StayingFigures,
    StayingSettings,
    measure_staying,
    recurrent_methods,
    stay,
    write_staying_page,
)
from vst_core.benchmark.textbook import (
    PaintingFigures,
    PaintingRow,
    PaintingSettings,
    TextbookFigures,
    measure_painting,
)
from vst_core.benchmark.variants import (
    VARIANTS,
    VariantFigures,
    measure_variant,
    variant_jobs,
    variant_measure,
)

__all__ = [
    "VARIANTS",
    "BenchSetting",
    "EncoderBench",
    "EncoderPair",
    "EncoderSettings",
    "EncoderSummary",
    "KeptFrame",
    "MemoryFigures",
    "PaintingFigures",
    "PaintingRow",
    "PaintingSettings",
    "SpeedFigures",
    "StayingFigures",
    "StayingSettings",
    "TextbookFigures",
    "VariantFigures",
    "make_clip",
    "measure_memory",
    "measure_painting",
    "measure_speed",
    "measure_staying",
    "measure_variant",
    "recurrent_methods",
    "stay",
    "summary_of",
    "variant_jobs",
    "variant_measure",
    "write_staying_page",
]
