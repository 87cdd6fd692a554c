"""Keep ultralytics from the network, from installing packages, from the person's settings and from chatting."""

import contextlib
import os
import sys
import tempfile

from PIL import Image


def quiet_ultralytics() -> None:
    """Set the switches that ultralytics reads when it is imported, and import it; call before anything of it.

    What it says goes to standard error: standard output is for results.
    """
    os.environ["YOLO_OFFLINE"] = "1"
    os.environ["YOLO_AUTOINSTALL"] = "0"
    os.environ.setdefault("YOLO_CONFIG_DIR", tempfile.mkdtemp(prefix="drape-ultralytics-"))
    opener = Image.open
    with contextlib.redirect_stdout(sys.stderr):
        from ultralytics import settings

        settings.update({"sync": False})
    # ultralytics puts an opener of its own in place of Pillow's, which asks for a package where no picture is.
    Image.open = opener
