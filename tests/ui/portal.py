# portal.py: a desktop whose file chooser is cancelled, or chooses what a file says, and whose file
# manager writes down what it is to show
#
# SPDX-License-Identifier: MIT
"""Answers org.freedesktop.portal.FileChooser on the session bus, a tenth of a second later, and
org.freedesktop.FileManager1. What was suggested and shown stands in CHOICE.asked and .shown."""
import os
import sys

from gi.repository import Gio, GLib

XML = """<node><interface name='org.freedesktop.portal.FileChooser'>
  <method name='OpenFile'><arg type='s' direction='in'/><arg type='s' direction='in'/>
    <arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>
  <method name='SaveFile'><arg type='s' direction='in'/><arg type='s' direction='in'/>
    <arg type='a{sv}' direction='in'/><arg type='o' direction='out'/></method>
  <property name='version' type='u' access='read'/>
</interface></node>"""
MANAGER = """<node><interface name='org.freedesktop.FileManager1'>
  <method name='ShowItems'><arg type='as' direction='in'/><arg type='s' direction='in'/></method>
</interface></node>"""
CHOSEN, CANCELLED = 0, 1


def write(kind, text):
    if sys.argv[1]:
        with open(sys.argv[1] + kind, "w") as file:
            file.write(text)


def show(bus, sender, path, interface, method, parameters, invocation):
    write(".shown", "\n".join(parameters.unpack()[0]))
    invocation.return_value(None)


def called(bus, sender, path, interface, method, parameters, invocation):
    options = parameters.unpack()[2]
    token = options["handle_token"]
    request = f"{path}/request/{sender[1:].replace('.', '_')}/{token}"

    write(".asked", options.get("current_name", ""))

    def respond():
        chosen = []
        if os.path.exists(sys.argv[1]):
            with open(sys.argv[1]) as file:
                chosen = [GLib.filename_to_uri(file.read(), None)]
        # GTK reads the files of a cancelled choice too
        bus.emit_signal(sender, request, "org.freedesktop.portal.Request", "Response",
                        GLib.Variant("(ua{sv})", (CHOSEN if chosen else CANCELLED,
                                                  {"uris": GLib.Variant("as", chosen)})))
        return GLib.SOURCE_REMOVE

    invocation.return_value(GLib.Variant("(o)", (request,)))
    GLib.timeout_add(100, respond)


def asked(bus, sender, path, interface, name):
    return GLib.Variant("u", 3)


bus = Gio.bus_get_sync(Gio.BusType.SESSION)
bus.register_object("/org/freedesktop/portal/desktop",
                    Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], called, asked, None)
bus.register_object("/org/freedesktop/FileManager1",
                    Gio.DBusNodeInfo.new_for_xml(MANAGER).interfaces[0], show, None, None)
Gio.bus_own_name_on_connection(bus, "org.freedesktop.FileManager1", Gio.BusNameOwnerFlags.NONE,
                               None, None)
Gio.bus_own_name_on_connection(bus, "org.freedesktop.portal.Desktop", Gio.BusNameOwnerFlags.NONE,
                               lambda *unused: print("ready", flush=True), None)
GLib.MainLoop().run()
