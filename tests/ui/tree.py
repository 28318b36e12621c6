# tree.py: where in the tree of accessibles of a program what is looked for is
#
# SPDX-License-Identifier: MIT
"""The client library of AT-SPI waits for each answer before it asks again, and each waits for a
turn of the program's main loop. Here all nodes of a generation are asked at once."""
from gi.repository import Gio, GLib

ACCESSIBLE = "org.a11y.atspi.Accessible"
ROOT = "/org/a11y/atspi/accessible/root"
SECONDS = 20


def connect(session):
    """The bus of accessibility that the session bus @session tells of."""
    address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None,
                                None, 0, 1000 * SECONDS, None).unpack()[0]
    flags = Gio.DBusConnectionFlags
    bus = Gio.DBusConnection.new_for_address_sync(
        address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)
    bus.set_exit_on_close(False)
    return bus


def ask_all(bus, questions):
    """The answers to (node, interface, method, arguments), None for nodes that are gone."""
    context = GLib.MainContext.new()
    answers, missing = [None] * len(questions), len(questions)

    def take(_, result, index):
        nonlocal missing
        missing -= 1
        try:
            answers[index] = bus.call_finish(result).unpack()[0]
        except GLib.Error:
            pass

    context.push_thread_default()
    for index, ((name, path), interface, method, arguments) in enumerate(questions):
        bus.call(name, path, interface, method, arguments, None, 0, 1000 * SECONDS, None, take,
                 index)
    while missing > 0:  # bounded: each question has SECONDS for its answer
        context.iteration(True)
    context.pop_thread_default()
    return answers


def root_of(bus, pid):
    """The node of the program with that process, or None."""
    programs = ask_all(bus, [(("org.a11y.atspi.Registry", ROOT), ACCESSIBLE, "GetChildren", None)])
    for node in programs[0] or []:
        daemon = ("org.freedesktop.DBus", "/org/freedesktop/DBus")
        owner = ask_all(bus, [(daemon, daemon[0], "GetConnectionUnixProcessID",
                               GLib.Variant("(s)", (node[0],)))])
        if owner[0] == pid:
            return node
    return None


# Toolkits and client libraries of different years call the same control differently.
NAMES = {"push button": {"button", "toggle button"}, "dialog": {"alert"}}


def is_role(name, wanted):
    """Whether an accessible of the role @name is what a test calls @wanted."""
    return name == wanted or name in NAMES.get(wanted, ())


def role_name(number):
    """As the client library calls it; the program's own words differ."""
    from gi.repository import Atspi
    return Atspi.role_get_name(Atspi.Role(number)) if number is not None else None


def get(node, what):
    return (node, "org.freedesktop.DBus.Properties", "Get",
            GLib.Variant("(ss)", (ACCESSIBLE, what)))


def places(bus, pid, role=None, name=None):
    """The places, each the indices that lead from the root to it, of all accessibles of that role
    whose name has that text, in the order in which they are read, and each once: GTK 4.18 has
    the page that is shown in the tab panels before its own too."""
    root = root_of(bus, pid)
    generation, found, known = [((), root)] if root else [], [], {root}
    while generation:
        nodes = [node for _, node in generation]
        roles = ask_all(bus, [(node, ACCESSIBLE, "GetRole", None) for node in nodes]) \
            if role else []
        fitting = [i for i in range(len(nodes)) if not role or is_role(role_name(roles[i]), role)]
        names = ask_all(bus, [get(nodes[i], "Name") for i in fitting]) \
            if name else [""] * len(fitting)
        found.extend(generation[i][0] for i, text in zip(fitting, names)
                     if not name or name in (text or ""))
        # not GetChildren, which leaves some of them out in GTK 4.8
        below = [(place + (i,), node)
                 for (place, node), count in zip(generation, ask_all(bus, [get(node, "ChildCount")
                                                                           for node in nodes]))
                 for i in range(count or 0)]
        children = ask_all(bus, [(node, ACCESSIBLE, "GetChildAtIndex",
                                  GLib.Variant("(i)", (place[-1],))) for place, node in below])
        generation = []
        for (place, _), child in zip(below, children):
            if child and child not in known and not child[1].endswith("/null"):
                known.add(child)
                generation.append((place, child))
    return sorted(found)
