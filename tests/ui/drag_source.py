# drag_source.py: a small window from which files are dragged, as from a file manager
#
# SPDX-License-Identifier: MIT
"""Usage: drag_source.py PATH…; prints the id of its X window, “begun” and how it ended."""
import sys

import gi
gi.require_version("Gtk", "4.0")
gi.require_version("GdkX11", "4.0")
from gi.repository import Gdk, GdkX11, Gio, GLib, GObject, Gtk


def prepare(source, x, y):
    files = Gdk.FileList.new_from_list([Gio.File.new_for_path(p) for p in sys.argv[1:]])
    value = GObject.Value(Gdk.FileList, files)
    return Gdk.ContentProvider.new_for_value(value)


def begun(source, drag):
    print("begun", flush=True)


def ended(source, drag, deleted):
    print("dropped", flush=True)


def cancelled(source, drag, reason):
    print("cancelled", flush=True)
    return True


Gtk.init()
window = Gtk.Window(default_width=120, default_height=80, decorated=False)
window.set_child(Gtk.Label(label="files"))
source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
source.connect("prepare", prepare)
source.connect("drag-begin", begun)
source.connect("drag-end", ended)
source.connect("drag-cancel", cancelled)
window.get_child().add_controller(source)
window.connect("map", lambda w: print(GdkX11.X11Surface.get_xid(w.get_surface()), flush=True))
window.present()
GLib.MainLoop().run()
