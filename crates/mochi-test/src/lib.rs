//! mochi-test
