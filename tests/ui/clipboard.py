# clipboard.py: prints the text on the clipboard, or with a text keeps that there until it is ended
#
# SPDX-License-Identifier: MIT
import sys

import gi
gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gdk, GLib, GObject, Gtk

Gtk.init()
loop = GLib.MainLoop()
board = Gdk.Display.get_default().get_clipboard()


def read(source, result):
    try:
        sys.stdout.write(board.read_text_finish(result) or "")
    except GLib.Error:
        pass  # there is no text
    loop.quit()


if len(sys.argv) > 1:
    value = GObject.Value(GObject.TYPE_STRING, sys.argv[1])
    board.set_content(Gdk.ContentProvider.new_for_value(value))
else:
    board.read_text_async(None, read)
    GLib.timeout_add_seconds(60, loop.quit)
loop.run()
