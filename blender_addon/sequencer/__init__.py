# SPDX-License-Identifier: GPL-3.0-or-later
"""Strips: what they show, how their pictures are got at, and where results go.

| module | what it is for |
|---|---|
| `strips`, `timing` | what a strip shows, and which picture when |
| `dependencies` | what the pictures of a rendered strip depend on |
| `prerender`, `prerender_script` | any strip at all: a second Blender renders it |
| `placing`, `pairs` | the result in the strip's place, one from the other, and back |
| `modifiers`, `keyframes`, `connections` | what a result takes over from its original |
"""
