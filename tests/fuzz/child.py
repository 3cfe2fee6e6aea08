"""A process in which the cases run: native readers may crash or hang, and that is a finding."""

import contextlib
import multiprocessing
import os
import traceback

PATIENCE = 30
"""Seconds after which a case counts as hanging; the machine may be busy."""


def _serve(pipe):
    """Run one case after the other; answer with what was wrong, or nothing."""
    import torch
    from targets import FILES, TEXTS

    torch.set_num_threads(1)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)  # native libraries talk there
    while True:
        name, given = pipe.recv()
        try:
            pipe.send(_complaint({**FILES, **TEXTS}[name], given))
        except MemoryError:
            pipe.send("MemoryError outside the case")


def _complaint(target, given):
    from vst_core.errors import VstError
    from vst_core.protocol import ProtocolError

    try:
        target.run(given)
    except (VstError, ProtocolError) as error:
        if "\n" in str(error):
            return f"a message of more than one line: {error}"
    except Exception:
        return traceback.format_exc()
    return ""


class Child:
    """A process that is started again when a case has ended it."""

    def __init__(self):
        self.cases = 0
        self._start()

    def _start(self):
        spawning = multiprocessing.get_context("spawn")
        self._pipe, other = spawning.Pipe()
        self._process = spawning.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()

    def complaint(self, name, given):
        """Run a target; return what was wrong, or an empty text."""
        self.cases += 1
        self._pipe.send((name, given))
        try:
            if self._pipe.poll(PATIENCE):
                return self._pipe.recv()
            found = f"no end after {PATIENCE} s"
        except (EOFError, ConnectionError):
            self._process.join()
            found = f"the process ended with {self._process.exitcode}"
        self.stop()
        self._start()
        return found

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.join()
