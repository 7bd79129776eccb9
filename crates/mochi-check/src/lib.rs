//! mochi-check
