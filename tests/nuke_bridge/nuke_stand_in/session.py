"""A running Nuke, as far as the bridge uses it: the module `nuke`, and what it keeps."""

import contextlib
import threading
import time
import types
from pathlib import Path
from queue import Empty, Queue

from . import knobs, nodes, scripts
from .pixels import picture_of, write_exr


class Session:
    """What one Nuke has open.

    Attributes:
        rendered: Every (node, frame) that was rendered.
        cancel_at: A part of a progress bar's message at which the user presses Cancel.
        cancelled_at: When that was.
        told: Every message of a progress bar.
        menu: The commands of the menu.
    """

    def __init__(self):
        self.rendered, self.told, self.menu, self.cancel_at = [], [], {}, None
        self.cancelled_at = None
        self.callbacks = {"knob": [], "load": [], "render": []}
        self.now = self.knob = None
        self.busy = False
        self.calls = Queue()
        self.clear()

    def has(self, node):
        """Whether a node is in the script that is open."""
        return node.script is self.root or node is self.root or self.root is None

    def idle_until(self, condition, seconds=60):
        """Do nothing but what other threads hand over, until something holds."""
        end = time.monotonic() + seconds
        while not condition() and time.monotonic() < end:
            with contextlib.suppress(Empty):
                call, args = self.calls.get(timeout=0.02)
                call(*args)
        return condition()

    def clear(self):
        self.children, self.frame, self.root = [], 1, None
        self.root = nodes.Node("Root", self, self)
        self.root["first_frame"].setValue(1)
        self.root["last_frame"].setValue(100)
        self.open, self.groups = [self], []

    @property
    def last_group(self):
        return self.groups.pop()

    def make(self, kind):
        parent = self.open[-1]
        node = (nodes.Group if kind == "Group" else nodes.Node)(kind, self, parent)
        parent.children.append(node)
        node.setName(f"{kind}1")
        return node

    def picture(self, node, frame):
        return picture_of(node, frame, self.root)

    def set_knob(self, node, name, value):
        """Set a knob as a person does: the callbacks hear of it."""
        node[name].setValue(value)
        for call, kind in self.callbacks["knob"]:
            if kind == node.Class():
                self.now, self.knob = node, node[name]
                call()

    def press(self, node, name):
        """Press a button."""
        self.now = node
        exec(node[name].value(), {"nuke": self.module})


def module_of(session):
    """Return the module `nuke`; what it lacks is not known here."""
    module = types.ModuleType("nuke")
    session.module = module
    for name, one in vars(knobs).items():
        if name.endswith("_Knob") or (name.isupper() and name[0] != "_"):
            setattr(module, name, one)
    module.Node, module.Group, module.nodes = nodes.Node, nodes.Group, nodes.Maker(session)
    for name in ("INPUTS", "HIDDEN_INPUTS", "EXPRESSIONS"):
        setattr(module, name, getattr(nodes, name))
    module.env = {"ExecutablePath": "/nowhere/Nuke15.0"}
    knobs.Knob.frame_now = staticmethod(lambda: session.frame)
    for part in (_looking, _making, _calling, _running):
        part(module, session)
    return module


def _looking(module, session):
    def all_nodes(filter=None, *, recurseGroups=False):
        def walk(members):
            for one in members:
                yield one
                if recurseGroups and isinstance(one, nodes.Group):
                    yield from walk(one.nodes())

        return [one for one in walk(session.children) if filter in (None, one.Class())]

    module.allNodes, module.root = all_nodes, lambda: session.root
    module.toNode = lambda name: next((o for o in session.children if o.name() == name), None)
    module.thisNode, module.thisKnob = lambda: session.now, lambda: session.knob
    module.filename = lambda node: node["file"].value() or None


def _making(module, session):
    def create_node(kind, *, inpanel=True):
        assert isinstance(inpanel, bool)
        return getattr(module.nodes, kind)()

    def save(filename, overwrite=-1):
        assert overwrite == 1
        session.root["name"].setValue(filename)
        Path(filename).write_text(scripts.text_of(session), encoding="utf-8")

    def load(filename):
        session.clear()
        scripts.read(Path(filename).read_text(encoding="utf-8"), session)
        for call in session.callbacks["load"]:
            call()

    module.createNode, module.scriptSaveAs, module.scriptOpen = create_node, save, load


def _calling(module, session):
    def add_knob_changed(call, *, nodeClass):
        session.callbacks["knob"].append((call, nodeClass))

    def add_before_render(call, *, nodeClass):
        assert nodeClass == "Write"
        session.callbacks["render"].append(call)

    module.addKnobChanged, module.addBeforeRender = add_knob_changed, add_before_render
    module.addOnScriptLoad = session.callbacks["load"].append

    class Menu:
        def __init__(self, path):
            self._path = path

        def addMenu(self, name):
            return Menu(f"{self._path}/{name}")

        def addCommand(self, name, command):
            session.menu[f"{self._path}/{name}"] = command

    def menu(name):
        assert name in ("Nuke", "Nodes", "Viewer")
        return Menu(name)

    module.menu = menu


def _running(module, session):
    def execute(node, start, end):
        assert node.Class() == "Write"
        if session.busy:
            raise RuntimeError("I'm already executing something else")
        if node["disable"].value():
            raise RuntimeError(f"{node.name()} is disabled: nothing to do")
        session.busy = True
        try:
            for call in session.callbacks["render"]:
                session.now = node
                call()
            for frame in range(start, end + 1):
                session.frame = frame
                write_exr(node, frame, session.root)
                session.rendered.append((node.name(), frame))
        finally:
            session.busy = False

    class ProgressTask:
        def __init__(self, name):
            self._message = name

        def isCancelled(self):
            cancelled = session.cancel_at is not None and session.cancel_at in self._message
            if cancelled and session.cancelled_at is None:
                session.cancelled_at = time.monotonic()
            return cancelled

        def setMessage(self, message):
            assert isinstance(message, str)
            assert "\n" not in message
            self._message = message
            session.told.append(message)

        def setProgress(self, percent):
            assert isinstance(percent, int)
            assert 0 <= percent <= 100

    def execute_in_main_thread(call, args=(), kwargs=None):
        assert isinstance(args, tuple)
        assert kwargs is None
        session.calls.put((call, args))

    for name in ("allNodes", "root", "toNode", "thisNode", "createNode", "scriptOpen"):
        setattr(module, name, _of_the_main_thread(getattr(module, name)))
    module.execute, module.ProgressTask = _of_the_main_thread(execute), ProgressTask
    module.executeInMainThread, module.GUI = execute_in_main_thread, False


def _of_the_main_thread(call):
    def checked(*arguments, **told):
        assert threading.current_thread() is threading.main_thread()
        return call(*arguments, **told)

    return checked
