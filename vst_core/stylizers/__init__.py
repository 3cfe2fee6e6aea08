"""The methods: a frame and its guidance in, a stylized frame out.

To add one: a file that satisfies `Stylizer`, a line in `STYLIZERS`, its traits in
`vst_core.catalog`, and a test.
"""

from vst_core.stylizers.finish import keep_colours
from vst_core.stylizers.stylizer import Earlier, Guidance, Stylizer, StylizerSettings
from vst_core.stylizers.table import STYLIZERS, open_stylizer

__all__ = [
    "STYLIZERS",
    "Earlier",
    "Guidance",
    "Stylizer",
    "StylizerSettings",
    "keep_colours",
    "open_stylizer",
]
