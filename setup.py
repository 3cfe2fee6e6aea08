"""Which packages a wheel has: every room of `vst_core` and of `cli`, found.

All else stands in `pyproject.toml`. Only a program can say this: its `find` takes a folder's name
for the package's, and `cli` is installed as `vst_cli`.
"""

from setuptools import find_packages, setup

FOLDERS = {"vst_core": "vst_core", "vst_cli": "cli"}

setup(
    package_dir=FOLDERS,
    packages=[
        package
        for name, folder in FOLDERS.items()
        for package in (name, *(f"{name}.{room}" for room in find_packages(folder)))
    ],
)
