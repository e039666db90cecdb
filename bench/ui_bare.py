"""A bare Kivy window with one label, in a process of its own: what Kivy and software GL cost by themselves.

`python -m bench.ui_bare HOME START IDLE_SECONDS ROUNDS`; prints figures as JSON. The window is set up as a station's.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any

from bench.ui_window import resident_mb, window_of_a_station


def main() -> int:
    """Open the window, measure from a thread beside it, close it."""
    home, began, idle, rounds = sys.argv[1:]
    window_of_a_station(Path(home))
    from kivy.app import App  # noqa: PLC0415 - part of the start that is measured
    from kivy.core.window import Window  # noqa: PLC0415
    from kivy.graphics.opengl import glFinish  # noqa: PLC0415
    from kivy.uix.label import Label  # noqa: PLC0415

    from bench.ui_watch import Watch, cpu_share, in_window_thread  # noqa: PLC0415

    label = Label(text="0")
    Window.bind(on_flip=lambda *_: glFinish())
    watch = Watch(lambda: label.text)

    class Bare(App):  # type: ignore[misc]  # Kivy has no types
        def build(self) -> Any:
            return label

    found: dict[str, Any] = {}

    def measure() -> None:
        found["first_frame_s"] = watch.wait(lambda shows: shows == "0", 0.0) - float(began)
        found["started_mb"] = resident_mb()
        if float(idle):
            time.sleep(3)
            found["idle_cpu"] = cpu_share(float(idle))
        found["label_ms"] = [change(number) for number in range(1, int(rounds) + 1)]
        found["mb"] = resident_mb()
        in_window_thread(app.stop)

    def change(number: int) -> float:
        from kivy.clock import Clock  # noqa: PLC0415

        time.sleep(random.uniform(0.05, 0.2))
        asked = time.monotonic()
        Clock.schedule_once(lambda _dt: setattr(label, "text", str(number)), 0)
        return (watch.wait(lambda shows: shows == str(number), asked) - asked) * 1000

    app = Bare()
    threading.Thread(target=measure, daemon=True).start()
    app.run()
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
