"""The command line: `vst`, and `vst-seq` for the main job. Installed as `vst_cli`."""
