"""The demo: an invented library with three stations, its hub, and somebody who walks in."""
