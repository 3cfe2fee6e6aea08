# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done: one piece of work, the queue of them, and what keeps it going."""
