"""Scripts as Nuke writes them, and a reader that takes nothing it does not know."""

import re

from . import knobs as kinds
from .nodes import CLASSES

_CODES = {
    one.code: one for one in vars(kinds).values() if isinstance(one, type) and
    issubclass(one, kinds.Knob) and one.code
}  # fmt: skip
_PLAIN = re.compile(r"[^\s\"{}\[\]\\$;#]+")


def quoted(text):
    """Return a text as one word."""
    if _PLAIN.fullmatch(text):
        return text
    text = re.sub(r'(["\\\[\]{}$])', r"\\\1", text).replace("\n", "\\n")
    return f'"{text}"'


def _user_knob(knob):
    words = [str(knob.code), knob.name()]
    if knob.label():
        words += ["l", quoted(knob.label())]
    if knob.tooltip():
        words += ["t", quoted(knob.tooltip())]
    if knob.getFlag(kinds.INVISIBLE):
        words.append("+INVISIBLE")
    if isinstance(knob, kinds.Enumeration_Knob):
        words += ["M", "{" + " ".join(map(quoted, knob.values())) + "}"]
    if isinstance(knob, kinds.PyScript_Knob):
        words += ["T", quoted(knob.value())]
    if isinstance(knob, kinds.Tab_Knob) and knob.kind:
        words += ["n", str(knob.kind)]
    if isinstance(knob, kinds._Number) and knob.range():
        words += ["R", *(f"{one:g}" for one in knob.range())]
    return f"addUserKnob {{{' '.join(words)}}}"


def _node(node, depth):
    pad = " " * depth
    own = CLASSES[node.Class()][1].keys() | {"name", "label", "xpos", "ypos"}
    lines = [f"{pad}{node.Class()} {{", f"{pad} inputs {len(node._inputs)}"]
    for name, knob in node.knobs().items():
        users = node.Class() == "Group" and name not in own
        if users:
            lines.append(f"{pad} {_user_knob(knob)}")
        if isinstance(knob, (kinds.PyScript_Knob, kinds.Tab_Knob)) or knob.toScript() == "":
            continue
        text = knob.toScript()
        lines.append(f"{pad} {name} {text if text.startswith('{{') else quoted(text)}")
    return [*lines, f"{pad}}}"]


def _tree(members, depth):
    lines, done = [], {}

    def put(node):
        if node in done:
            return
        done[node] = f"N{abs(id(node)):x}"
        for above in node._inputs:
            if above is not None:
                put(above)
        for above in reversed(node._inputs):
            lines.append(f"push {'$' + done[above] if above is not None else 0}")
        lines.extend(_node(node, depth))
        if node.Class() == "Group":
            lines.extend([*_tree(node.nodes(), depth + 1), "end_group"])
        lines.append(f"set {done[node]} [stack 0]")

    for node in members:
        put(node)
    return lines


def text_of(session):
    """Return the whole script."""
    head = ["#! /usr/bin/nuke -nx", "version 15.0 v4", *_node(session.root, 0)]
    return "\n".join([*head, *_tree(session.children, 0), ""])


def words(text):
    """Split a line or a block into words: bare, quoted, or in braces (with these)."""
    found, place = [], 0
    while place < len(text):
        if text[place].isspace():
            place += 1
        elif text[place] == '"':
            end = place + 1
            while text[end] != '"':
                end += 2 if text[end] == "\\" else 1
            inner = text[place + 1 : end]
            found.append(re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], inner))
            place = end + 1
        elif text[place] == "{":
            end = _closing(text, place)
            found.append(text[place : end + 1])
            place = end + 1
        else:
            end = re.compile(r"\s|$").search(text, place).start()
            found.append(text[place:end])
            place = end
    return found


def _closing(text, place):
    depth, quote = 0, False
    while True:
        char = text[place]
        if char == "\\":
            place += 2
            continue
        quote ^= char == '"'
        if not quote:
            depth += (char == "{") - (char == "}")
        if depth == 0:
            return place
        place += 1


def read(text, session):
    """Make the nodes of a script."""
    stack, names, parents = [], {}, []
    tokens = words(re.sub(r"(?m)^#!.*|^version .*", "", text))
    while tokens:
        word = tokens.pop(0)
        if word == "push":
            name = tokens.pop(0)
            stack.append(None if name == "0" else names[name[1:]])
        elif word == "set":
            name, stacked = tokens.pop(0), [tokens.pop(0), tokens.pop(0)]
            assert stacked == ["[stack", "0]"]
            names[name] = stack[-1]
        elif word == "end_group":
            session.open.pop()
            stack = [*parents.pop(), session.last_group]
        else:
            node = _made(word, words(tokens.pop(0)[1:-1]), stack, session)
            stack.append(node)
            if word == "Group":
                parents.append(stack[:-1])
                session.open.append(node)
                session.groups.append(node)
                stack = []


def _made(kind, content, stack, session):
    node = session.root if kind == "Root" else session.make(kind)
    while content:
        name, value = content.pop(0), content.pop(0)
        if name == "inputs":
            for index in range(int(value)):
                node.setInput(index, stack.pop())
        elif name == "addUserKnob":
            node.addKnob(_knob(words(value[1:-1])))
        elif name == "name" and kind != "Root":
            node.setName(value)
        else:
            node[name].fromScript(value)
    return node


def _knob(parts):
    kind, name, rest = _CODES[int(parts[0])], parts[1], parts[2:]
    told = {}
    while rest:
        word = rest.pop(0)
        if word == "+INVISIBLE":
            told["invisible"] = True
        elif word == "R":
            told["R"] = float(rest.pop(0)), float(rest.pop(0))
        else:
            assert word in ("l", "t", "M", "T", "n")
            told[word] = rest.pop(0)
    more = []
    if "M" in told:
        more = [words(told["M"][1:-1])]
    if "T" in told:
        more = [told["T"]]
    if "n" in told:
        more = [int(told["n"])]
    knob = kind(name, told.get("l", ""), *more)
    knob.setTooltip(told.get("t", ""))
    if "R" in told:
        knob.setRange(*told["R"])
    if "invisible" in told:
        knob.setFlag(kinds.INVISIBLE)
    return knob
