//! mochi-python
