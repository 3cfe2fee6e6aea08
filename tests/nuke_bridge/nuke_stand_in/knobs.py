"""Knobs: their types, their ranges, what they hold, and how a script keeps it."""

import re
import threading

STARTLINE, INVISIBLE = 0x1000, 0x400
TABBEGINCLOSEDGROUP, TABENDGROUP = 2, -1
_EXPRESSION = re.compile(r"(\d+|frame >= \d+ && frame <= \d+)")


class Knob:
    """A knob; `frame_now` is set by the module, for values that change over time."""

    frame_now = staticmethod(lambda: 1)
    code = None
    flags = 0

    def __init__(self, name, label=""):
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise ValueError(f"no knob name: {name!r}")
        self._name, self._label, self._tooltip = name, label, ""
        self._value, self._expression, self._flags = self.empty(), "", self.flags

    def empty(self):
        return ""

    def name(self):
        return self._name

    def label(self):
        return self._label

    def tooltip(self):
        return self._tooltip

    def setTooltip(self, tooltip):
        assert isinstance(tooltip, str)
        self._tooltip = tooltip

    def setFlag(self, flag):
        self._flags |= flag

    def clearFlag(self, flag):
        self._flags &= ~flag

    def getFlag(self, flag):
        return bool(self._flags & flag)

    def check(self, value):
        if not isinstance(value, str):
            raise TypeError(f"{self._name}: {value!r} is no text")
        return value

    def setValue(self, value):
        assert threading.current_thread() is threading.main_thread()
        self._value = self.check(value)
        return True

    def value(self):
        return self._value

    def toScript(self):
        return self._value

    def fromScript(self, text):
        self.setValue(text)


class Tab_Knob(Knob):
    code = 20

    def __init__(self, name, label="", kind=0):
        super().__init__(name, label)
        self.kind = kind


class String_Knob(Knob):
    code = 1


class Text_Knob(Knob):
    code = 26


class File_Knob(String_Knob):
    code = 2

    def evaluate(self):
        return self._value or None


class PyScript_Knob(Knob):
    code = 22

    def __init__(self, name, label="", script=""):
        super().__init__(name, label)
        self._value = script


class Channel_Knob(Knob):
    """A layer, such as `rgba`, or a channel, such as `rgba.red`."""


class Enumeration_Knob(Knob):
    code = 4

    def __init__(self, name, label, values):
        assert values
        assert all(isinstance(one, str) for one in values)
        self._values = list(values)
        super().__init__(name, label)

    def empty(self):
        return self._values[0]

    def values(self):
        return [*self._values]

    def check(self, value):
        if value not in self._values:
            raise TypeError(f"{self._name}: {value!r} is none of {self._values}")
        return value


class _Number(Knob):
    type = float

    def __init__(self, name, label=""):
        super().__init__(name, label)
        self._keys, self._range = {}, None

    def empty(self):
        return self.type(0)

    def setRange(self, lowest, highest):
        assert lowest < highest
        self._range = lowest, highest

    def range(self):
        return self._range

    def check(self, value):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise TypeError(f"{self._name}: {value!r} is no number")
        return self.type(value)

    def setValue(self, value):
        self._keys, self._expression = {}, ""
        return super().setValue(value)

    def setValueAt(self, value, time):
        self._keys[time] = self.check(value)
        return True

    def setAnimated(self):
        self._keys = self._keys or {self.frame_now(): self._value}
        return True

    def isAnimated(self):
        return bool(self._keys)

    def hasExpression(self):
        return bool(self._expression)

    def setExpression(self, expression):
        if not _EXPRESSION.fullmatch(expression):
            raise RuntimeError(f"an expression that is not known here: {expression}")
        self._expression = expression
        return True

    def value(self):
        return self.getValueAt(self.frame_now())

    def getValueAt(self, frame):
        if self._expression:
            return self.type(eval(self._expression.replace("&&", "and"), {"frame": frame}))
        if not self._keys:
            return self._value
        times = sorted(self._keys)
        before = max((one for one in times if one <= frame), default=times[0])
        after = min((one for one in times if one >= frame), default=times[-1])
        part = (frame - before) / (after - before) if after > before else 0.0
        return self._keys[before] + part * (self._keys[after] - self._keys[before])

    def toScript(self):
        if self._expression:
            return f'{{{{"{self._expression}"}}}}'
        if self._keys:
            keys = " ".join(f"x{time} {value:g}" for time, value in sorted(self._keys.items()))
            return f"{{{{curve {keys}}}}}"
        return f"{self._value:g}" if self.type is float else str(self._value)

    def fromScript(self, text):
        inner = re.fullmatch(r"\{?\{(.*?)\}?\}", text)
        inner = inner.group(1) if inner else ""
        if inner.startswith("curve"):
            keys = inner.split()[1:]
            pairs = zip(keys[::2], keys[1::2], strict=True)
            self._keys = {int(time[1:]): self.type(value) for time, value in pairs}
        elif inner:
            self.setExpression(inner.strip('"'))
        else:
            self.setValue(self.type(text))


class Double_Knob(_Number):
    code = 7


class Int_Knob(_Number):
    code, type = 3, int


class Boolean_Knob(_Number):
    code, type = 6, bool

    def check(self, value):
        if not isinstance(value, (bool, int)):
            raise TypeError(f"{self._name}: {value!r} is no switch")
        return bool(value)

    def toScript(self):
        return "true" if self._value else "false"

    def fromScript(self, text):
        self.setValue({"true": True, "false": False}[text])
