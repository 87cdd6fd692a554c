"""Keep ultralytics from the network, from installing packages and from the person's settings folder."""

import os
import tempfile


def quiet_ultralytics() -> None:
    """Set the switches that ultralytics reads when it is imported; call before the first import of it."""
    os.environ["YOLO_OFFLINE"] = "1"
    os.environ["YOLO_AUTOINSTALL"] = "0"
    os.environ.setdefault("YOLO_CONFIG_DIR", tempfile.mkdtemp(prefix="drape-ultralytics-"))
    from ultralytics import settings

    settings.update({"sync": False})
