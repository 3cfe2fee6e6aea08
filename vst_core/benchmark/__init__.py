"""What the engine is measured by: figures as data. Nothing here prints.

measure_speed(job, rounds=3, say=print).comparison.ratio
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
