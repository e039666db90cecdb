"""The desk: one worker that serves a visit and tells the screen what to show."""
