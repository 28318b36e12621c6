# render.py: the symbolic icons as images, which GTK shows without a library for SVG
#
# SPDX-License-Identifier: MIT
"""Usage: render.py, in the source tree, after a drawing in data/icons has changed.

GTK takes the form of NAME.symbolic.png from the alpha channel and paints it in the colour of the
text; where red, green and blue are not zero it would mix in the colours of success, warning and
error. The program's own icon is rendered as it is."""
from pathlib import Path

import gi
gi.require_version("GdkPixbuf", "2.0")
from gi.repository import GdkPixbuf, GLib

HERE = Path(__file__).resolve().parent
SIZES = (16, 32, 64)  # in the window, at twice the scale, on an empty page


def shape(drawing, size):
    """That drawing in that size, of which only the alpha channel is kept."""
    image = GdkPixbuf.Pixbuf.new_from_file_at_size(str(drawing), size, size)
    assert image.get_has_alpha() and image.get_rowstride() == 4 * size
    pixels = bytearray(image.get_pixels())
    for channel in range(3):
        pixels[channel::4] = bytes(size * size)
    return GdkPixbuf.Pixbuf.new_from_bytes(GLib.Bytes.new(bytes(pixels)), image.get_colorspace(),
                                           True, 8, size, size, 4 * size)


def main():
    for drawing in sorted((HERE / "symbolic/actions").glob("*.svg")):
        for size in SIZES:
            place = HERE / f"rendered/{size}x{size}" / f"{drawing.stem}.symbolic.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            shape(drawing, size).savev(str(place), "png", ["compression"], ["9"])
    for drawing in (HERE / "hicolor/scalable/apps").glob("*.svg"):
        image = GdkPixbuf.Pixbuf.new_from_file_at_size(str(drawing), 128, 128)
        place = HERE / "hicolor/128x128/apps" / f"{drawing.stem}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        image.savev(str(place), "png", ["compression"], ["9"])


main()
