"""What a person asks for: `StylizeJob`, and the small languages of its settings.

Files:

- `mask_text`: masks as they are typed, and which style each region has
- `matte_text`: names of objects in the text of a mask (Cryptomatte)
- `mix`: mixes of styles, as they are typed
- `output_name`: what an output is by its name: a folder, frames, a picture, a movie
- `over_time`: what changes along a shot, frame by frame
- `recurrence`: whether the frames of a job depend on each other
- `settings_text`: the text of jobs: TOML, before anything in it is checked
- `shot_list`: many shots: a list of them, or a folder with a folder for each
- `style_from`: which frames of a style video become styles, as it is typed
- `stylize_job`: the job, validated at birth, and its TOML file
- `view_pair`: the two views of a stereo job: their names, and what cannot be done in two
- `tiling`: in which parts large pictures are worked at
"""

from vst_core.job.mask_text import KEEP, Box, Mask, parse_box, parse_masks, region_styles
from vst_core.job.mix import Mix, parse_indices, parse_mix
from vst_core.job.output_name import OutputKind
from vst_core.job.over_time import FrameValues, StyleCurve
from vst_core.job.recurrence import is_guided, is_recurrent
from vst_core.job.shot_list import ListedShot, read_shots
from vst_core.job.style_from import StyleFrom, parse_style_from
from vst_core.job.stylize_job import JOB_VERSION, StylizeJob, read_job
from vst_core.job.tiling import WHOLE, Tiling
from vst_core.job.view_pair import parse_views

__all__ = [
    "JOB_VERSION",
    "KEEP",
    "WHOLE",
    "Box",
    "FrameValues",
    "ListedShot",
    "Mask",
    "Mix",
    "OutputKind",
    "StyleCurve",
    "StyleFrom",
    "StylizeJob",
    "Tiling",
    "is_guided",
    "is_recurrent",
    "parse_box",
    "parse_indices",
    "parse_masks",
    "parse_mix",
    "parse_style_from",
    "parse_views",
    "read_job",
    "read_shots",
    "region_styles",
]
