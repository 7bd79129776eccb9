//! mochi-system
