"""The report of `vst eval` as one page: tables, plots, a player, the worst frames.

Nothing else is needed to see it: pictures, plots and script are in the file.
"""

from vst_core.evaluation.page.areas import Area, areas_of_interest, error_cells
from vst_core.evaluation.page.charts import line_chart
from vst_core.evaluation.page.embedded import embedded
from vst_core.evaluation.page.page_maker import PageMaker
from vst_core.evaluation.page.rendering import Shown, write_page

__all__ = [
    "Area",
    "PageMaker",
    "Shown",
    "areas_of_interest",
    "embedded",
    "error_cells",
    "line_chart",
    "write_page",
]
