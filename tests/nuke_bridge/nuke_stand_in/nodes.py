"""Nodes: the classes that are used, with the knobs that Nuke gives them."""

import threading
from collections import namedtuple

from .knobs import (
    Boolean_Knob,
    Channel_Knob,
    Double_Knob,
    Enumeration_Knob,
    File_Knob,
    Int_Knob,
    String_Knob,
)


def in_main_thread():
    """Nuke's objects are no other thread's business."""
    assert threading.current_thread() is threading.main_thread()


INPUTS, HIDDEN_INPUTS, EXPRESSIONS = 1, 2, 4
Range = namedtuple("Range", "first last")


def _choice(*values):
    return lambda name: Enumeration_Knob(name, name, values)


def _each(kind, *names):
    return dict.fromkeys(names, kind)


_COMMON = _each(String_Knob, "name", "label") | _each(Int_Knob, "xpos", "ypos")
_EXR = {
    "datatype": _choice("16 bit half", "32 bit float"),
    "compression": _choice("none", "Zip (1 scanline)", "Zip (16 scanlines)", "PIZ Wavelet"),
    "metadata": _choice("no metadata", "default metadata", "all metadata"),
    "autocrop": Boolean_Knob,
    "interleave": _choice("channels, layers and views", "channels and layers", "channels"),
}
CLASSES = {
    "Root": (0, {
        "name": File_Knob, "first_frame": Int_Knob, "last_frame": Int_Knob,
        "colorManagement": _choice("Nuke", "OCIO"),
        "OCIO_config": _choice("nuke-default", "aces_1.2", "custom"),
        "customOCIOConfigPath": File_Knob, "workingSpaceLUT": String_Knob,
    }),
    "Input": (1, {"number": Int_Knob}),
    "Output": (1, {}),
    "Group": (2, {}),
    "Read": (0, {
        "file": File_Knob, "raw": Boolean_Knob, "disable": Boolean_Knob,
        "on_error": _choice("error", "black", "checkerboard", "nearest frame"),
        **_each(Int_Knob, "first", "last", "origfirst", "origlast"),
    }),
    "Write": (1, {
        "file": File_Knob, "raw": Boolean_Knob, "disable": Boolean_Knob,
        "channels": Channel_Knob, "file_type": _choice(" ", "exr", "png"),
    }),
    "Remove": (1, {
        "operation": _choice("remove", "keep"), "disable": Boolean_Knob,
        **_each(Channel_Knob, "channels", "channels2", "channels3", "channels4"),
    }),
    "Copy": (2, {
        "disable": Boolean_Knob,
        **_each(Channel_Knob, *(f"{way}{n}" for way in ("from", "to") for n in range(4))),
    }),
    "Switch": (2, {"which": Double_Knob, "disable": Boolean_Knob}),
    "Multiply": (1, {"value": Double_Knob, "disable": Boolean_Knob}),
}  # fmt: skip
"""Class -> the number of its inputs, and its knobs."""


class Node:
    def __init__(self, kind, session, parent):
        self._kind, self._session, self._parent = kind, session, parent
        self.script = session.root  # closed when another takes its place
        count, knobs = CLASSES[kind]
        self._inputs = [None] * count
        self._knobs = {name: make(name) for name, make in (_COMMON | knobs).items()}

    def Class(self):
        return self._kind

    def name(self):
        return self["name"].value()

    def setName(self, name):
        """Give a name; a number is counted up where another node has it."""
        head = name.rstrip("0123456789")
        number = int(name[len(head) :] or 0)
        others = {one.name() for one in self._parent.children if one is not self}
        while name in others:
            number += 1
            name = f"{head}{number}"
        self["name"].setValue(name)

    def fullName(self):
        above = self._parent
        return f"{above.fullName()}.{self.name()}" if isinstance(above, Group) else self.name()

    def __getitem__(self, name):
        in_main_thread()
        if not self._session.has(self):
            raise ValueError("A PythonObject is not attached to a node")
        if name not in self.knobs():
            raise NameError(f"{self._kind}: knob {name} does not exist")
        return self.knobs()[name]

    def knobs(self):
        if self._kind == "Write" and self._knobs["file_type"].value() == "exr":
            for name, make in _EXR.items():
                self._knobs.setdefault(name, make(name))
        return {**self._knobs}

    def addKnob(self, knob):
        assert knob.name() not in self._knobs, knob.name()
        self._knobs[knob.name()] = knob

    def inputs(self):
        return sum(one is not None for one in self._inputs) and len(self._inputs)

    def input(self, index):
        return self._inputs[index]

    def setInput(self, index, node):
        assert node is None or isinstance(node, Node)
        self._inputs[index] = node
        return True

    def dependencies(self, mask):
        assert mask in (HIDDEN_INPUTS | EXPRESSIONS, INPUTS)
        return [one for one in self._inputs if one] if mask == INPUTS else []

    def channels(self):
        return sorted(self._session.picture(self, self._session.frame).channels)

    def firstFrame(self):
        return self._range().first

    def lastFrame(self):
        return self._range().last

    def _range(self):
        if self._kind in ("Read", "Root"):
            first, last = ("first", "last") if self._kind == "Read" else ("first_frame",
                                                                          "last_frame")  # fmt: skip
            return Range(self[first].value(), self[last].value())
        above = self._inputs[0] or self._session.root
        return Range(above.firstFrame(), above.lastFrame())


class Group(Node):
    def __init__(self, kind, session, parent):
        super().__init__(kind, session, parent)
        self.children = []

    def nodes(self):
        return [*self.children]

    def node(self, name):
        return next((one for one in self.children if one.name() == name), None)

    def __enter__(self):
        self._session.open.append(self)
        return self

    def __exit__(self, *_):
        self._session.open.pop()


class Maker:
    """`nuke.nodes`: a function for each class."""

    def __init__(self, session):
        self._session = session

    def __getattr__(self, kind):
        if kind not in CLASSES or kind in ("Root",):
            raise AttributeError(f"no class {kind} is known here")

        def make(*, inputs=(), **knobs):
            node = self._session.make(kind)
            for index, one in enumerate(inputs):
                node.setInput(index, one)
            for name, value in knobs.items():
                node.setName(value) if name == "name" else node[name].setValue(value)
            return node

        return make
