//! mochi-project
