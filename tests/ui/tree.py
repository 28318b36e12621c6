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


# Of each accessible, whose path is its own for good
known_roles = {}
# Nothing is looked for below these: a label that has links is found, its links are not.
LEAVES = {"label", "image", "icon", "separator", "progress bar"}


def roles_of(bus, nodes):
    new = [node for node in nodes if node not in known_roles]
    for node, number in zip(new, ask_all(bus, [(node, ACCESSIBLE, "GetRole", None)
                                               for node in new])):
        if number is not None:
            known_roles[node] = role_name(number)
    return [known_roles.get(node) for node in nodes]


def generations(bus, pid):
    """All accessibles of a program, a generation at a time, each as (place, node, role): the place
    is the indices that lead to it from the root. Each comes once: GTK 4.18 has the page that is
    shown in the tab panels before its own too."""
    root = root_of(bus, pid)
    generation, known = [((), root)] if root else [], {root}
    while generation:
        roles = roles_of(bus, [node for _, node in generation])
        yield [(place, node, role) for (place, node), role in zip(generation, roles)]
        parents = [at for at, role in zip(generation, roles) if role not in LEAVES]
        # not GetChildren, which leaves some of them out in GTK 4.8
        counts = ask_all(bus, [get(node, "ChildCount") for _, node in parents])
        below = [(place + (i,), node) for (place, node), count in zip(parents, counts)
                 for i in range(count or 0)]
        children = ask_all(bus, [(node, ACCESSIBLE, "GetChildAtIndex",
                                  GLib.Variant("(i)", (place[-1],))) for place, node in below])
        generation = []
        for (place, _), child in zip(below, children):
            if child and child not in known and not child[1].endswith("/null"):
                known.add(child)
                generation.append((place, child))


def places(bus, pid, role=None, name=None):
    """The places of all accessibles of that role whose name has that text, in the order in which
    they are read."""
    found = []
    for generation in generations(bus, pid):
        fitting = [(place, node) for place, node, its in generation
                   if not role or its and is_role(its, role)]
        names = ask_all(bus, [get(node, "Name") for _, node in fitting]) \
            if name else [""] * len(fitting)
        found.extend(place for (place, _), text in zip(fitting, names)
                     if not name or name in (text or ""))
    return sorted(found)


def focused(bus, pid):
    """The role and name of what has the focus, or None."""
    from gi.repository import Atspi
    for generation in generations(bus, pid):
        states = ask_all(bus, [(node, ACCESSIBLE, "GetState", None) for _, node, _ in generation])
        for (_, node, role), state in zip(generation, states):
            if state and state[0] >> int(Atspi.StateType.FOCUSED) & 1:
                return role, ask_all(bus, [get(node, "Name")])[0] or ""
    return None
