//! mochi-types
