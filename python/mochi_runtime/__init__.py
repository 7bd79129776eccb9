"""What compiled Mochi programs need at run time.

The compiler copies the definitions that a program uses, and what these need, into one module
`_mochi.py` beside its output. Here they stand by subject, for reading and testing. Definitions at
the left margin are the unit of copying; every module imports at its head only.
"""
