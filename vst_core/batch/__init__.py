"""Many shots, one after the other: nothing that one of them does stops the others.

summary = run_batch(shots, folder, watch)       # folder/SHOT/ and folder/summary.json
write_page(folder / "report.html", summary)

| file | holds |
|------|-------|
| `summary`      | what became of each shot, and its JSON file |
| `night`        | the run over all shots |
| `first_frames` | the first frame of every shot on a contact sheet, before the night |
| `found`        | what became of shots, by what lies in their folders |
| `thumbnails`   | small pictures for a page |
| `page`         | the report as one HTML file |
"""

from vst_core.batch.first_frames import FirstFrame, preview_shots
from vst_core.batch.found import look_at_results
from vst_core.batch.night import BatchWatch, run_batch
from vst_core.batch.page import write_page
from vst_core.batch.summary import SUMMARY_FILE, BatchSummary, ShotResult, read_summary

__all__ = [
    "SUMMARY_FILE",
    "BatchSummary",
    "BatchWatch",
    "FirstFrame",
    "ShotResult",
    "look_at_results",
    "preview_shots",
    "read_summary",
    "run_batch",
    "write_page",
]
