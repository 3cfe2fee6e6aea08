"""A run from its beginning to its end."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from vst_core.atomic import partial_files
from vst_core.catalog import find_method
from vst_core.devices import gpu_memory_limit
from vst_core.job import StylizeJob
from vst_core.memory import kept_memory
from vst_core.protocol import Finished, Message, Progress
from vst_core.runner.io.arrival import wait_for_start
from vst_core.runner.io.output_folder import prepare_folder
from vst_core.runner.loop.prefetch import plates_in_memory
from vst_core.runner.loop.reporter import RunReporter
from vst_core.runner.loop.single_pass import SinglePass
from vst_core.runner.loop.write_behind import WriteBehind
from vst_core.runner.method_settings import tile_side
from vst_core.runner.passes import MultiPass
from vst_core.runner.plan import Plan
from vst_core.runner.planning import plan_job
from vst_core.runner.resume.manifest import ManifestWriter, read_manifest
from vst_core.runner.style_video import write_style_sheet
from vst_core.runner.threads import thread_limit
from vst_core.stopping import StopRequest, catch_signals

__all__ = ["run_job", "run_plan"]

_LARGE = 4096 * 2304  # pixels: a picture of more takes more than 110 MB


def run_job(
    job: StylizeJob, on_event: Callable[[Message], None], *, stop: StopRequest | None = None
) -> Finished:
    """Plan a job and run it; see `plan_job` and `run_plan`."""
    stop = stop or StopRequest()
    with catch_signals(stop):
        if job.missing == "wait":
            whole = find_method(job.method).temporal == "multi-pass"
            wait_for_start(
                job,
                lambda text, part: on_event(Progress(text, part)),
                check=stop.check,
                whole=whole,
            )
        plan = plan_job(job)
        stop.check()
        return run_plan(plan, on_event, stop=stop)


def run_plan(
    plan: Plan, on_event: Callable[[Message], None], *, stop: StopRequest | None = None
) -> Finished:
    """Make the frames of a plan.

    However it ends, every finished frame is whole and noted in the manifest, and the same job
    run again goes on from there, to the very bytes of a run that was never interrupted.

    Args:
        plan: From `plan_job`, just made.
        on_event: Told of everything, in the calling thread: `Started`, `FrameDone` in the
            order of the frames, `CutFound`, `Warned`, `Progress` of methods of several passes,
            `Finished`. Not of `Failed`: errors are raised, and `failed` turns them into that
            event.
        stop: Another way to ask for an orderly stop than SIGINT and SIGTERM, which are caught
            when this is the main thread.

    Raises:
        InputError: A frame cannot be read, or the flow does not fit it.
        OutputError: A frame cannot be written, or another run is at the same frames.
        WeightsError, UsageError, DeviceError: The networks cannot be opened.
        OutOfMemory: The frames are too large; says which setting helps.
        Interrupted: The run was asked to stop, and has finished the frame at hand.
    """
    stop = stop or StopRequest()
    threads = thread_limit(plan.job.threads)
    limit = gpu_memory_limit(plan.device, plan.job.gpu_memory)
    memory = kept_memory(large=_needs_little_kept(plan))
    with catch_signals(stop), threads, limit, memory, closing(plan.input):
        prepare_folder(plan.paths.folder)
        if plan.second is not None and plan.second.destination is not None:
            prepare_folder(plan.second.destination.names.folder)
        if plan.style_video is not None and plan.resume.computed:
            write_style_sheet(plan.style_video, plan.paths.style_sheet)
        with closing(_open_manifest(plan)) as manifest:
            reporter = RunReporter(plan, _open_writer(plan, manifest), on_event=on_event, stop=stop)
            with closing(reporter):
                _walk(plan, reporter)
            plan.destination.finish(plan.tasks, plan.paths.manifest, plan.run_key, reporter)
            return reporter.finished()


def _walk(plan: Plan, reporter: RunReporter) -> None:
    walker = MultiPass if plan.method.temporal == "multi-pass" else SinglePass
    with closing(walker(plan, reporter)) as walk:
        reporter.open()
        walk.go()
        walk.clean()


def _open_writer(plan: Plan, manifest: ManifestWriter) -> WriteBehind:
    most = plates_in_memory(plan.canvas)
    return WriteBehind(manifest, settings=plan.destination.settings, job=plan.job, most=most)


def _open_manifest(plan: Plan) -> ManifestWriter:
    """Continue or begin the manifest, and clear away what a killed run left half written."""
    earlier = read_manifest(plan.paths.manifest)
    manifest = ManifestWriter(
        plan.paths.manifest,
        plan.own,
        frames=plan.paths.frames,
        run_key=plan.run_key,
        overwrite=plan.job.overwrite,
    )
    unfinished = earlier.writing if earlier else frozenset()
    for task in plan.tasks:
        if task.frame in unfinished:
            for path in task.outputs:
                for leftover in partial_files(path):
                    leftover.unlink(missing_ok=True)
    known = plan.own.records if plan.own else {}
    for record in plan.resume.verified.values():
        if known.get(record.frame) != record:  # a run over other frames made it
            manifest.done(record)
    return manifest


def _needs_little_kept(plan: Plan) -> bool:
    """Whether pictures are so large, or memory so small, that freed blocks must not stay."""
    # Kept, the blocks of tiles in many sizes make three GB more of 4096 x 2160.
    tiled = plan.method.is_slow and tile_side(plan.job, plan.work_size, plan.device) > 0
    return tiled or plan.canvas.pixels > _LARGE
