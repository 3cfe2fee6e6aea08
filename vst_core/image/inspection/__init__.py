"""What an image file's own bytes say, where the library that reads it says nothing or too little.

No pixel is decoded here: kinds are known by their first bytes, lengths by what headers promise.
"""

from vst_core.image.inspection.diagnosis import harmless, refuse_raw, unreadable
from vst_core.image.inspection.shortfall import shortfall

__all__ = ["harmless", "refuse_raw", "shortfall", "unreadable"]
