"""A Django project that syncs one model with morango. Run by a Python of its own, never imported by ours."""
