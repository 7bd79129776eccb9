"""Tests of the run-time helpers; run with `python -m unittest discover -s python -t python`."""
