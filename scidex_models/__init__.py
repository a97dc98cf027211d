"""The Django project that serves the SciDEX Models catalogue."""

__version__ = "0.1.0"
