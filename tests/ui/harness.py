# harness.py: the window in a virtual display, driven as scripts and people drive it
#
# SPDX-License-Identifier: MIT
"""A Desktop owns an X server, a session bus with accessibility and scratch folders; a Window is the
program in it. Nothing outside the scratch folders is read or written."""
import contextlib
import ctypes
import faulthandler
import gettext
import os
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

SKIP = 77  # what Meson takes for "skipped"
APP = "io.github.gramscope.Gramscope"
PATH = "/io/github/gramscope/Gramscope"
BUILD = os.environ["GRAM_TEST_BUILDDIR"]
# Data and a network with which everything is there within a second.
SMALL = "dataset=glyphs n=150 test-samples=60 m=128 eta=0.02 labels=true,random"
# A test point that takes longer hangs; a busy or slow machine may be given more of everything.
PATIENCE = float(os.environ.get("GRAM_TEST_PATIENCE", "1"))
POINT_SECONDS = 400 * PATIENCE
SHOTS = os.environ.get("GRAM_TEST_SHOTS", os.path.join(BUILD, "screenshots"))


def skip(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def need():
    for tool in ("Xvfb", "dbus-daemon", "xdotool", "import"):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    try:
        import gi
        gi.require_version("Atspi", "2.0")
    except (ImportError, ValueError):
        skip("the Python bindings of AT-SPI are not installed")


def die_with_parent():
    """A test program that dies must not leave windows and X servers behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def supervise():
    """Runs this file in a child and passes its test points on. The client library of AT-SPI now and
    then crashes the program that uses it, which is this one and not the window: the test point
    that was under way is then run once more, and that is said. A second death is a failure."""
    done, planned, failed, deaths = [], False, False, 0
    while True:
        env = dict(os.environ, GRAM_TEST_CHILD="1", GRAM_TEST_DONE=",".join(done))
        child = subprocess.Popen([sys.executable, *sys.argv], env=env, stdout=subprocess.PIPE,
                                 text=True)
        for line in child.stdout:  # bounded: the child dies by a test point that hangs
            point = re.match(r"(not ok|ok) \d+ - (\S+)(.*)", line)
            if point:
                done.append(point[2])
                failed |= point[1] == "not ok"
                line = f"{point[1]} {len(done)} - {point[2]}{point[3]}\n"
            elif line.startswith("1.."):
                line, planned = ("" if planned else line), True
            print(line, end="", flush=True)
        code = child.wait(60)
        if code >= 0 or deaths == 1:
            sys.exit(1 if failed or code < 0 else code)
        deaths += 1
        print(f"# the accessibility client died of signal {-code}; its test point is run once more",
              flush=True)


def read_line(pipe, seconds, what):
    """The next line of a pipe that nothing else reads from, or why there is none."""
    line, end = b"", time.monotonic() + seconds * PATIENCE
    while not line.endswith(b"\n"):
        if not select.select([pipe], [], [], max(0, end - time.monotonic()))[0]:
            raise AssertionError(f"waited {seconds} s for {what} in vain; so far: {line!r}")
        byte = os.read(pipe.fileno(), 1)
        if not byte:
            raise AssertionError(f"{what} will not come: its program ended; so far: {line!r}")
        line += byte
    return line.decode().rstrip("\n")


def write_images(folder, side=8, classes=(0, 1)):
    """Classes of noise as IDX files."""
    os.mkdir(folder)
    for kind, count in (("train", 120), ("t10k", 40)):
        with open(os.path.join(folder, f"{kind}-images-idx3-ubyte"), "wb") as file:
            file.write(struct.pack(">4i", 0x803, count, side, side)
                       + os.urandom(count * side * side))
        with open(os.path.join(folder, f"{kind}-labels-idx1-ubyte"), "wb") as file:
            file.write(struct.pack(">2i", 0x801, count)
                       + bytes(classes[i % len(classes)] for i in range(count)))


class Desktop:
    """An X server and a session bus of their own; one a process, since AT-SPI remembers its bus."""

    def __init__(self, width=1280, height=800, language=None):
        self.scratch = tempfile.mkdtemp(prefix="gramscope-ui-")
        self.size = (width, height)
        self.children = []
        self.window = None
        read, write = os.pipe()
        self.spawn(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24",
                    "-nolisten", "tcp", "-noreset"], pass_fds=[write], stdout=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.display = ":" + read_line(pipe, 60, "the number of the display from Xvfb")
        env = {k: v for k, v in os.environ.items()
               if k in ("PATH", "OPENBLAS_NUM_THREADS", "GRAM_TEST_DATA", "LD_PRELOAD")}
        for name in ("config", "data", "cache", "state", "runtime", "home"):
            os.mkdir(os.path.join(self.scratch, name), 0o700)
        env.update(
            DISPLAY=self.display, GDK_BACKEND="x11", GSK_RENDERER="cairo",
            HOME=self.path("home"), XDG_CONFIG_HOME=self.path("config"),
            XDG_DATA_HOME=self.path("data"), XDG_CACHE_HOME=self.path("cache"),
            XDG_STATE_HOME=self.path("state"), XDG_RUNTIME_DIR=self.path("runtime"),
            GSETTINGS_SCHEMA_DIR=os.path.join(BUILD, "data"), GSETTINGS_BACKEND="memory",
            GTK_A11Y="atspi", G_DEBUG="fatal-criticals", LC_ALL="C.UTF-8",
            GTK_USE_PORTAL="0", NO_AT_BRIDGE="0", GRAMSCOPE_MODULE_DIR="/nonexistent",
            GRAM_LOCALEDIR=os.path.join(BUILD, "po"),
            LIBGL_ALWAYS_SOFTWARE="1",
            # what is freed is overwritten: whoever uses it still is found out
            G_SLICE="always-malloc", MALLOC_PERTURB_="165")
        if language:
            env.update(LANGUAGE=language)
        self.env = env
        bus = self.spawn(["dbus-daemon", "--session", "--nofork", "--print-address=1"],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env)
        self.address = read_line(bus.stdout, 60, "the address of the session bus")
        env["DBUS_SESSION_BUS_ADDRESS"] = self.address
        # this process talks to the same bus and display
        for key in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME"):
            os.environ[key] = env[key]
        os.environ.pop("AT_SPI_BUS_ADDRESS", None)
        self.enable_accessibility()

    def choose_files_elsewhere(self, choice=""):
        """As on a desktop with portals: no file chooser of GTK's in the window's own process. What
        is chosen stands in the file `choice`; without one every choice is cancelled."""
        portal = self.spawn([sys.executable, os.path.join(os.path.dirname(__file__), "portal.py"),
                             choice], env=self.env, stdout=subprocess.PIPE)
        assert read_line(portal.stdout, 60, "the portal of file choosers") == "ready"
        self.env["GDK_DEBUG"] = "portals"

    def path(self, *parts):
        return os.path.join(self.scratch, *parts)

    def spawn(self, command, **kwargs):
        child = subprocess.Popen(command, start_new_session=True, preexec_fn=die_with_parent,
                                 **kwargs)
        self.children.append(child)
        return child

    def enable_accessibility(self):
        from gi.repository import Gio, GLib
        flags = Gio.DBusConnectionFlags
        bus = Gio.DBusConnection.new_for_address_sync(
            self.address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)
        bus.set_exit_on_close(False)
        self.bus, self.accessible_bus = bus, None
        try:
            bus.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties",
                          "Set", GLib.Variant("(ssv)", ("org.a11y.Status", "IsEnabled",
                                                        GLib.Variant("b", True))),
                          None, 0, 10000, None)
        except GLib.Error as error:
            self.close()
            skip(f"no accessibility bus: {error.message}")

    @property
    def accessibles(self):
        """The bus of accessibility, which is there from when the first window is."""
        if self.accessible_bus is None:
            import tree
            self.accessible_bus = tree.connect(self.bus)
        return self.accessible_bus

    @contextlib.contextmanager
    def toasts_stay(self):
        """The pointer stirs where toasts are shown: one that it rests on waits for it to leave."""
        stir = 'while xdotool mousemove "$1" "$2" mousemove_relative 1 0; do sleep 0.2; done'
        place = str(self.size[0] // 2), str(self.size[1] - 92)
        stirrer = self.spawn(["sh", "-c", stir, "sh", *place], env=self.env,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield
        finally:
            stirrer.kill()
            stirrer.wait(60)

    def locale(self, name):
        """The environment of a locale, made here, for systems have few; C.UTF-8 knows no language
        from glibc 2.39 on."""
        folder = self.path("locales")
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["localedef", "-i", name[:5], "-f", "UTF-8", os.path.join(folder, name)],
                       check=False, capture_output=True, timeout=120)  # 1 is warnings
        assert os.path.exists(os.path.join(folder, name))
        return {"LOCPATH": folder, "LC_ALL": name, "LANGUAGE": name[:5]}

    def close(self):
        for child in reversed(self.children):
            if child.poll() is None:
                try:
                    os.killpg(child.pid, signal.SIGTERM)
                    child.wait(5)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    child.kill()
        shutil.rmtree(self.scratch, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


def walk(root):
    """An accessible and all below it, in order, and each once."""
    from gi.repository import GLib
    stack, known = [root], set()
    while stack:
        node = stack.pop()
        if node is None or node in known:
            continue
        known.add(node)
        yield node
        try:
            stack.extend(node.get_child_at_index(i)
                         for i in reversed(range(node.get_child_count())))
        except GLib.Error:
            continue  # gone while we looked


class Window:
    """The program; actions over D-Bus, widgets over AT-SPI, pointer and keys by xdotool."""

    def __init__(self, desktop, *arguments, binary=None, size=None, **env):
        self.desktop = desktop
        self.size = size or desktop.size
        self.log = open(desktop.path("log"), "w+b")
        self.began = time.monotonic()
        binary = binary or os.environ.get("GRAM_TEST_BINARY",
                                          os.path.join(BUILD, "src", "ui", "gramscope"))
        if desktop.window is not None and desktop.window.alive():
            desktop.window.process.kill()  # a test point that failed left it behind
            desktop.window.process.wait(30)
            shutil.rmtree(desktop.path("state", "gramscope"), ignore_errors=True)
        desktop.window = self
        self.languages = [{**desktop.env, **env}.get("LANGUAGE", "en")]
        self.process = desktop.spawn([binary, *arguments], env={**desktop.env, **env},
                                     stdout=self.log, stderr=self.log, cwd=desktop.path("home"))
        self.wid = self.wait(self.find_window, 30, "the window")
        self.xdo("windowmove", self.wid, "0", "0", "windowsize", self.wid,
                 *map(str, self.size))
        self.xdo("windowfocus", self.wid)

    # ---------- waiting

    def alive(self):
        return self.process.poll() is None

    def output(self):
        self.log.flush()
        with open(self.desktop.path("log"), errors="replace") as log:
            return log.read()

    def wait(self, condition, seconds, what):
        end = time.monotonic() + seconds * PATIENCE
        while time.monotonic() < end:
            if not self.alive():
                raise AssertionError(f"the program ended ({self.process.returncode}) while "
                                     f"waiting for {what}:\n{self.output()}")
            looked = time.monotonic()
            value = condition()
            if value:
                return value
            # a look at the tree takes the window's time: as much is left to it
            time.sleep(min(max(time.monotonic() - looked, 0.03), 0.3))
        self.shot("timeout")
        raise AssertionError(f"waited {seconds} s for {what} in vain; status "
                             f"{self.status() if what != 'the window' else ''}\n{self.output()}")

    def visible_windows(self):
        return subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "gramscope"],
                              capture_output=True, text=True, env=self.desktop.env,
                              timeout=60).stdout.split()

    def find_window(self):
        found = self.visible_windows()
        return found[-1] if found else None

    # ---------- D-Bus

    def call(self, method, variant, reply=None):
        return self.desktop.bus.call_sync(APP, PATH, "org.gtk.Actions", method, variant, reply, 0,
                                          30000, None)

    def action(self, name, parameter=None):
        from gi.repository import GLib
        kinds = {str: "s", float: "d"}
        parameters = [GLib.Variant(kinds[type(parameter)], parameter)] if parameter is not None \
            else []
        self.call("Activate", GLib.Variant("(sava{sv})", (name, parameters, {})))

    def status(self):
        from gi.repository import GLib
        answer = self.call("Describe", GLib.Variant("(s)", ("status",)))
        state = answer.unpack()[0][2]
        return state[0] if state else {}

    def pages(self):
        """The ids of the window's pages, in their order."""
        return self.wait(lambda: self.status().get("pages"), 10, "the list of pages")

    def wait_status(self, seconds, what, **wanted):
        def met():
            status = self.status()
            return status if all(v(status.get(k)) if callable(v) else status.get(k) == v
                                 for k, v in wanted.items()) else None
        return self.wait(met, seconds, what)

    # ---------- AT-SPI

    def root(self):
        import gi
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(i)
            if child is not None and child.get_process_id() == self.process.pid:
                # ask anew each time; clearing libatspi's cache instead makes it crash
                child.set_cache_mask(Atspi.Cache.NONE)
                return child
        return None

    def all(self, role=None, name=None, root=None, showing=False):
        """Every accessible of that role whose name has that text, in order."""
        from gi.repository import Atspi, GLib
        from tree import is_role
        found = []
        for node in walk(root) if root else self.nodes(role, name):
            try:
                if (role is None or is_role(node.get_role_name(), role)) \
                        and (name is None or name in (node.get_name() or "")) \
                        and (not showing or node.get_state_set().contains(Atspi.StateType.SHOWING)):
                    found.append(node)
            except GLib.Error:
                continue  # gone while we looked
        return found

    def menu_item(self, name, place):
        """Of the open menu. GTK 4.18 tells clients no names of items: there their order counts."""
        items = self.wait(lambda: self.all("menu item"), 10, "the menu")
        if any(item.get_name() for item in items):
            return self.find("menu item", name)
        return items[place]

    def choose_of_run(self, run, entry):
        """An entry of that run's menu, in the list of runs, which is open."""
        self.find("push button", f"Menu of {run}")
        self.press(self.all("push button", f"Menu of {run}")[-1])
        time.sleep(0.5)
        items = self.wait(lambda: self.all("menu item"), 10, "the menu")
        if any(item.get_name() for item in items):
            self.press(self.find("menu item", entry))
        else:  # GTK 4.18 tells clients no names of menu items
            order = ["Continue", "Use Its Settings", "Copy as Command", "Rename", "Delete"]
            self.xdo("key", *["Down"] * order.index(entry), "Return")

    def nodes(self, role, name):
        """The accessibles that were of that role and name, found quickly."""
        from gi.repository import GLib
        import tree
        known = {(): self.root()}
        for place in tree.places(self.desktop.accessibles, self.process.pid, role, name):
            try:
                for depth, index in enumerate(place):
                    if place[:depth + 1] not in known:
                        parent = known[place[:depth]]
                        known[place[:depth + 1]] = parent and parent.get_child_at_index(index)
            except GLib.Error:
                continue
            if known[place] is not None:
                yield known[place]

    def find(self, role, name, seconds=10):
        return self.wait(lambda: (self.all(role, name) or [None])[0], seconds,
                         f"the {role} “{name}”")

    def press(self, node):
        action = node.get_action_iface()
        assert action is not None and action.get_n_actions() > 0, \
            f"{node.get_role_name()} {node.get_name()} has no action"
        action.do_action(0)

    # ---------- pointer, keys, pictures

    def box(self, node):
        """Where it is in the window, which is at the screen's corner."""
        from gi.repository import Atspi
        return node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)

    def still_box(self, node):
        """The same once it stands: what folds or scrolls above it moves it for a moment."""
        seen = []

        def stands():
            place = self.box(node)
            seen.append((place.x, place.y, place.width, place.height))
            return len(seen) > 5 and len(set(seen[-5:])) == 1 and place

        return self.wait(stands, 10, "what moves to stand")

    def click(self, node):
        """With the pointer, low in its middle: GTK 4.18 tells places without some margins, up to
        22 pixels higher than they are."""
        place = self.still_box(node)
        self.xdo("mousemove", str(place.x + place.width // 2), str(place.y + place.height - 3),
                 "click", "1")

    def xdo(self, *arguments):
        subprocess.run(["xdotool", *arguments], check=True, env=self.desktop.env,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)

    def shot(self, name):
        os.makedirs(SHOTS, exist_ok=True)
        path = os.path.join(SHOTS, name + ".png")
        subprocess.run(["import", "-window", "root", "-crop", "%dx%d+0+0" % self.size, path],
                       env=self.desktop.env, check=False, stderr=subprocess.DEVNULL, timeout=120)
        return path

    def translated(self, text):
        """As the window says it, without the mark of its mnemonic."""
        said = gettext.translation("gramscope", os.path.join(BUILD, "po"), self.languages,
                                   fallback=True).gettext(text)
        return re.sub(r"\(_\w\)|_", "", said)

    def as_window_manager(self, message, until=None):
        """Sends the window a message of WM_PROTOCOLS, which it sees after the events that came
        before; @until waits for what it sends back."""
        x11 = ctypes.CDLL("libX11.so.6")
        for function in (x11.XOpenDisplay, x11.XInternAtom, x11.XDefaultRootWindow):
            function.restype = ctypes.c_ulong
        display = ctypes.c_void_p(x11.XOpenDisplay(self.desktop.env["DISPLAY"].encode()))
        protocols, kind = (x11.XInternAtom(display, name, 0)
                           for name in (b"WM_PROTOCOLS", message))
        if until:
            root, substructure = x11.XDefaultRootWindow(display), 1 << 19
            x11.XSelectInput(display, ctypes.c_ulong(root), ctypes.c_long(substructure))
        # XClientMessageEvent, as long as an XEvent; its fourth number is a time
        event = (ctypes.c_ulong * 24)(33, 0, 0, 0, int(self.wid), protocols, 32, kind, 0)
        x11.XSendEvent(display, ctypes.c_ulong(int(self.wid)), 0, ctypes.c_long(0),
                       ctypes.byref(event))
        x11.XSync(display, 0)
        if until:
            until(lambda: x11.XCheckTypedEvent(display, 33, ctypes.byref(event))
                  and event[5] == protocols and event[7] == kind)
        x11.XCloseDisplay(display)

    def ask_to_close(self):
        """As the title bar's button or Alt+F4 does."""
        self.as_window_manager(b"WM_DELETE_WINDOW")

    def catch_up(self, seconds=120):
        """Waits until the window has seen all events that were sent to it so far. A call over
        D-Bus is answered before: on a busy machine hundreds of events wait behind it."""
        self.as_window_manager(b"_NET_WM_PING",
                               lambda came: self.wait(came, seconds, "an end of the events"))

    def quit(self, seconds=40):
        """Ends the program, and the run that it has with it."""
        from gi.repository import GLib
        discard = self.translated("_Discard")
        self.action("quit")
        end = time.monotonic() + seconds * PATIENCE
        while self.alive() and time.monotonic() < end:
            time.sleep(0.3)
            try:
                for button in self.all("push button", discard)[:1] if self.alive() else []:
                    self.press(button)
                    # GTK 4.8 does not stand a look at a window that goes; a press that came too
                    # early for the dialog is made again
                    pressed = time.monotonic()
                    while self.alive() and time.monotonic() < pressed + 10:
                        time.sleep(0.05)
            except GLib.Error:
                pass  # it ended while we looked
        assert not self.alive(), f"it did not end: {self.status()}\n{self.output()}"
        self.process.wait(1)
        return self.process.returncode


def ready(window, text=SMALL):
    """Sets the window to Glyphs by those settings and waits until all is known of them."""
    window.action("load", text)
    window.wait_status(60, "the spectrum", stage="spectrum", dataset="glyphs", state="ready",
                       n=int(re.search(r"\bn=(\d+)", text)[1]))


class Absent(Exception):
    """What a test point needs is not on this machine."""


class Tap:
    """Test points in the form that Meson reads; each gets its own Desktop and Window."""

    def __init__(self):
        if "GRAM_TEST_CHILD" not in os.environ:
            supervise()
        self.points = []

    def __call__(self, function):
        self.points.append(function)
        return function

    def main(self):
        need()
        wanted = sys.argv[1:]
        points = [p for p in self.points if not wanted or p.__name__ in wanted]
        print(f"1..{len(points)}", flush=True)
        done = os.environ.get("GRAM_TEST_DONE", "").split(",")
        points = [p for p in points if p.__name__ not in done]
        failed = 0
        for number, point in enumerate(points, 1):
            began = time.monotonic()
            faulthandler.dump_traceback_later(POINT_SECONDS, exit=True)  # says where it waits
            end = None
            try:
                point()
                word = "ok"
            except Absent as why:
                word, end = "ok", f"SKIP {why}"
            except Exception as error:  # a test point that fails must not hide the next
                import traceback
                word = "not ok"
                failed += 1
                for line in traceback.format_exc().splitlines():
                    print("#", line)
            faulthandler.cancel_dump_traceback_later()
            end = end or f"{time.monotonic() - began:.1f} s"
            print(f"{word} {number} - {point.__name__} # {end}", flush=True)
        sys.exit(1 if failed else 0)
